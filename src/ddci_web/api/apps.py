from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "ddci_web.api"
    label = "api"
