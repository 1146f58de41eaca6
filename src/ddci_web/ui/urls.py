"""Addresses of the design system: the colour scheme, the page of components, the screens of an answer."""

from django.urls import path

from ddci_web.ui import views

app_name = "ui"
urlpatterns = [
    path("giao-dien/", views.theme, name="theme"),
    path("giao-dien/thanh-phan/", views.components, name="components"),
    path("giao-dien/phieu/<slug:state>/", views.answer_state, name="answer_state"),
]
