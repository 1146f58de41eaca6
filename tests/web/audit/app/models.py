"""Models that only these tests use: a column of every kind that the trail must carry."""

from django.db import models


class Tag(models.Model):
    name = models.CharField(max_length=20)

    class Meta:
        app_label = "audit_example"


class Example(models.Model):
    code = models.CharField("mã", max_length=20, unique=True)
    name = models.CharField("tên", max_length=200, default="")
    kind = models.CharField("loại", max_length=10, choices=[("unit", "đơn vị"), ("agency", "cơ quan")], default="unit")
    amount = models.DecimalField("số tiền", max_digits=12, decimal_places=2, null=True)
    is_open = models.BooleanField("đang mở", default=True)
    on = models.DateField("ngày", null=True)
    at = models.DateTimeField("thời điểm", null=True)
    details = models.JSONField("chi tiết", default=dict)
    attachment = models.BinaryField("tệp", null=True)
    secret = models.CharField("mật khẩu", max_length=100, default="", null=True)
    heartbeat_at = models.DateTimeField("nhịp", null=True)
    tags = models.ManyToManyField(Tag)

    class Meta:
        app_label = "audit_example"
        verbose_name = "ví dụ"
        verbose_name_plural = "các ví dụ"
