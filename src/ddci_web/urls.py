"""Which audience an address belongs to. Public pages also answer below /en/; work is done in Vietnamese."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

urlpatterns = [
    path("tai-khoan/", include("ddci_web.accounts.urls")),
    path("dieu-hanh/", include("ddci_web.organiser.urls")),
    path("don-vi/", include("ddci_web.workspace.urls")),
    path("api/", include("ddci_web.api.urls")),
    path("", include("ddci_web.ui.urls")),
    *i18n_patterns(path("", include("ddci_web.portal.urls")), prefix_default_language=False),
]
handler404 = "ddci_web.portal.errors.not_found"
