"""Read official boundaries from a GeoJSON file, trusting nothing in it.

In:  the bytes of a file and the codes of the units. Out: polygons by unit code, or FaultsFoundError with everything that
is wrong: a feature collection of polygons in longitude and latitude, each with the property ``code`` of one unit.
Source: RFC 7946, The GeoJSON Format.
"""

from __future__ import annotations

import json
import math
from collections.abc import Collection, Iterator
from typing import Any, NoReturn

from ddci_web.jobs.report import FaultsFoundError

Ring = list[tuple[float, float]]
Polygons = list[list[Ring]]
Fault = dict[str, Any]

MOST_BYTES = 5 * 2**20
MOST_FAULTS = 200
FEWEST_POSITIONS = 4  # of a ring, the first one again at its end
KINDS = {"Polygon": 1, "MultiPolygon": 2}  # how deep the list of polygons lies
LONGEST_QUOTE = 40


def read_boundary(data: bytes, codes: Collection[str]) -> dict[str, Polygons]:
    """Polygons by unit code, for at least one unit. Raises FaultsFoundError with all faults.

    Units without a polygon are no fault: the page lists them.
    """
    features = _features(data)
    found: dict[str, Polygons] = {}
    faults: list[Fault] = []
    for place, feature in enumerate(features, start=1):
        code, own = _code_faults(feature, place, codes, found)
        polygons, wrong = _polygons(feature, _where(place, code))
        faults += own + wrong
        if code and not own:
            found[code] = polygons
    if faults:
        raise FaultsFoundError(_cut(faults))
    return found


def _features(data: bytes) -> list[Any]:
    if len(data) > MOST_BYTES:
        size = f"{len(data) / 2**20:.1f}".replace(".", ",")
        _fail(f"Tệp lớn {size} MB; nhiều nhất là 5 MB.", "Giản lược đường ranh giới bằng phần mềm bản đồ rồi nộp lại.")
    try:
        document = json.loads(data.decode("utf-8-sig"))
    except (UnicodeDecodeError, ValueError, RecursionError):
        _fail("Tệp không đọc được như JSON (UTF-8).", "Xuất lại tệp ở dạng GeoJSON, mã UTF-8.")
    if not isinstance(document, dict) or document.get("type") != "FeatureCollection":
        _fail("Tệp không phải là FeatureCollection.", "Xuất lại cả lớp bản đồ ở dạng GeoJSON.")
    features = document.get("features")
    if not isinstance(features, list) or not features:
        _fail("Tệp không có đối tượng nào (features).", "Kiểm tra lại lớp bản đồ trước khi xuất.")
    return features


def _code_faults(
    feature: Any, place: int, codes: Collection[str], found: dict[str, Polygons]
) -> tuple[str, list[Fault]]:
    """The unit of a feature, and what is wrong with its code."""
    properties = feature.get("properties") if isinstance(feature, dict) else None
    code = properties.get("code") if isinstance(properties, dict) else None
    where = _where(place, "")
    if not isinstance(code, str) or not code.strip():
        return "", [_fault(where, "Thiếu thuộc tính «code».", "Ghi mã đơn vị vào thuộc tính code của đối tượng này.")]
    where = _where(place, code)
    if code not in codes:
        remedy = "Dùng đúng mã đơn vị trong units.csv của chương trình."
        return code, [_fault(where, f"Không có đơn vị nào mang mã «{_quote(code)}».", remedy)]
    if code in found:
        remedy = "Gộp các phần của một đơn vị thành một MultiPolygon."
        return code, [_fault(where, f"Mã «{_quote(code)}» có hai lần.", remedy)]
    return code, []


def _polygons(feature: Any, where: str) -> tuple[Polygons, list[Fault]]:
    geometry = feature.get("geometry") if isinstance(feature, dict) else None
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if kind not in KINDS:
        text = f"Hình phải là Polygon hoặc MultiPolygon, tệp ghi «{_quote(kind)}»."
        return [], [_fault(where, text, "Xuất lớp vùng (polygon), không phải lớp điểm hay đường.")]
    coordinates = geometry.get("coordinates")
    listed = [coordinates] if KINDS[kind] == 1 else coordinates
    if not isinstance(listed, list) or not listed or not all(isinstance(part, list) and part for part in listed):
        return [], [_fault(where, "Hình không có tọa độ.", "Kiểm tra lại đối tượng này trong phần mềm bản đồ.")]
    faults = [fault for part in listed for ring in part for fault in _ring_faults(ring, where)]
    if faults:
        return [], faults[:1]  # one wrong ring of a shape says enough
    return [[[(float(at[0]), float(at[1])) for at in ring] for ring in part] for part in listed], []


def _ring_faults(ring: Any, where: str) -> Iterator[Fault]:
    if not isinstance(ring, list) or len(ring) < FEWEST_POSITIONS:
        yield _fault(where, "Có một vòng ít hơn bốn điểm.", "Sửa hình của đối tượng này.")
    elif not all(_is_position(at) for at in ring):
        yield _fault(where, "Có một điểm không phải là cặp số.", "Sửa hình của đối tượng này.")
    elif not all(_is_on_earth(at) for at in ring):
        text = "Tọa độ không phải là kinh độ và vĩ độ (độ thập phân)."
        yield _fault(where, text, "Chuyển lớp bản đồ, ví dụ từ VN-2000, về WGS 84 (EPSG:4326) rồi xuất lại.")
    elif ring[0][:2] != ring[-1][:2]:
        yield _fault(where, "Có một vòng không khép kín.", "Điểm cuối của vòng phải trùng điểm đầu.")


def _is_position(at: Any) -> bool:
    plain = isinstance(at, list) and len(at) > 1
    return plain and all(isinstance(x, int | float) and not isinstance(x, bool) and math.isfinite(x) for x in at[:2])


def _is_on_earth(at: list[float]) -> bool:
    return abs(at[0]) <= 180 and abs(at[1]) <= 90


def _where(place: int, code: str) -> str:
    return f"features[{place}]" + (f" · {_quote(code)}" if code else "")


def _quote(value: Any) -> str:
    text = str(value)
    return text if len(text) <= LONGEST_QUOTE else text[:LONGEST_QUOTE] + "…"


def _cut(faults: list[Fault]) -> list[Fault]:
    """The first of many faults, and how many more there are."""
    if len(faults) <= MOST_FAULTS:
        return faults
    more = len(faults) - MOST_FAULTS
    return [*faults[:MOST_FAULTS], _fault("", f"Còn {more} lỗi nữa.", "Sửa các lỗi trên rồi nộp lại để xem tiếp.")]


def _fault(place: str, text: str, remedy: str) -> Fault:
    return {"code": "BOUNDARY", "severity": "error", "place": place, "text": text, "remedy": remedy}


def _fail(text: str, remedy: str) -> NoReturn:
    raise FaultsFoundError([_fault("", text, remedy)])
