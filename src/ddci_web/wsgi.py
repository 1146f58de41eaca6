"""The entry that a web server calls. Everything is loaded here, so that no reader waits for the first page."""

import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ddci_web.settings")
application = get_wsgi_application()
_ = get_resolver().url_patterns
