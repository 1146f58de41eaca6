"""/don-vi/…: the rooms of a rated unit and the register of recommendations."""

from __future__ import annotations

from django.urls import include, path

from ddci_web.workspace.views import findings, home, recommendations, register, units

app_name = "workspace"
room = [
    path("", units.unit, name="unit"),
    path("chi-tieu/", units.indicators, name="indicators"),
    path("lanh-dao/", units.leader, name="leader"),
    path("han-che/", findings.findings, name="findings"),
    path("han-che/lap/", findings.draft, name="draft_findings"),
    path("han-che/giu/", findings.keep, name="keep_findings"),
    path("han-che/them/", findings.add, name="add_finding"),
    path("han-che/<int:finding_id>/", findings.finding, name="finding"),
    path("han-che.txt", findings.text, name="findings_text"),
    path("han-che.csv", findings.csv, name="findings_csv"),
    path("khuyen-nghi/", recommendations.recommendations_of, name="recommendations_of"),
    path("khuyen-nghi/<int:recommendation_id>/", recommendations.respond, name="respond"),
]
urlpatterns = [
    path("", home.home, name="home"),
    path("khuyen-nghi/", register.recommendations, name="recommendations"),
    path("khuyen-nghi/moi/", register.new_recommendation, name="new_recommendation"),
    path("khuyen-nghi/<int:recommendation_id>/", register.recommendation, name="recommendation"),
    path("khuyen-nghi/<int:recommendation_id>/sua/", register.change_recommendation, name="change_recommendation"),
    path("<slug:wave>/<str:unit>/", include(room)),
]
