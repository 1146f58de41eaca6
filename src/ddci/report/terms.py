"""Vietnamese names of what a framework and a Result write as codes: methods, flags, parts of a change.

In:  codes of ``ddci.framework.model`` and ``ddci.result``. Out: words for people. A code without a word is shown as it is.
``terms_in`` gives the same names in the language of a page; the English ones stand in ``terms_en``.
"""

from __future__ import annotations

import sys
from typing import Protocol, cast

from ddci.messages import Language
from ddci.report import terms_en


class Terms(Protocol):
    """The names of one language."""

    NORMALISATIONS: dict[str, str]
    AGGREGATIONS: dict[str, str]
    BOUNDS: dict[str, str]
    MISSING: dict[str, str]
    TIES: dict[str, str]
    WEIGHTINGS: dict[str, str]
    MEDIAN_RULES: dict[str, str]
    REPLICATE_METHODS: dict[str, str]
    FLAGS: dict[str, str]
    PARTS: dict[str, str]
    LEVELS: dict[str, str]
    DIRECTIONS: dict[int, str]
    NOT_PUBLISHED: str
    INCONCLUSIVE: str


def terms_in(language: Language) -> Terms:
    """The names in a language.

    >>> terms_in("vi").DIRECTIONS[1], terms_in("en").DIRECTIONS[1]
    ('cao là tốt', 'higher is better')
    """
    return terms_en if language == "en" else cast("Terms", sys.modules[__name__])


NORMALISATIONS = {
    "min_max": "min–max (đơn vị kém nhất được điểm thấp nhất của thang, đơn vị tốt nhất được điểm cao nhất)",
    "z_score": "chuẩn hóa theo độ lệch chuẩn",
    "rank": "theo thứ hạng",
    "percentile": "theo bách phân vị",
    "distance_to_best": "khoảng cách tới đơn vị tốt nhất",
    "share_scale": "tỷ lệ 0–100% đưa thẳng về thang điểm",
    "none": "không chuẩn hóa, số liệu đã ở trên thang điểm",
}
AGGREGATIONS = {
    "arithmetic": "trung bình cộng có trọng số",
    "geometric": "trung bình nhân có trọng số",
    "harmonic": "trung bình điều hòa có trọng số",
    "power": "trung bình lũy thừa có trọng số",
    "mazziotta_pareto": "Mazziotta–Pareto (trừ điểm khi các phần mất cân đối)",
    "copeland": "Copeland (so từng cặp đơn vị)",
}
BOUNDS = {
    "in_year": "giá trị thấp nhất và cao nhất của các đơn vị trong chính đợt này",
    "pooled": "giá trị thấp nhất và cao nhất của nhiều đợt gộp lại",
    "fixed": "hai mốc cố định do bộ chỉ số quy định",
}
MISSING = {
    "reweight": "thiếu chỉ tiêu nào thì trọng số của nó chia lại cho các chỉ tiêu còn lại",
    "refuse": "thiếu một chỉ tiêu thì không chấm điểm phần đó",
}
TIES = {
    "min": "bằng điểm thì cùng nhận hạng tốt hơn, hạng kế tiếp bỏ trống",
    "average": "bằng điểm thì cùng nhận hạng trung bình",
    "dense": "bằng điểm thì cùng hạng, hạng kế tiếp không bỏ trống",
}
WEIGHTINGS = {
    "given": "theo bộ chỉ số",
    "equal": "bằng nhau",
    "ahp": "so sánh từng cặp (AHP)",
    "budget": "chuyên gia chia điểm",
    "entropy": "theo độ phân tán (entropy)",
    "pca": "thành phần chính (PCA)",
    "benefit_of_the_doubt": "trọng số có lợi nhất cho từng đơn vị",
}
MEDIAN_RULES = {
    "strict": "dưới trung vị là kém hẳn trung vị",
    "at_or_below": "dưới trung vị gồm cả đơn vị đứng đúng trung vị",
}
REPLICATE_METHODS = {
    "rao_wu": "Rao–Wu (rút lại phiếu trong từng tầng)",
    "poisson": "trọng số Poisson cho từng phiếu",
    "gaussian": "rút ngẫu nhiên từ sai số chuẩn của từng chỉ tiêu",
}
FLAGS = {
    "small_n": "số phiếu dưới mức tối thiểu",
    "no_answers": "không có số liệu",
    "bounds_equal": "mọi đơn vị bằng nhau, lấy điểm giữa thang",
    "reweighted": "thiếu chỉ tiêu, đã chia lại trọng số",
    "refused": "thiếu chỉ tiêu, không chấm điểm",
    "not_ranked": "không xếp hạng",
    "tied": "bằng điểm với đơn vị khác",
    "capped": "vượt mốc, lấy điểm đầu thang",
    "suppressed": "ít phiếu, không công bố",
    "withheld": "giá trị không công bố, để không lộ ô ít phiếu",
}
PARTS = {
    "sub_index": "chỉ số thành phần",
    "weights": "trọng số thay đổi",
    "entering": "phần mới đưa vào",
    "leaving": "phần đã bỏ",
    "bounds": "cận chuẩn hóa thay đổi",
}
LEVELS = {"index": "Tổng hợp", "sub_index": "Chỉ số thành phần", "indicator": "Chỉ tiêu"}
DIRECTIONS = {1: "cao là tốt", -1: "thấp là tốt"}
NOT_PUBLISHED = "nguồn không công bố"
INCONCLUSIVE = "chưa đủ căn cứ để kết luận tăng hay giảm"


def words_for(codes: list[str], names: dict[str, str]) -> str:
    """Codes as words, with semicolons.

    >>> words_for(["tied", "strange"], FLAGS)
    'bằng điểm với đơn vị khác; strange'
    """
    return "; ".join(names.get(code, code) for code in codes)
