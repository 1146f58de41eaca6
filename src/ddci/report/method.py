"""How a Result was computed, as pairs of words: what the page and the workbook print under "Phương pháp và nguồn".

In:  a Result. Out: (name, text) pairs; every choice of the framework, and enough provenance to compute it again.
The English pairs stand in ``method_en``, one for each of these.
"""

from __future__ import annotations

from ddci.messages import Language
from ddci.report import method_en, terms
from ddci.report.numbers import format_count, format_number, format_share
from ddci.result import Result


def method_facts(result: Result, language: Language = "vi") -> list[tuple[str, str]]:
    """Every choice that decides a number, then where the numbers come from."""
    if language == "en":
        return method_en.method_facts(result)
    return [*_framework_facts(result), *_sampling_facts(result), *_provenance_facts(result)]


def _framework_facts(result: Result) -> list[tuple[str, str]]:
    framework = result.framework
    top = framework.aggregation_top or framework.aggregation
    low, high = (format_number(end, 2, strip=True) for end in framework.scale)
    total = format_number(framework.total, 2, strip=True)
    facts = [
        ("Bộ chỉ số", f"{framework.vi} (mã {framework.code}, năm {framework.year})"),
        ("Quy mô", f"{len(framework.sub_indices)} chỉ số thành phần, {len(framework.indicators)} chỉ tiêu"),
        ("Thang điểm", f"chỉ tiêu và chỉ số thành phần từ {low} đến {high}; điểm tổng hợp tối đa {total}"),
        ("Chuẩn hóa", terms.NORMALISATIONS[framework.normalisation]),
    ]
    if framework.normalisation in ("min_max", "distance_to_best"):
        clip = "; điểm vượt mốc được cắt ở hai đầu thang" if framework.clip else ""
        facts.append(("Cận chuẩn hóa", terms.BOUNDS[framework.bounds] + clip))
    facts += [
        ("Từ chỉ tiêu lên chỉ số thành phần", terms.AGGREGATIONS[framework.aggregation]),
        ("Từ chỉ số thành phần lên tổng hợp", terms.AGGREGATIONS[top]),
        ("Trọng số chỉ tiêu", terms.WEIGHTINGS[framework.weighting]),
        ("Trọng số chỉ số thành phần", f"{terms.WEIGHTINGS[framework.weighting_top]}: {_weights(result)}"),
        (
            "Khi thiếu số liệu",
            f"{terms.MISSING[framework.missing]}; cần ít nhất "
            f"{format_share(framework.min_weight_share, 0)} trọng số có số liệu",
        ),
        ("Số phiếu tối thiểu", f"{framework.min_n} phiếu; ít hơn thì vẫn chấm điểm nhưng không xếp hạng"),
        ("Xếp hạng", f"trong từng nhóm đơn vị, trên điểm chưa làm tròn, 1 là tốt nhất; {terms.TIES[framework.ties]}"),
        ("Trung vị", terms.MEDIAN_RULES[framework.median_rule]),
    ]
    if framework.bands:
        bands = "; ".join(f"{band.vi} từ {format_number(band.min, 2, strip=True)} điểm" for band in framework.bands)
        facts.append(("Xếp loại", bands))
    return facts


def _sampling_facts(result: Result) -> list[tuple[str, str]]:
    made = result.provenance
    if not made.replicates:
        return [("Sai số chọn mẫu", f"không tính: n và sai số chuẩn {terms.NOT_PUBLISHED}")]
    method = terms.REPLICATE_METHODS.get(made.replicate_method, made.replicate_method)
    level = format_share(result.framework.confidence, 0)
    return [
        ("Sai số chọn mẫu", f"{format_count(made.replicates)} lần lấy mẫu lại, {method}; khoảng tin cậy {level}"),
        (
            "Tập hạng",
            "đồng thời cho cả nhóm, từ hiệp phương sai của điểm cuối cùng (Mogstad, Romano, Shaikh, Wilhelm 2024)",
        ),
        ("Hiệu chỉnh trọng số phiếu", "có, theo tổng thể của từng tầng" if made.raked else "không"),
    ]


def _provenance_facts(result: Result) -> list[tuple[str, str]]:
    made = result.provenance
    return [
        ("Nguồn số liệu", result.source or "không ghi nguồn"),
        ("Nguồn bộ chỉ số", result.framework.source or "không ghi nguồn"),
        ("Đợt", f"{result.wave}, năm {result.year}" + (", MÔ PHỎNG" if result.simulated else "")),
        ("Hạt giống số ngẫu nhiên", str(made.seed)),
        ("Phiên bản chương trình", f"ddci {made.version}, máy tính {made.engine}"),
        ("Dấu vết bộ chỉ số", made.framework_hash),
        ("Dấu vết dữ liệu", made.data_hash),
    ]


def _weights(result: Result) -> str:
    total = sum(item.index_weight for item in result.framework.sub_indices)
    if len({item.index_weight for item in result.framework.sub_indices}) == 1:
        return "như nhau"
    return ", ".join(
        f"{item.code} {format_share(item.index_weight / total, 1)}" for item in result.framework.sub_indices
    )
