"""Fill a site with the examples: PCI 2013–2016 and Chi Lăng as published, Lạng Sơn simulated and marked so.

Everything goes the way that an organiser's own data goes: archive, check, computation, review by a second person,
publication. The accounts are marked as demo accounts; their password is made anew and told to who runs the command.
"""

from __future__ import annotations

import io
import secrets
import time
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.utils import timezone

from ddci_web.accounts.models import Member, Membership, Role
from ddci_web.audit.actor import acting_as
from ddci_web.jobs.services import run_at_once
from ddci_web.organisations.models import Kind, Organisation
from ddci_web.results import services
from ddci_web.results.models import Computation, Review, Source, Wave

Tell = Callable[[str], None]
FIXED_DATE = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Example:
    """A programme with its waves, oldest first, and the folders that its archive holds."""

    code: str
    vi: str
    en: str
    about_vi: str
    about_en: str
    source: str
    waves: tuple[tuple[str, int, str, str], ...]  # code, year, vi, en
    folders: tuple[str, ...]  # below the folder that holds ``examples`` and ``frameworks``
    is_simulated: bool = False


EXAMPLES = (
    Example(
        "pci",
        "Chỉ số năng lực cạnh tranh cấp tỉnh (PCI)",
        "Provincial Competitiveness Index (PCI)",
        "Điểm các chỉ số thành phần đã công bố của 63 tỉnh, thành phố, năm 2013–2016. Điểm tổng hợp và thứ hạng được tính "
        "lại từ các chỉ số thành phần và so với số đã công bố. Nguồn không công bố cỡ mẫu và sai số của từng tỉnh.",
        "Published sub-index scores of the 63 provinces, 2013–2016. Totals and ranks are computed again from the "
        "sub-indices and compared with the published ones. Sample sizes and errors by province are not published.",
        "VCCI, USAID: PCI 2013–2016",
        tuple((f"pci-{year}", year, f"PCI {year}", f"PCI {year}") for year in range(2013, 2017)),
        ("frameworks/pci", *(f"examples/pci-{year}" for year in range(2013, 2017))),
    ),
    Example(
        "chi-lang",
        "DDCI huyện Chi Lăng",
        "DDCI of Chi Lăng district",
        "Điểm và hạng đã công bố của một huyện, 2020–2024, với những chỗ số công bố không khớp khi tính lại. Nguồn chỉ cho "
        "số của một đơn vị nên trang này không xếp hạng.",
        "Published scores and ranks of one district, 2020–2024, with the places where published figures do not agree "
        "when computed again. The source covers one unit, so nothing is ranked here.",
        "Báo cáo DDCI năm 2023 và kế hoạch khắc phục năm 2025 của UBND huyện Chi Lăng",
        (
            ("chi-lang-2023", 2023, "DDCI Chi Lăng 2023", "DDCI Chi Lăng 2023"),
            ("chi-lang-2024", 2024, "DDCI Chi Lăng 2024", "DDCI Chi Lăng 2024"),
        ),
        ("frameworks/lang-son-scorecard", "examples/chi-lang"),
    ),
    Example(
        "lang-son",
        "DDCI Lạng Sơn (mô phỏng)",
        "DDCI Lạng Sơn (simulated)",
        "Số liệu do máy tính mô phỏng để xem hệ thống làm được gì với phiếu khảo sát: khoảng tin cậy, tập hạng, nhóm, thay "
        "đổi ngoài sai số. Không một con số nào ở đây nói về cơ quan có thật.",
        "Figures simulated by computer, to show what the system does with answers: intervals, rank sets, tiers, change "
        "beyond noise. No number here is about a real authority.",
        "Mô phỏng",
        (
            ("lang-son-2024", 2024, "DDCI Lạng Sơn 2024 (mô phỏng)", "DDCI Lạng Sơn 2024 (simulated)"),
            ("lang-son-2025", 2025, "DDCI Lạng Sơn 2025 (mô phỏng)", "DDCI Lạng Sơn 2025 (simulated)"),
        ),
        ("frameworks/lang-son", "examples/lang-son-2023", "examples/lang-son-2024", "examples/lang-son-2025"),
        is_simulated=True,
    ),
)
ORGANISER, REVIEWER, OFFICER = "dieu-hanh@demo.ddci.vn", "tham-dinh@demo.ddci.vn", "dau-moi@demo.ddci.vn"
OFFICER_UNIT = "lang-son:chi-lang"


