from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "ddci_web.audit"
    label = "audit"
