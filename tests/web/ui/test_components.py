"""The page of components, the screens of an answer, the pages of errors, the frame of every page."""

from pathlib import Path
from types import SimpleNamespace

import pytest
from django.core.paginator import Paginator
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.urls import resolve, reverse
from django.utils.translation import override

import ddci_web.ui
from ddci.report.figure import Figure, Table
from ddci_web.ui.context import site
from ddci_web.ui.showcase import ANSWER_STATES, SAMPLES

COMPONENTS = Path(ddci_web.ui.__file__).parent / "templates" / "ui" / "components"
PAGE = "/giao-dien/thanh-phan/"


def figure(name: str = "ranking-x") -> Figure:
    table = Table(caption="Điểm", head=("Đơn vị", "Điểm"), rows=[("Bắc <Sơn>", "86,35")], numeric=frozenset({1}))
    return Figure(
        name, "Bắc Sơn cao nhất", "Chấm: điểm.", lambda width: {}, "Bắc Sơn 86,35", table, "n = 181 · Nguồn: mô phỏng"
    )


class Folder:
    """A publication of one drawing."""

    def __init__(self, folder: Path, *widths: int) -> None:
        self.folder = folder
        for width in widths:
            (folder / "pictures").mkdir(exist_ok=True)
            svg = f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="40"><path fill="#2c5199" d="M0 0"/></svg>'
            (folder / "pictures" / f"ranking-x-{width}.svg").write_text(svg, encoding="utf-8")

    slug = "lang-son-2024"

    def __str__(self) -> str:
        return self.slug

    def path(self, name: str) -> Path:
        if not (self.folder / name).is_file():
            raise LookupError(name)
        return self.folder / name


@pytest.mark.django_db
class TestPageOfComponents:
    def test_it_shows_every_sample_with_the_lines_that_draw_it(self, client):
        page = client.get(PAGE)

        text = page.content.decode()
        assert page.status_code == 200
        assert [sample.id for sample in SAMPLES if f'id="{sample.id}"' not in text] == []
        assert "{% next_step &quot;Duyệt bản tính số 3" in text

    def test_every_component_is_used_by_a_sample_or_by_the_frame(self):
        templates = COMPONENTS.parents[1]
        everything = "".join(
            path.read_text(encoding="utf-8") for path in templates.rglob("*.html") if path.parent != COMPONENTS
        ) + "".join(path.read_text(encoding="utf-8") for path in COMPONENTS.glob("*.html"))
        tags = {"section", "alert", "next_step", "scroll", "figure"}
        unused = [
            path.stem
            for path in COMPONENTS.glob("*.html")
            if f"ui/components/{path.name}" not in everything and path.stem not in tags
        ]

        assert unused == ["who"]  # for the frames of work pages

    def test_every_component_lists_its_arguments_first(self):
        silent = [
            path.name for path in COMPONENTS.glob("*.html") if not path.read_text(encoding="utf-8").startswith("{# ")
        ]

        assert silent == []

    def test_without_a_publication_it_says_that_there_are_no_charts(self, client):
        assert "chưa có lần công bố nào" in client.get(PAGE).content.decode()

    @pytest.mark.parametrize("state", ANSWER_STATES)
    def test_each_state_of_an_answer_has_a_screen(self, client, state):
        page = client.get(reverse("ui:answer_state", args=[state]))

        assert page.status_code == 200
        assert f'id="h-{state}"' in page.content.decode()

    def test_an_unknown_state_is_not_found(self, client):
        assert client.get("/giao-dien/phieu/khac/").status_code == 404


class TestFrame:
    def context(self, address: str, **cookies: str) -> dict:
        request = RequestFactory().get(address)
        request.COOKIES.update(cookies)
        request.resolver_match = resolve(request.path)
        return site(request)

    def test_a_public_page_knows_its_address_in_the_other_language(self):
        assert self.context("/tim/?q=lang")["other_language_path"] == "/en/tim/?q=lang"
        with override("en"):
            assert self.context("/en/tim/?q=lang")["other_language_path"] == "/tim/?q=lang"

    def test_a_page_of_work_has_no_other_language(self):
        assert self.context("/giao-dien/thanh-phan/")["other_language_path"] == ""

    def test_only_workplaces_get_htmx(self):
        public, work = ({"is_public": True, "has_htmx": False}, {"is_public": False, "has_htmx": True})

        assert "<script" not in render_to_string("ui/base.html", public)
        assert "htmx.min.js" in render_to_string("ui/base.html", work)
        assert self.context("/tim/")["has_htmx"] is False
        assert self.context("/dieu-hanh/")["has_htmx"] is True

    def test_a_public_page_shows_no_message_of_somebody_s_session(self):
        message = SimpleNamespace(tags="success", __str__=lambda self: "Đã lưu")

        assert "messages" not in render_to_string("ui/base.html", {"is_public": True, "messages": [message]})
        assert 'role="status"' in render_to_string("ui/base.html", {"is_public": False, "messages": ["Đã lưu"]})

    @pytest.mark.parametrize("name", ["400", "403", "403_csrf", "404", "500"])
    def test_a_page_of_an_error_needs_no_context_and_shows_a_way_on(self, name, settings):
        html = render_to_string(f"{name}.html")

        assert settings.SITE_NAME in html
        assert "<h1>" in html
        assert 'href="/"' in html


class TestFigure:
    def test_a_chart_stands_with_title_reading_n_source_table_and_downloads(self, tmp_path):
        html = self.draw(Folder(tmp_path, 680, 320))

        for part in ("Bắc Sơn cao nhất", "Chấm: điểm.", "n = 181 · Nguồn: mô phỏng", "86,35", "<details"):
            assert part in html
        for ending in ("csv", "svg", "png"):
            assert f'href="/ket-qua/lang-son-2024/hinh/ranking-x.{ending}"' in html

    def test_both_widths_are_there_and_colours_are_classes(self, tmp_path):
        html = self.draw(Folder(tmp_path, 680, 320))

        assert 'class="vega vega--halo wide"' in html
        assert 'class="vega vega--halo narrow-b"' in html
        assert 'class="f-data-1"' in html
        assert "#2c5199" not in html

    def test_names_cannot_become_markup(self, tmp_path):
        assert "Bắc &lt;Sơn&gt;" in self.draw(Folder(tmp_path, 680, 320))

    def test_without_a_picture_the_table_is_open(self, tmp_path):
        html = self.draw(Folder(tmp_path))

        assert '<details class="chart__data" open>' in html
        assert "<svg" not in html
        assert ".png" not in html

    def test_two_figures_of_a_page_name_their_tables_differently(self, tmp_path):
        html = self.draw(Folder(tmp_path, 680, 320))

        assert 'aria-label="Bảng số của hình: Bắc Sơn cao nhất"' in html

    def draw(self, folder: Folder) -> str:
        return Template("{% figure figure published %}").render(Context({"figure": figure(), "published": folder}))


class TestPagination:
    def page(self, number: int, address: str = "/?q=so") -> str:
        request = RequestFactory().get(address)
        page = Paginator(range(300), 10).page(number)
        return render_to_string("ui/components/pagination.html", {"page": page}, request=request)

    def test_other_parts_of_the_address_stay(self):
        assert 'href="?q=so&amp;page=3"' in self.page(2)

    def test_the_page_itself_is_marked_and_no_link(self):
        assert '<span aria-current="page">2</span>' in self.page(2)

    def test_one_page_needs_no_pagination(self):
        request = RequestFactory().get("/")
        page = Paginator(range(3), 10).page(1)

        assert render_to_string("ui/components/pagination.html", {"page": page}, request=request).strip() == ""
