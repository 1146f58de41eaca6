"""The site's own settings, made quick and local for tests: a fresh data folder, cheap password hashes, jobs run at once."""

import os
import tempfile
from pathlib import Path

os.environ["DDCI_DATA"] = tempfile.mkdtemp(prefix="ddci-test-")
os.environ["DDCI_SECRET_KEY"] = "only-for-tests-" * 5
os.environ["DDCI_HTTPS"] = "0"
os.environ.pop("DDCI_DEBUG", None)

from ddci_web.settings import *  # noqa: F403
from ddci_web.settings import DATA, STORAGES

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
STORAGES = {
    **STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
(Path(DATA) / "static").mkdir(parents=True, exist_ok=True)
