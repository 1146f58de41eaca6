"""The map: each unit once, shaded by score and not by rank; official outlines where there are some."""

from __future__ import annotations

import datetime as dt
import io
import json
import re
from pathlib import Path

import pytest

from ddci_web.organisations.models import Kind, Organisation
from ddci_web.portal.pages.maps import map_page
from ddci_web.results import boundaries
from ddci_web.results.boundaries import add_boundary
from ddci_web.results.published import open_snapshot

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("publications")]
ADDRESS = "/ket-qua/pci-2016/ban-do/"


def draw(published, *codes):
    features = []
    for place, code in enumerate(codes):
        Organisation.objects.create(code=f"pci:{code}", name=code, kind=Kind.UNIT)
        x = 105.0 + place
        ring = [[x, 20.0], [x + 1, 20.0], [x + 1, 21.0], [x, 21.0], [x, 20.0]]
        geometry = {"type": "Polygon", "coordinates": [ring]}
        features.append({"type": "Feature", "properties": {"code": code}, "geometry": geometry})
    file = io.BytesIO(json.dumps({"type": "FeatureCollection", "features": features}).encode())
    return add_boundary(
        programme=published.programme, file=file, by=None, name="Địa giới thử", valid_from=dt.date(2010, 1, 1)
    )


def test_every_unit_has_one_tile_with_its_name_score_and_n(client):
    body = client.get(ADDRESS).content.decode()

    labels = re.findall(r'class="tile cell--[1-5]"><a href="[^"]+" aria-label="([^"]+)"', body)
    assert len(labels) == len(open_snapshot("pci-2016").result.units)
    assert all(re.search(r": \d+,\d\d điểm, n nguồn không công bố$", label) for label in labels)


def test_shades_follow_scores_and_the_legend_counts_them():
    shown = map_page(open_snapshot("pci-2016"), "tinh")

    ordered = sorted(shown.tiles, key=lambda tile: tile.cell.score)
    assert [tile.shade for tile in ordered] == sorted(tile.shade for tile in ordered)
    assert sum(shade.n for shade in shown.legend) == len(shown.tiles)
    assert shown.legend[0].low == ordered[0].cell.score


def test_tiles_do_not_move_with_the_scores():
    places = []
    for wave in ("pci-2015", "pci-2016"):
        grid = map_page(open_snapshot(wave), "tinh").grid
        places.append({t.cell.unit.code: (r, c) for r, row in enumerate(grid) for c, t in enumerate(row) if t})

    assert places[0] == places[1]


def test_units_without_coordinates_go_to_a_list(client):
    shown = map_page(open_snapshot("lang-son-2025"), "so-nganh")

    assert shown.grid == ()
    assert len(shown.unplaced) == 3
    assert "chưa có tọa độ" in client.get("/ket-qua/lang-son-2025/ban-do/", {"nhom": "so-nganh"}).content.decode()


def test_no_rank_is_on_the_map(client):
    body = client.get(ADDRESS).content.decode()
    main = body[body.index("<main") : body.index("</main>")]

    assert "hạng" not in re.sub(r"<[^>]+>", " ", main).replace("không theo hạng", "")


def test_official_outlines_are_drawn_and_missing_units_named(client):
    published = open_snapshot("pci-2016")
    draw(published, "da-nang", "ha-noi")

    body = client.get(ADDRESS).content.decode()

    assert body.count('<path class="area--') == 2
    assert "Địa giới thử" in body
    assert "Chưa có hình" in body
    assert " style=" not in body
    assert len(re.search(r'<svg class="outline".*?</svg>', body, re.DOTALL).group()) < 60_000


def test_outlines_of_another_time_are_not_drawn(client):
    draw(open_snapshot("pci-2016"), "da-nang").__class__.objects.update(valid_from=dt.date(2020, 1, 1))

    assert 'class="outline"' not in client.get(ADDRESS).content.decode()


def test_without_the_file_of_the_outlines_the_tiles_stay(client, settings):
    drawn = draw(open_snapshot("pci-2016"), "ha-noi")
    for file in (Path(settings.MEDIA_ROOT) / "boundaries").glob(f"{drawn.sha256}.*"):
        file.unlink()
    boundaries._read.cache_clear()

    response = client.get(ADDRESS)

    assert response.status_code == 200
    assert 'class="tile' in response.content.decode()
