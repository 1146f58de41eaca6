"""Jobs: state, progress, log and faults; one at a time under a key; stopped, lost, run again."""

from __future__ import annotations

import socket
import time
from datetime import timedelta

import pytest
from django.db import IntegrityError
from django.utils import timezone

from ddci_web.accounts.models import Role
from ddci_web.accounts.roles import Action
from ddci_web.audit.models import AuditEvent
from ddci_web.jobs import registry, services
from ddci_web.jobs.heartbeat import heartbeat
from ddci_web.jobs.models import Job, State
from ddci_web.jobs.process import is_gone, this_process
from ddci_web.jobs.report import FaultsFoundError
from tests.web.people import make_member

GONE = f"{socket.gethostname()}|4194305|1"  # above the largest process number


@pytest.fixture
def kind(monkeypatch):
    """A kind of job whose work each test may set."""
    work = {"run": lambda report: report.step("Một bước", 1, 1)}
    monkeypatch.setitem(registry.HANDLERS, "test", lambda report, **arguments: work["run"](report))
    monkeypatch.setitem(registry.NEEDS, "test", Action.COMPUTE)
    return work


def start(**columns):
    job = services.start(**({"kind": "test", "title": "Thử", "by": None} | columns))
    job.refresh_from_db()
    return job


@pytest.mark.django_db(transaction=True)
class TestRunning:
    def test_a_job_ends_with_its_progress_and_log(self, kind):
        job = start()

        assert (job.state, job.done, job.total) == (State.DONE, 1, 1)
        assert "Một bước" in job.log
        assert job.finished_at >= job.started_at

    def test_faults_are_kept_and_need_other_data(self, kind):
        fault = {"code": "X", "severity": "error", "place": "a.csv", "text": "Sai.", "remedy": "Sửa."}
        kind["run"] = lambda report: (_ for _ in ()).throw(FaultsFoundError([fault]))

        job = start()

        assert (job.state, job.faults, job.can_run_again) == (State.FAILED, [fault], False)
        with pytest.raises(services.NotAgainError):
            services.run_again(job=job, by=None)

    def test_an_unexpected_error_is_named_in_the_log_and_the_job_can_run_again(self, kind, caplog):
        kind["run"] = lambda report: 1 / 0
        job = start()
        assert (job.state, job.can_run_again) == (State.FAILED, True)
        assert "ZeroDivisionError" in job.log

        kind["run"] = lambda report: report.step("Lần này được", 1, 1)
        again = make_member(full_name="Nguyễn Văn A")
        services.run_again(job=job, by=again)

        job.refresh_from_db()
        assert (job.state, job.attempt, job.by) == (State.DONE, 2, again)
        assert "Nguyễn Văn A cho chạy lại" in job.log

    def test_a_job_that_is_asked_to_stop_stops_at_its_next_step(self, kind):
        def run(report):
            services.stop(job=Job.objects.get(pk=report.job_id), by="Nguyễn Văn A")
            report.step("Không tới đây", 1, 1)
            raise AssertionError("went on after being stopped")

        kind["run"] = run
        job = start()

        assert job.state == State.CANCELLED
        assert "Nguyễn Văn A yêu cầu dừng" in job.log

    def test_a_former_attempt_has_no_say(self, kind):
        """Its process was only thought to be lost: what it says and how it ends is not heard any more."""

        def run(report):
            Job.objects.filter(pk=report.job_id).update(attempt=2, message="lần hai")
            report.step("lần một vẫn nói", 1, 9)

        kind["run"] = run
        job = start()

        assert (job.state, job.message, job.total) == (State.RUNNING, "lần hai", 0)

    def test_a_busy_job_gives_signs_of_life(self, kind):
        job = start()
        before = timezone.now()

        with heartbeat(job.pk, job.attempt, interval=0.05):
            time.sleep(0.4)

        job.refresh_from_db()
        assert job.heartbeat_at > before

    def test_the_trail_says_who_acted_and_leaves_progress_out(self, kind):
        member = make_member(Role.ORGANISER, full_name="Nguyễn Văn A")
        job = start(by=member)

        events = AuditEvent.objects.filter(table="jobs_job", row_id=str(job.pk)).order_by("id")
        assert [event.operation for event in events][:2] == ["insert", "update"]
        assert all('"log"' not in (event.after or "") for event in events)


@pytest.mark.django_db
class TestQueue:
    def test_only_one_open_job_works_at_one_thing(self, kind):
        first = start(key="test:1")

        with pytest.raises(services.AlreadyRunningError) as taken:
            start(key="test:1")
        assert taken.value.job == first
        start(key="test:2")
        Job.objects.filter(pk=first.pk).update(state=State.DONE, finished_at=timezone.now())
        start(key="test:1")

    def test_a_finished_job_has_a_time(self, kind):
        with pytest.raises(IntegrityError):
            Job.objects.filter(pk=start().pk).update(state=State.DONE)

    def test_an_unknown_kind_is_not_queued(self):
        with pytest.raises(registry.UnknownKindError):
            services.start(kind="nothing", title="x", by=None)

    def test_a_queued_job_is_stopped_at_once(self, kind):
        job = start()

        services.stop(job=job, by="Nguyễn Văn A")

        job.refresh_from_db()
        assert (job.state, job.can_run_again) == (State.CANCELLED, True)

    def test_running_jobs_whose_process_is_gone_or_silent_are_ended_and_others_left_alone(self, kind):
        now = timezone.now()
        silent = now - timedelta(minutes=3)
        rows = {
            "gone": {"worker": GONE, "heartbeat_at": now},
            "silent elsewhere": {"worker": "other|1|1", "heartbeat_at": silent},
            "alive": {"worker": this_process(), "heartbeat_at": now},
            "elsewhere": {"worker": "other|1|1", "heartbeat_at": now},
        }
        for title, columns in rows.items():
            Job.objects.create(kind="test", title=title, state=State.RUNNING, started_at=now, **columns)

        assert services.end_lost_jobs() == 2

        lost = Job.objects.filter(state=State.FAILED)
        assert {job.title for job in lost} == {"gone", "silent elsewhere"}
        assert all(job.can_run_again for job in lost)

    def test_a_job_that_nobody_takes_up_can_be_handed_over_again(self, kind):
        job = start()
        assert not job.can_run_again

        Job.objects.filter(pk=job.pk).update(created_at=timezone.now() - timedelta(minutes=6))
        job.refresh_from_db()

        assert job.waits_long
        assert services.run_again(job=job, by=None).attempt == 2

    def test_a_job_does_not_run_again_while_another_has_its_key(self, kind):
        first = start(key="test:1")
        services.stop(job=first, by=None)
        start(key="test:1")

        with pytest.raises(services.AlreadyRunningError):
            services.run_again(job=first, by=None)

    def test_who_may_do_the_work_may_stop_it(self, kind):
        assert registry.may_control(make_member(Role.CONSULTANT), "test")
        assert not registry.may_control(make_member(Role.VIEWER), "test")
        assert not registry.may_control(None, "test")


def test_a_process_knows_itself_and_tells_its_former_number_from_a_new_one():
    host, number, birth = this_process().split("|")

    assert not is_gone(this_process())
    assert is_gone(GONE)
    assert is_gone(f"{host}|{number}|{int(birth) - 1}")
    assert not is_gone("another-machine|1|1")
    assert not is_gone("")
