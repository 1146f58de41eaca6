from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "ddci_web.accounts"
    label = "accounts"

    def ready(self) -> None:
        """Second factors and addresses live in tables of allauth; changes of them belong in the trail too."""
        from allauth.account.models import EmailAddress
        from allauth.mfa.models import Authenticator

        from ddci_web.audit.registry import audited

        audited(EmailAddress)
        audited(exclude=("data",))(Authenticator)
