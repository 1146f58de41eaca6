"""The seven principles of the survey, each with the control that carries it out and evidence that anybody can look up.

Evidence is counted from what is published now; a control that does not exist yet is said not to exist.
Source of the principles: the 2025 plan (practical, feasible, accurate, meaningful, confidential; fair and honest added).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ddci_web.results.models import Review, Snapshot
from ddci_web.results.published import Published, public_snapshots, series


@dataclass(frozen=True)
class Principle:
    """``is_met`` False: the control is not in place yet, and the page says so."""

    number: int
    name: str
    meaning: str
    control: str
    evidence: str
    link: str
    link_text: str
    is_met: bool = True


@dataclass(frozen=True)
class PrinciplesPage:
    principles: tuple[Principle, ...]

    @property
    def n_met(self) -> int:
        return sum(item.is_met for item in self.principles)


def principles_page() -> PrinciplesPage:
    """The principles with evidence from every wave that is public."""
    waves = [item for _programme, items in series() for item in items]
    shown = waves[0] if waves else None
    made = (_practical, _feasible, _accurate, _meaningful, _confidential, _fair, _honest)
    return PrinciplesPage(tuple(make(waves, shown) for make in made))


Waves = Sequence[Published]


def _practical(waves: Waves, shown: Published | None) -> Principle:
    n = sum(len(item.result.framework.questionnaire.questions) for item in waves if item.result.framework.questionnaire)
    return Principle(
        1,
        _("Thực tiễn"),
        _("Hỏi về việc doanh nghiệp thật sự đã gặp, trong khoảng thời gian nêu rõ."),
        _(
            "Câu hỏi lọc chỉ đưa câu tiếp theo cho người đã trải qua việc ấy; mỗi chỉ tiêu ghi rõ ai được tính vào mẫu số."
        ),
        _("%(n)s câu hỏi của các đợt có phiếu được công khai nguyên văn, kèm điều kiện hỏi.") % {"n": n},
        _to("questionnaire", shown),
        _("Xem phiếu hỏi"),
        is_met=n > 0,
    )


def _feasible(waves: Waves, shown: Published | None) -> Principle:
    few = sum(int(item.result.flags["small_n"][:, 0].sum()) for item in waves if "small_n" in item.result.flags)
    return Principle(
        2,
        _("Khả thi"),
        _("Chỉ kết luận điều mà số phiếu cho phép."),
        _("Đơn vị có ít phiếu hơn mức tối thiểu vẫn có điểm nhưng không bị xếp hạng."),
        _("%(n)s đơn vị ở các đợt đang công khai không bị xếp hạng vì ít phiếu.") % {"n": few},
        _to("method", shown),
        _("Xem mức tối thiểu"),
    )


def _accurate(waves: Waves, shown: Published | None) -> Principle:
    checks = [check for item in waves for check in item.result.checks]
    same = sum(check.matches for check in checks)
    return Principle(
        3,
        _("Chính xác"),
        _("Ai cũng tính lại được từng con số từ dữ liệu vào."),
        _("Mỗi lần công bố có mã băm của dữ liệu vào và của từng tệp; số công bố trước đó được tính lại và đối chiếu."),
        _("%(same)s trong %(n)s số đã công bố từ trước tính lại khớp; số không khớp được ghi rõ.")
        % {"same": same, "n": len(checks)},
        _to("downloads", shown),
        _("Tải và tính lại"),
    )


def _meaningful(waves: Waves, shown: Published | None) -> Principle:
    sampled = sum(bool(np.isfinite(item.result.scores.low[:, 0]).any()) for item in waves)
    return Principle(
        4,
        _("Ý nghĩa"),
        _("Phân biệt thay đổi thật với dao động do chọn mẫu."),
        _("Mọi điểm và thay đổi đi cùng khoảng tin cậy; các đơn vị chưa phân biệt được đứng chung một nhóm."),
        _("%(sampled)s trong %(n)s đợt đang công khai có sai số chọn mẫu; các đợt khác ghi “nguồn không công bố”.")
        % {"sampled": sampled, "n": len(waves)},
        _to("stability", shown),
        _("Xem độ tin cậy"),
    )


def _confidential(waves: Waves, shown: Published | None) -> Principle:
    hidden = sum(
        int(np.count_nonzero(item.result.flags["suppressed"])) for item in waves if "suppressed" in item.result.flags
    )
    answers = [item for item in waves if not item.wave.is_simulated and item.result.framework.questionnaire]
    return Principle(
        5,
        _("Bảo mật"),
        _("Không ai biết cơ sở nào đã trả lời gì."),
        _(
            "Ô có ít phiếu hơn mức công bố bị ẩn ở trang, ở tệp và ở API; ẩn thêm ô khác nếu có thể suy ra ô đã ẩn. "
            "Phiếu trả lời không công bố."
        ),
        ngettext(
            "%(n)s ô đang được ẩn; %(open)s đợt khảo sát thật công khai phiếu trả lời.",
            "%(n)s ô đang được ẩn; %(open)s đợt khảo sát thật công khai phiếu trả lời.",
            hidden,
        )
        % {"n": hidden, "open": sum("responses" in name for item in answers for name in item.files)},
        _to("method", shown),
        _("Xem mức công bố"),
    )


def _fair(waves: Waves, shown: Published | None) -> Principle:
    n = public_snapshots().count()
    reviewed = public_snapshots().filter(review__decision=Review.Decision.APPROVE).count()
    return Principle(
        6,
        _("Công bằng"),
        _("Mọi đơn vị cùng nhóm được đo bằng cùng một thước, và không ai tự chấm mình."),
        _("Kết quả chỉ công bố khi người thứ hai, khác người tính, đã soát và đồng ý."),
        _("%(reviewed)s trong %(n)s bản công bố đã được người thứ hai soát.") % {"reviewed": reviewed, "n": n},
        _to("sensitivity", shown),
        _("Thử phương pháp khác"),
        is_met=n > 0 and reviewed == n,
    )


def _honest(waves: Waves, shown: Published | None) -> Principle:
    corrected = Snapshot.objects.filter(pk__in=public_snapshots().values("pk")).exclude(reason="").count()
    waves_corrected = public_snapshots().order_by().values("wave").annotate(n=Count("pk")).filter(n__gt=1).count()
    link = reverse("portal:publications", args=[shown.programme.code]) if shown else reverse("portal:home")
    return Principle(
        7,
        _("Trung thực"),
        _("Sai thì đính chính công khai; bản cũ không bị xóa."),
        _("Mỗi lần đính chính là một bản mới có lý do; cả hai bản đều xem được, với mã băm khác nhau."),
        _("%(corrected)s bản đính chính ở %(waves)s đợt.") % {"corrected": corrected, "waves": waves_corrected},
        link,
        _("Xem các lần công bố"),
    )


def _to(page: str, shown: Published | None) -> str:
    return reverse(f"portal:{page}", args=[shown]) if shown else reverse("portal:home")
