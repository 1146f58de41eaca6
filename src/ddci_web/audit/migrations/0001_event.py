"""The table of the trail. It is made here and unmanaged from then on, so that ``flush`` leaves it alone."""

from typing import ClassVar

from django.db import migrations, models

OPERATIONS = [("insert", "thêm"), ("update", "đổi"), ("delete", "xoá")]


class Migration(migrations.Migration):
    initial = True
    dependencies: ClassVar = []
    operations: ClassVar = [
        migrations.CreateModel(
            name="AuditEvent",
            fields=[
                ("id", models.BigIntegerField(primary_key=True, serialize=False, verbose_name="số thứ tự")),
                ("at", models.DateTimeField(verbose_name="thời điểm")),
                ("actor_id", models.BigIntegerField(null=True, verbose_name="mã thành viên")),
                ("actor_name", models.TextField(verbose_name="thành viên")),
                ("via", models.TextField(verbose_name="đường vào")),
                ("table", models.TextField(verbose_name="bảng")),
                ("row_id", models.TextField(verbose_name="mã dòng")),
                ("operation", models.TextField(choices=OPERATIONS, verbose_name="thao tác")),
                ("before", models.TextField(null=True, verbose_name="trước")),
                ("after", models.TextField(null=True, verbose_name="sau")),
                ("previous_hash", models.TextField(verbose_name="mã băm trước")),
                ("hash", models.TextField(verbose_name="mã băm")),
            ],
            options={
                "verbose_name": "sự kiện",
                "verbose_name_plural": "nhật ký thay đổi",
                "db_table": "audit_event",
                "indexes": [
                    models.Index(fields=["table", "row_id"], name="audit_event_of_row"),
                    models.Index(fields=["actor_id"], name="audit_event_of_actor"),
                    models.Index(fields=["at"], name="audit_event_at"),
                ],
            },
        ),
        migrations.AlterModelOptions(
            name="auditevent",
            options={
                "managed": False,
                "verbose_name": "sự kiện",
                "verbose_name_plural": "nhật ký thay đổi",
            },
        ),
    ]
