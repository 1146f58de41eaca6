"""Whatever somebody types into the address bar is answered: a page, a 404 that helps, or a refusal, never a fault."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from urllib.parse import quote

import pytest
from django.conf import settings as site
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ddci_web.portal import urls
from ddci_web.portal.page_cache import SHELF
from ddci_web.results import published
from ddci_web.results.models import Programme, Snapshot

pytestmark = pytest.mark.django_db
ROUTES = [pattern.pattern._route for pattern in urls.urlpatterns]
HOLE = re.compile(r"<(?:\w+:)?(\w+)>")
KNOWN = {
    "wave": ("pci-2016", "pci-2016@1", "pci-2016@9999", "lang-son-2025"),
    "programme": ("pci", "lang-son"),
    "unit": ("ha-noi", "xa-nhan-ly", "so-y-te"),
    "code": ("MB", "TG", "A1"),
    "name": ("scores.csv", "manifest.json", "pictures/ranking-tinh-720.svg", "ranking-tinh", "../manifest.json"),
    "ending": ("svg", "png", "csv", "exe"),
}
ASKED = ("nhom", "chi-so", "thay-doi", "sap-xep", "don-vi", "tim", "q", "truoc", "MB", "TG")
ANSWERED = {200, 301, 302, 400, 404}
FEW = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))

odd = st.one_of(
    st.text(max_size=40).map(lambda text: quote(text, safe="")),
    st.binary(max_size=20).map(lambda raw: "".join(f"%{byte:02x}" for byte in raw)),
    st.sampled_from(["%00", "%ff%fe", "..", "%2e%2e%2f", "a" * 5000, "NaN", "-1", "1e999", "0" * 300, "[", "%5b%5d"]),
)


@st.composite
def addresses(draw):
    """An address of the portal in which some parts, and what is asked, are made up."""

    def fill(hole):
        return draw(st.one_of(st.sampled_from(KNOWN[hole[1]]), odd))

    path = draw(st.sampled_from(["/", "/en/"])) + HOLE.sub(fill, draw(st.sampled_from(ROUTES)))
    pairs = draw(st.lists(st.tuples(st.one_of(st.sampled_from(ASKED), odd), odd), max_size=4))
    return path + ("?" + "&".join(f"{name}={value}" for name, value in pairs) if pairs else "")


def status(response):
    """The status of an answer; a file that is sent is closed."""
    response.close()
    return response.status_code


@FEW
@given(address=addresses())
def test_any_address_is_answered(client, publications, address):
    assert status(client.get(address)) in ANSWERED


@FEW
@given(value=odd, name=st.sampled_from(ASKED), route=st.sampled_from([r for r in ROUTES if r.endswith(">/") is False]))
def test_any_question_about_a_real_wave_is_answered(client, publications, route, name, value):
    path = HOLE.sub(lambda hole: KNOWN[hole[1]][0], route)

    assert status(client.get(f"/{path}?{name}={value}&{name}={value}")) in ANSWERED


@pytest.mark.parametrize("route", ROUTES)
def test_public_addresses_are_only_read(client, publications, route):
    path = "/" + HOLE.sub(lambda hole: KNOWN[hole[1]][0], route)

    head = client.head(path)

    assert status(client.get(path)) == head.status_code
    assert head.streaming or not head.content
    head.close()
    for method in ("post", "put", "patch", "delete"):
        assert getattr(client, method)(path).status_code in (403, 405), method


@pytest.mark.parametrize(
    "name",
    ["../../../ddci.sqlite3", "..%2fmanifest.json", "pictures", "/etc/passwd", "scores.csv%00", "SENSITIVITY.JSON"],
)
def test_only_files_that_the_manifest_names_are_sent(client, publications, name):
    assert client.get(f"/ket-qua/pci-2016/tep/{name}").status_code == 404


def test_every_figure_that_is_asked_for_many_times_leaves_room_for_plain_pages(client, publications):
    client.get("/ket-qua/pci-2016/")
    for number in range(40):
        client.get(f"/tim/?q={number}")

    assert SHELF._plain._bytes > 0
    assert SHELF._with_question._bytes < 17 * 2**20


@pytest.fixture
def lost(publications, publication_files, tmp_path, settings):
    """PCI 2016 without its files, the others as they are."""
    settings.MEDIA_ROOT = tmp_path
    shutil.copytree(publication_files, tmp_path / "publications")
    shutil.rmtree(tmp_path / "publications" / "pci-2016-2")
    published._load.cache_clear()
    yield publications
    published._load.cache_clear()


@pytest.mark.parametrize("address", ["", "xep-hang/", "don-vi/ha-noi/", "tep/scores.csv", "hinh/ranking-tinh.svg"])
def test_lost_files_are_said_to_be_lost(client, lost, address):
    assert status(client.get(f"/ket-qua/pci-2016/{address}")) in ({404, 503} if address.startswith("hinh") else {503})
    assert client.get("/ket-qua/lang-son-2025/").status_code == 200


def test_the_api_says_that_files_are_lost(client, lost):
    assert client.get("/api/v1/waves/pci-2016/scores").status_code == 503


def test_a_damaged_result_is_not_shown(client, publications, publication_files, tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path
    shutil.copytree(publication_files, tmp_path / "publications")
    (tmp_path / "publications" / "pci-2016-2" / "result.json").write_text('{"schema_version": 1, "units": [')
    published._load.cache_clear()

    assert client.get("/ket-qua/pci-2016/").status_code == 503
    published._load.cache_clear()


def test_a_new_name_of_a_programme_shows_at_once(client, publications):
    client.get("/chuong-trinh/pci/")
    Programme.objects.filter(code="pci").update(vi="Chỉ số đã đổi tên")
    SHELF._asked = float("-inf")

    assert "Chỉ số đã đổi tên" in client.get("/chuong-trinh/pci/").content.decode()


def test_the_feed_holds_whatever_was_pasted_into_a_reason(client, publications):
    Snapshot.objects.filter(pk=publications["pci-2016/2"].pk).update(reason="Sai\x0bsố \x1f Hà Nội")

    response = client.get("/rss/")

    assert response.status_code == 200
    assert "\x0b" not in response.content.decode()


def test_files_of_the_site_are_not_below_an_address(client, publications):
    for name in ("publications", "computations", "uploads", "sources"):
        assert client.get(f"/{Path(site.MEDIA_ROOT).name}/{name}/").status_code == 404
