from django.apps import AppConfig


class OrganiserConfig(AppConfig):
    name = "ddci_web.organiser"
    label = "organiser"
