from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "ddci_web.portal"
    label = "portal"
