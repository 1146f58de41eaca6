"""Addresses of the read API: its description, its OpenAPI document, version 1."""

from django.urls import path

from ddci_web.api import views
from ddci_web.api.endpoints import api

app_name = "docs"
urlpatterns = [
    path("", views.description, name="description"),
    path("v1/", api.urls),
]
