"""The files of a publication, in the order in which people look for them, each with what it is, its size and its hash."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from ddci_web.results.published import Published

KINDS = (
    ("scores.csv", _("Điểm, khoảng tin cậy, hạng, tập hạng, n của mọi đơn vị và chỉ tiêu")),
    ("workbook.xlsx", _("Sổ tính cho người dùng Excel, có trang phương pháp và nguồn")),
    ("scores.parquet", _("Cùng bảng điểm, cho chương trình phân tích")),
    ("groups.csv", _("Các nhóm đơn vị chưa phân biệt được với nhau")),
    ("stability.csv", _("Tần suất mỗi hạng của từng đơn vị qua các lần lấy mẫu lại")),
    ("changes.csv", _("Phần đóng góp của từng chỉ số vào thay đổi so với đợt trước")),
    ("small_area.csv", _("Ước lượng ổn định hơn cho đơn vị ít phiếu")),
    ("scorecard.html", _("Một trang đầy đủ, mở được khi không có mạng và in được")),
    ("result.json", _("Toàn bộ kết quả, không mất gì, kèm nguồn gốc")),
    ("sensitivity.json", _("Thứ hạng dưới hàng nghìn phương pháp khác")),
    ("bundle.zip", _("Gói tính lại: dữ liệu vào, khung đánh giá, phiên bản và hạt giống")),
    ("manifest.json", _("Danh mục tệp với mã băm SHA-256")),
)


@dataclass(frozen=True)
class Download:
    name: str
    what: str
    size: int | None  # bytes
    sha256: str

    @property
    def ending(self) -> str:
        return self.name.rpartition(".")[2].upper()


def downloads(published: Published) -> list[Download]:
    """Every file that people download; charts have their own links beside them."""
    found = []
    for name, what in KINDS:
        if name == "manifest.json":
            found.append(Download(name, str(what), None, published.snapshot.manifest_hash))
        elif name in published.files:
            entry = published.files[name]
            found.append(Download(name, str(what), entry["size"], entry["sha256"]))
    return found
