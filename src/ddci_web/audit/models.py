"""The trail itself: one row per changed row, written by the database's own triggers and by nothing else."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Operation(models.TextChoices):
    INSERT = "insert", "thêm"
    UPDATE = "update", "đổi"
    DELETE = "delete", "xoá"


class AuditEvent(models.Model):
    """A row of some table was added, changed or deleted.

    The member is a plain number and a name, not a foreign key: deleting a member must not touch the trail. Numbers are
    given without gaps by the triggers. The model is unmanaged so that ``flush`` and later migrations leave it alone.
    """

    id = models.BigIntegerField("số thứ tự", primary_key=True)
    at = models.DateTimeField("thời điểm")
    actor_id = models.BigIntegerField("mã thành viên", null=True)
    actor_name = models.TextField("thành viên")
    via = models.TextField("đường vào")
    table = models.TextField("bảng")
    row_id = models.TextField("mã dòng")
    operation = models.TextField("thao tác", choices=Operation.choices)
    before = models.TextField("trước", null=True)
    after = models.TextField("sau", null=True)
    previous_hash = models.TextField("mã băm trước")
    hash = models.TextField("mã băm")

    class Meta:
        managed = False
        db_table = "audit_event"
        verbose_name = "sự kiện"
        verbose_name_plural = "nhật ký thay đổi"
        indexes: ClassVar = [
            models.Index(fields=["table", "row_id"], name="audit_event_of_row"),
            models.Index(fields=["actor_id"], name="audit_event_of_actor"),
            models.Index(fields=["at"], name="audit_event_at"),
        ]

    def __str__(self) -> str:
        return f"{self.id}: {self.operation} {self.table} {self.row_id}"
