"""The site as it is run for a province: Django's own list for deployment, migrations, and switches that must not be there.

Each check starts a fresh process with the variables that a province sets, as settings are read once.
"""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

PRODUCTION = {
    "DJANGO_SETTINGS_MODULE": "ddci_web.settings",
    "DDCI_SECRET_KEY": "k3Jd93-kd0s92Kd9s0akd92ks01kfh47fj2k0s9dkf83jdhs72jdh",
    "DDCI_HTTPS": "1",
    "DDCI_HOSTS": "ddci.example.vn",
    "DDCI_PROXIES": "1",
}
ON_ONES_OWN = {"DDCI_HTTPS": "0", "DDCI_HOSTS": "localhost,127.0.0.1", "DDCI_DEMO": "1"}


def django(*command, tmp_path, **variables):
    """Run a command of Django's with the variables of a province and these; what it wrote and how it ended."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("DDCI_", "DJANGO_", "DATABASE_"))}
    environment = kept | PRODUCTION | {"DDCI_DATA": str(tmp_path)} | variables
    done = subprocess.run(
        [sys.executable, "-m", "django", *command], env=environment, capture_output=True, text=True, timeout=120
    )
    return done.returncode, done.stdout + done.stderr


def test_nothing_is_left_to_do_on_the_list_for_deployment(tmp_path):
    code, said = django("check", "--deploy", "--fail-level", "WARNING", tmp_path=tmp_path)

    assert (code, "no issues" in said) == (0, True), said


def test_every_change_of_a_model_has_its_migration(tmp_path):
    code, said = django("makemigrations", "--check", "--dry-run", tmp_path=tmp_path)

    assert code == 0, said


@pytest.mark.parametrize("variables", [{"DDCI_HTTPS": "1"}, {"DDCI_HOSTS": "localhost,ddci.example.vn"}])
def test_a_demonstration_within_reach_of_others_does_not_start(tmp_path, variables):
    code, said = django("check", tmp_path=tmp_path, **(ON_ONES_OWN | variables))

    assert code != 0
    assert "DDCI_DEMO is for one's own machine" in said


def test_a_demonstration_on_ones_own_machine_starts(tmp_path):
    code, said = django("check", tmp_path=tmp_path, **ON_ONES_OWN)

    assert code == 0, said


def test_a_site_without_a_secret_does_not_start(tmp_path):
    code, said = django("check", tmp_path=tmp_path, DDCI_SECRET_KEY="")

    assert code != 0
    assert "DDCI_SECRET_KEY" in said
