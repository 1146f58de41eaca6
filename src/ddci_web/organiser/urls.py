"""Addresses of the organiser's rooms."""

from django.urls import include, path

from ddci_web.organiser import home_views

app_name = "organiser"
urlpatterns = [
    path("", home_views.home, name="home"),
    path("", include("ddci_web.organiser.results_urls")),
    path("", include("ddci_web.organiser.people_urls")),
    path("", include("ddci_web.organiser.watch_urls")),
]
