from django.apps import AppConfig


class WorkspaceConfig(AppConfig):
    name = "ddci_web.workspace"
    label = "workspace"
