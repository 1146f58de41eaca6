"""/dieu-hanh/…: programmes and waves, and a wave's way from data to publication and correction."""

from __future__ import annotations

from django.urls import path

from ddci_web.organiser import boundary_views as boundaries
from ddci_web.organiser import computation_views as computations
from ddci_web.organiser import publication_views as publications
from ddci_web.organiser import results_views as results

urlpatterns = [
    path("chuong-trinh/", results.programmes, name="programmes"),
    path("chuong-trinh/moi/", results.new_programme, name="new_programme"),
    path("chuong-trinh/<slug:code>/sua/", results.edit_programme, name="edit_programme"),
    path("chuong-trinh/<slug:code>/ban-do/", boundaries.boundary, name="boundary"),
    path("chuong-trinh/<slug:code>/dot-moi/", results.new_wave, name="new_wave"),
    path("dot/<slug:code>/", results.wave, name="wave"),
    path("dot/<slug:code>/sua/", results.edit_wave, name="edit_wave"),
    path("dot/<slug:code>/du-lieu/", results.upload, name="upload"),
    path("du-lieu/<int:source_id>/", results.source, name="source"),
    path("du-lieu/<int:source_id>/loi.csv", results.source_faults, name="source_faults"),
    path("du-lieu/<int:source_id>/tinh/", results.compute, name="compute"),
    path("lan-tinh/<int:computation_id>/", computations.computation, name="computation"),
    path("lan-tinh/<int:computation_id>/kiem-tra/", computations.checks, name="checks"),
    path("lan-tinh/<int:computation_id>/cau-truc/", computations.coherence, name="coherence"),
    path("lan-tinh/<int:computation_id>/phuong-phap/", computations.sensitivity, name="sensitivity"),
    path("lan-tinh/<int:computation_id>/so-sanh/", computations.comparison, name="comparison"),
    path("lan-tinh/<int:computation_id>/canh-bao/", computations.warnings, name="warnings"),
    path("lan-tinh/<int:computation_id>/tep/<str:name>", computations.draft_file, name="draft_file"),
    path("lan-tinh/<int:computation_id>/soat/", publications.review, name="review"),
    path("lan-tinh/<int:computation_id>/cong-bo/", publications.publish, name="publish"),
    path("lan-tinh/<int:computation_id>/dinh-chinh/", publications.correct, name="correct"),
    path("ban-cong-bo/<int:snapshot_id>/", publications.snapshot, name="snapshot"),
    path("ban-cong-bo/<int:snapshot_id>/gio/", publications.embargo, name="embargo"),
]
