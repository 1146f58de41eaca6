from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "ddci_web.jobs"
    label = "jobs"
