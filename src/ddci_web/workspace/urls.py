"""/don-vi/…: the rooms of a rated unit and the register of recommendations."""

from __future__ import annotations

from django.urls import path

from ddci_web.workspace.views import home

app_name = "workspace"
urlpatterns = [
    path("", home.home, name="home"),
]
