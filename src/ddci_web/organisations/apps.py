from django.apps import AppConfig


class OrganisationsConfig(AppConfig):
    name = "ddci_web.organisations"
    label = "organisations"
