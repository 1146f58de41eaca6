"""Who may open which page: every address of the results room for every role; wrong objects are not found."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone

from ddci_web.accounts.models import Role
from ddci_web.accounts.roles import ALLOWED, Action
from ddci_web.jobs.models import Job, State
from ddci_web.organiser import results_urls, watch_urls
from tests.web.people import logged_in, make_member

A = Action
PAGES: dict[str, tuple[Action, str]] = {
    "home": (A.VIEW_WAVES, ""),
    "programmes": (A.VIEW_WAVES, ""),
    "new_programme": (A.PUBLISH, ""),
    "edit_programme": (A.PUBLISH, "programme"),
    "boundary": (A.PUBLISH, "programme"),
    "new_wave": (A.PUBLISH, "programme"),
    "wave": (A.VIEW_WAVES, "wave"),
    "edit_wave": (A.PUBLISH, "wave"),
    "upload": (A.UPLOAD_DATA, "wave"),
    "source": (A.VIEW_WAVES, "source"),
    "source_faults": (A.VIEW_WAVES, "source"),
    "computation": (A.VIEW_RESULTS, "computation"),
    "checks": (A.VIEW_RESULTS, "computation"),
    "coherence": (A.VIEW_RESULTS, "computation"),
    "sensitivity": (A.VIEW_RESULTS, "computation"),
    "comparison": (A.VIEW_RESULTS, "computation"),
    "warnings": (A.VIEW_RESULTS, "computation"),
    "review": (A.REVIEW, "computation"),
    "publish": (A.PUBLISH, "computation"),
    "jobs": (A.VIEW_JOBS, ""),
    "job": (A.VIEW_JOBS, "job"),
    "audit": (A.VIEW_AUDIT, ""),
}
POSTS: dict[str, tuple[Action, str]] = {
    "compute": (A.COMPUTE, "source"),
    "stop_job": (A.COMPUTE, "job"),
    "run_again": (A.COMPUTE, "job"),
}
ELSEWHERE = {"draft_file", "correct", "snapshot", "embargo"}  # tested with a publication, or with a file's name


@pytest.fixture
def things(room):
    computation = room.computed()
    job = Job.objects.create(kind="results.compute", title="Tính", state=State.RUNNING, started_at=timezone.now())
    return {
        "": [],
        "programme": ["nho"],
        "wave": ["nho-2024"],
        "source": [computation.source.pk],
        "computation": [computation.pk],
        "job": [job.pk],
    }


def test_every_address_is_tested():
    named = {pattern.name for pattern in (*results_urls.urlpatterns, *watch_urls.urlpatterns)} | {"home"}

    assert named == PAGES.keys() | POSTS.keys() | ELSEWHERE


@pytest.mark.parametrize("role", [*Role, None])
def test_a_page_opens_for_those_who_may_and_nobody_else(role, things):
    client = logged_in(make_member(role))
    for name, (action, thing) in PAGES.items():
        answer = client.get(reverse(f"organiser:{name}", args=things[thing]))

        wanted = 200 if role is not None and action in ALLOWED[role] else 403
        assert answer.status_code == wanted, (role, name)


@pytest.mark.parametrize("role", [*Role, None])
def test_a_step_is_for_those_who_may(role, things):
    client = logged_in(make_member(role))
    for name, (action, thing) in POSTS.items():
        answer = client.post(reverse(f"organiser:{name}", args=things[thing]))

        may = role is not None and action in ALLOWED[role]
        assert (answer.status_code != 403) == may, (role, name)


def test_steps_are_not_taken_by_links(things):
    client = logged_in(make_member(Role.ORGANISER))

    assert {
        client.get(reverse(f"organiser:{name}", args=things[thing])).status_code for name, (_, thing) in POSTS.items()
    } == {405}


def test_visitors_are_sent_to_the_log_in(client, things):
    for name, (_, thing) in PAGES.items():
        answer = client.get(reverse(f"organiser:{name}", args=things[thing]))

        assert (answer.status_code, "/tai-khoan/dang-nhap/" in answer.url) == (302, True), name


@pytest.mark.parametrize("role", [Role.ORGANISER, Role.CONSULTANT, Role.REVIEWER])
def test_without_a_second_factor_these_roles_are_sent_to_set_it_up(role, things):
    answer = logged_in(make_member(role, with_mfa=False)).get(reverse("organiser:home"))

    assert answer.url.startswith(reverse("mfa_activate_totp"))


def test_what_does_not_exist_is_not_found(room):
    client = logged_in(room.organiser)
    unknown = {"programme": ["khong"], "wave": ["khong-co"]}
    for name, (_, thing) in {**PAGES, "snapshot": (A.VIEW_RESULTS, "x"), "embargo": (A.PUBLISH, "x")}.items():
        if thing:
            assert client.get(reverse(f"organiser:{name}", args=unknown.get(thing, [99999]))).status_code == 404, name


def test_a_draft_file_is_a_download_of_that_computation_alone(room):
    computation, client = room.computed(), logged_in(room.consultant)

    answer = client.get(reverse("organiser:draft_file", args=[computation.pk, "result.json"]))
    assert answer["Content-Disposition"].startswith("attachment")
    assert b"".join(answer.streaming_content).startswith(b"{")
    for name in ("khong-co.json", "..", "%2e%2e%2fresult.json"):
        address = reverse("organiser:computation", args=[computation.pk]) + f"tep/{name}"
        assert client.get(address).status_code in (301, 404)
    assert (
        logged_in(make_member(Role.DATA_ENTRY))
        .get(reverse("organiser:draft_file", args=[computation.pk, "result.json"]))
        .status_code
        == 403
    )


def test_a_job_of_another_kind_of_work_is_stopped_by_nobody_else(room):
    job = Job.objects.create(kind="results.publish", title="Công bố", state=State.RUNNING, started_at=timezone.now())

    for role, wanted in ((Role.CONSULTANT, 403), (Role.REVIEWER, 403), (Role.ORGANISER, 302)):
        answer = logged_in(make_member(role)).post(reverse("organiser:stop_job", args=[job.pk]))
        assert answer.status_code == wanted, role
