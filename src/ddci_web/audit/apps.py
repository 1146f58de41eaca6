from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate


class AuditConfig(AppConfig):
    name = "ddci_web.audit"
    label = "audit"
    verbose_name = "Nhật ký thay đổi"

    def ready(self) -> None:
        from ddci_web.audit import checks, connection, triggers

        connection_created.connect(connection.prepare, dispatch_uid="audit.prepare")
        post_migrate.connect(triggers.install_after_migrate, dispatch_uid="audit.install")
        checks.register()
