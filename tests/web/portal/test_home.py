import pytest
from django.test import Client

from ddci_web.results.models import Snapshot
from tests.web.portal.conftest import REASON
from tests.web.portal.reading import read

WAVES = ("pci-2015", "pci-2016", "pci-2016@1", "lang-son-2024", "lang-son-2025")
pytestmark = pytest.mark.django_db


def test_home_before_any_publication_says_so(client: Client) -> None:
    page = read(client, "/")

    assert page.status == 200
    assert page.h1 == "Chưa có kết quả nào được công bố"


def test_home_shows_the_newest_wave_of_the_featured_programme(
    client: Client, publications: dict[str, Snapshot]
) -> None:
    page = read(client, "/")

    assert page.h1.startswith("Đà Nẵng có điểm cao nhất, 70,00")
    assert "Chưa nói được ai thật sự tăng so với năm 2015: nguồn không công bố sai số của 7 đơn vị" in page.text
    assert page.row("Tính minh bạch")[1:] != []


def test_home_has_three_doors_and_the_other_programmes(client: Client, publications: dict[str, Snapshot]) -> None:
    page = read(client, "/")

    assert "Bạn cần gì?" in page.headings["h2"]
    assert "/ket-qua/pci-2016/#thay-doi" in page.links
    assert "/ket-qua/lang-son-2025/" in page.links
    assert "mô phỏng" in page.text


def test_home_is_made_with_few_queries(
    client: Client, publications: dict[str, Snapshot], django_assert_max_num_queries: object
) -> None:
    with django_assert_max_num_queries(6):  # type: ignore[operator]
        client.get("/")


@pytest.mark.parametrize("wave", WAVES)
def test_a_wave_opens_with_its_finding_and_its_stamp(
    client: Client, publications: dict[str, Snapshot], wave: str
) -> None:
    page = read(client, f"/ket-qua/{wave}/")

    assert page.status == 200
    assert any(character.isdigit() for character in page.h1)
    code, _, number = wave.partition("@")
    assert f"Bản kết quả {code}/{number or publications_number(publications, code)}" in page.text


def test_every_page_of_a_simulated_wave_says_so(client: Client, publications: dict[str, Snapshot]) -> None:
    paths = ("", "xep-hang/", "don-vi/", "don-vi/so-y-te/", "chi-so/", "chi-so/TG/", "chi-tieu/", "chi-tieu/TG17/")

    said = {path: "Mô phỏng." in read(client, f"/ket-qua/lang-son-2025/{path}").text for path in paths}

    assert said == dict.fromkeys(paths, True)


def test_no_page_of_a_real_wave_is_called_simulated(client: Client, publications: dict[str, Snapshot]) -> None:
    assert "Mô phỏng." not in read(client, "/ket-qua/pci-2016/").text


def test_a_corrected_snapshot_leads_to_the_newest_and_to_the_reason(
    client: Client, publications: dict[str, Snapshot]
) -> None:
    page = read(client, "/ket-qua/pci-2016@1/")

    assert "Đây là bản số 1, đã được đính chính." in page.text
    assert page.links["/ket-qua/pci-2016/"] == "Xem bản mới nhất"
    assert "/chuong-trinh/pci/cong-bo/" in page.links


def test_the_newest_snapshot_carries_no_such_notice(client: Client, publications: dict[str, Snapshot]) -> None:
    assert "đã được đính chính." not in read(client, "/ket-qua/pci-2016/").text


def test_publications_show_both_versions_with_reason_and_hashes(
    client: Client, publications: dict[str, Snapshot]
) -> None:
    page = read(client, "/chuong-trinh/pci/cong-bo/")

    assert page.h1.startswith("3 lần công bố")
    assert REASON in page.text
    assert {"/ket-qua/pci-2016/", "/ket-qua/pci-2016@1/"} <= page.links.keys()
    for name in ("pci-2016/1", "pci-2016/2"):
        assert publications[name].manifest_hash in page.text


def test_a_programme_lists_its_waves_newest_first(client: Client, publications: dict[str, Snapshot]) -> None:
    page = read(client, "/chuong-trinh/pci/")

    assert "2 đợt đã công bố, 2015–2016" in page.h1
    assert page.text.index("PCI 2016") < page.text.index("PCI 2015 · công khai")


def test_who_rose_is_said_only_where_the_interval_leaves_zero_out(
    client: Client, publications: dict[str, Snapshot]
) -> None:
    page = read(client, "/ket-qua/lang-son-2025/")

    assert "Ai thật sự tăng, ai giảm" in page.headings["h2"]
    for row in page.rows:
        if row and row[-1] in ("tăng rõ", "giảm rõ"):
            low, high = row[2].split(" đến ")
            assert (low[0], high[0]) in (("+", "+"), ("−", "−"))


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/ket-qua/pci-1999/", "Chưa có kết quả nào được công bố dưới tên “pci-1999”"),
        ("/ket-qua/pci-2016@9/", "Chưa có kết quả nào được công bố dưới tên “pci-2016@9”"),
        ("/chuong-trinh/pcii/", "Không có chương trình nào mang mã “pcii”"),
        ("/ket-qua/pci-2016/don-vi/lang-so/", "Không có đơn vị nào mang mã “lang-so” trong đợt này"),
        ("/ket-qua/pci-2016/chi-so/XX/", "Không có chỉ số thành phần nào mang mã “XX” trong đợt này"),
        ("/ket-qua/pci-2016/chi-tieu/GN/", "Không có chỉ tiêu nào mang mã “GN” trong đợt này"),
        ("/ket-qua/pci-2016/xep-hang/?nhom=xa", "Không có khối đơn vị nào mang mã “xa” trong đợt này"),
        ("/nix/", "Không có gì ở địa chỉ này"),
    ],
)
def test_what_is_not_there_gets_a_page_that_helps(
    client: Client, publications: dict[str, Snapshot], path: str, said: str
) -> None:
    page = read(client, path)

    assert page.status == 404
    assert page.h1 == said
    assert "/ket-qua/pci-2016/" in page.links


def test_a_wrong_unit_code_suggests_the_near_one(client: Client, publications: dict[str, Snapshot]) -> None:
    page = read(client, "/ket-qua/pci-2016/don-vi/lang-so/")

    assert "Lạng Sơn" in page.links.values()


@pytest.mark.parametrize("path", ["/", "/ket-qua/lang-son-2024/", "/ket-qua/pci-2016/xep-hang/", "/chuong-trinh/pci/"])
def test_public_pages_need_no_script_and_no_style_attribute(
    client: Client, publications: dict[str, Snapshot], path: str
) -> None:
    page = read(client, path)

    assert [tag for tag, given in page.tags if tag == "script" or "style" in given] == []


def publications_number(publications: dict[str, Snapshot], wave: str) -> int:
    return max(snapshot.number for snapshot in publications.values() if snapshot.wave.code == wave)
