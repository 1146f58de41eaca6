from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "ddci_web.accounts"
    label = "accounts"
