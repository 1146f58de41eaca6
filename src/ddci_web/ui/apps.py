from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "ddci_web.ui"
    label = "ui"