def load_examples(examples: Path, *, tell: Tell, only: Sequence[str] | None = None) -> None:
    """Publish every example that is not published yet; ``only`` names waves by code."""
    root = examples.resolve().parent
    password = secrets.token_urlsafe(12)
    office, _ = Organisation.objects.get_or_create(
        code="demo-dieu-hanh", defaults={"name": "Cơ quan điều hành (minh họa)", "kind": Kind.PROVINCIAL_AGENCY}
    )
    organiser = demo_member(ORGANISER, "Điều hành (minh họa)", Role.ORGANISER, office, password)
    reviewer = demo_member(REVIEWER, "Thẩm định (minh họa)", Role.REVIEWER, office, password)
    for position, example in enumerate(EXAMPLES):
        wanted = [wave for wave in example.waves if only is None or wave[0] in only]
        if wanted:
            _load(example, wanted, position, root, organiser, reviewer, tell)
    unit = Organisation.objects.filter(code=OFFICER_UNIT).first()
    if unit is not None:
        demo_member(OFFICER, "Cán bộ đầu mối (minh họa)", Role.UNIT_OFFICER, unit, password)
    tell(f"Tài khoản minh họa: {ORGANISER}, {REVIEWER}, {OFFICER}; mật khẩu {password}")


def demo_member(email: str, full_name: str, role: str, organisation: Organisation, password: str) -> Member:
    """An account that says of itself that it is a demo account; its password is set anew at each call."""
    member, _ = Member.objects.get_or_create(email=email, defaults={"full_name": full_name, "is_demo": True})
    member.set_password(password)
    member.save()
    Membership.objects.get_or_create(member=member, organisation=organisation, role=role, valid_to=None)
    return member


def pack(root: Path, folders: Sequence[str]) -> bytes:
    """An archive of the folders, the same bytes whenever their content is the same."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        files = [path for folder in folders for path in sorted((root / folder).rglob("*")) if path.is_file()]
        for path in files:
            entry = zipfile.ZipInfo(path.relative_to(root).as_posix(), FIXED_DATE)
            archive.writestr(entry, path.read_bytes(), zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _load(
    example: Example,
    waves: Sequence[tuple[str, int, str, str]],
    position: int,
    root: Path,
    organiser: Member,
    reviewer: Member,
    tell: Tell,
) -> None:
    with acting_as(organiser, via="load-examples"), run_at_once():
        programme = services.save_programme(
            code=example.code,
            by=organiser,
            vi=example.vi,
            en=example.en,
            about_vi=example.about_vi,
            about_en=example.about_en,
            source=example.source,
            position=position,
            is_featured=position == 0,
        )
        data = pack(root, example.folders)
        for code, year, vi, en in waves:
            began = time.monotonic()
            wave = services.save_wave(
                programme=programme, code=code, year=year, vi=vi, en=en, simulated=example.is_simulated, by=organiser
            )
            if not wave.snapshots.exists():
                _publish(wave, data, organiser, reviewer)
                tell(f"  {vi}: đã công bố ({time.monotonic() - began:.0f} giây)")


def _publish(wave: Wave, data: bytes, organiser: Member, reviewer: Member) -> None:
    """The organiser hands in and computes, the reviewer approves, the organiser publishes."""
    source = services.add_source(wave=wave, name=f"{wave.programme.code}.zip", file=io.BytesIO(data), by=organiser)
    source.refresh_from_db()
    if source.state != Source.State.SOUND:
        raise RuntimeError(f"{wave.code}: {source.faults[:3]}")
    computation = services.start_computation(source=source, by=organiser)
    computation.refresh_from_db()
    if not computation.is_done:
        raise RuntimeError(f"{wave.code}: {computation.job.log}")
    with acting_as(reviewer, via="load-examples"):
        services.review(
            computation=computation,
            decision=Review.Decision.APPROVE,
            note="Dữ liệu ví dụ; đã đối chiếu với số công bố.",
            exception=_reason(computation),
            by=reviewer,
        )
    services.publish(computation=computation, public_from=timezone.now(), by=organiser)


def _reason(computation: Computation) -> str:
    """Why a failing check may stand in an example: the published figures themselves disagree."""
    if not services.has_failing_checks(computation):
        return ""
    return (
        "Một số số công bố không tính lại được từ các chỉ số thành phần đã làm tròn của chính nguồn ấy. Trang giữ nguyên số "
        "công bố, ghi số tính lại ngay bên cạnh và nêu chênh lệch."
    )


__all__ = ["EXAMPLES", "load_examples", "pack"]
