"""Addresses of the read API: its description, its OpenAPI document, version 1."""

from django.urls import path

from ddci_web.api import views
from ddci_web.api.endpoints import api

urlpatterns = [
    path("", views.description, name="api_description"),
    path("v1/", api.urls),
]
