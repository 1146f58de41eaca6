"""Every table that people change is in the trail; what is left out is named here with the reason."""

from __future__ import annotations

from django.apps import apps

from ddci_web.audit.registry import watched

OURS = ("ddci_web.", "allauth.")
LEFT_OUT = {
    "audit.AuditEvent": "the trail itself; its own triggers refuse any change",
    "accounts.CodeFailure": "a counter that the machine keeps of wrong codes",
    "account.EmailConfirmation": "not used: an address is proved by the invitation sent to it",
}


def test_every_table_that_people_change_is_audited():
    models = [
        model
        for model in apps.get_models(include_auto_created=True)
        if apps.get_app_config(model._meta.app_label).name.startswith(OURS)
    ]

    in_trail = {entry.table for entry in watched()}

    assert {model._meta.label for model in models if model._meta.db_table not in in_trail} == set(LEFT_OUT)


def test_no_group_or_permission_of_djangos_own_gives_a_right():
    """They are not audited because nothing asks them: roles are in ``accounts.roles``."""
    member = apps.get_model("accounts.Member")

    assert {"groups", "user_permissions"}.isdisjoint(field.name for field in member._meta.get_fields())
