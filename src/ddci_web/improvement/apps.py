from django.apps import AppConfig


class ImprovementConfig(AppConfig):
    name = "ddci_web.improvement"
    label = "improvement"
