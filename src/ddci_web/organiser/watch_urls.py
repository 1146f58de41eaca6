"""/dieu-hanh/viec/… and /dieu-hanh/nhat-ky/: background work and the trail of changes."""

from __future__ import annotations

from django.urls import path

from ddci_web.organiser import watch_views as watch

urlpatterns = [
    path("viec/", watch.jobs, name="jobs"),
    path("viec/<int:job_id>/", watch.job, name="job"),
    path("viec/<int:job_id>/dung/", watch.stop, name="stop_job"),
    path("viec/<int:job_id>/chay-lai/", watch.run_again, name="run_again"),
    path("nhat-ky/", watch.audit, name="audit"),
]
