from django.apps import AppConfig


class ResultsConfig(AppConfig):
    name = "ddci_web.results"
    label = "results"
