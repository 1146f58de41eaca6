"""Two people at the same time: one gets the step, the other is told why not. Each on a connection of their own."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.core.management import call_command
from django.db import connection, connections
from django.utils import timezone

from ddci_web.jobs import services as jobs
from ddci_web.jobs.models import Job
from ddci_web.results import services
from ddci_web.results.models import Computation, Programme, Review, Wave
from tests.web.room import Room


@pytest.fixture
def at_once(transactional_db, files, tmp_path, monkeypatch):
    """Run functions in threads on one database (on SQLite a file, as the tests' own is in memory); jobs stay queued."""
    monkeypatch.setattr(jobs, "_hand_over", lambda job: None)

    def run(*functions):
        with ThreadPoolExecutor(len(functions)) as pool:
            return [done.result(timeout=90) for done in [pool.submit(closing, function) for function in functions]]

    def closing(function):
        try:
            return function()
        except services.RuleError as refusal:
            return str(refusal)
        finally:
            connections["default"].close()

    if connection.vendor == "sqlite":
        options = {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": "PRAGMA journal_mode=WAL"}
        file = {"NAME": str(tmp_path / "shared.sqlite3"), "OPTIONS": options}
        monkeypatch.setitem(connections.settings, "default", {**connections.settings["default"], **file})
        run(lambda: call_command("migrate", verbosity=0))
    return run


def both(at_once, step):
    """Let two people take a step at the same moment; what each got: a row, or words of refusal."""
    start = Barrier(2)

    def one(number):
        start.wait()
        return step(number)

    return at_once(lambda: one(0), lambda: one(1))


def words(outcomes):
    return [outcome for outcome in outcomes if isinstance(outcome, str)]


def test_two_publications_of_a_wave_at_once_become_one(at_once):
    def prepare():
        room = Room()
        approved = [room.computed(), room.computed()]
        for computation in approved:
            room.approve(computation)
        return room, approved

    ((room, approved),) = at_once(prepare)

    got = both(
        at_once,
        lambda number: services.publish(computation=approved[number], public_from=timezone.now(), by=room.organiser),
    )

    assert len(words(got)) == 1
    assert "đang được công bố" in words(got)[0]
    assert at_once(lambda: Job.objects.filter(kind="results.publish").count()) == [1]


def test_two_computations_of_the_same_data_at_once_become_one(at_once):
    ((room, source),) = at_once(lambda: (room := Room(), room.computed().source))

    got = both(at_once, lambda number: services.start_computation(source=source, by=room.consultant))

    assert "đang được tính" in words(got)[0]
    assert at_once(lambda: Computation.objects.filter(result_hash="").count()) == [1]


def test_two_waves_with_one_code_at_once_become_one(at_once):
    def prepare():
        return [Programme.objects.create(code=code, vi=code) for code in ("a", "b")]

    (programmes,) = at_once(prepare)

    got = both(
        at_once,
        lambda number: services.save_wave(
            programme=programmes[number], code="moi", year=2026, vi="Đợt mới", is_new=True, by=None
        ),
    )

    assert len(words(got)) == 1
    assert at_once(lambda: Wave.objects.filter(code="moi").count()) == [1]


def test_a_return_at_the_moment_of_publication_is_before_or_after_it(at_once):
    def prepare():
        room = Room()
        computation = room.computed()
        room.approve(computation)
        return room, computation

    ((room, computation),) = at_once(prepare)

    def step(number):
        if number:
            return services.publish(computation=computation, public_from=timezone.now(), by=room.organiser)
        return services.review(
            computation=computation, decision=Review.Decision.RETURN, note="Còn sai.", by=room.reviewer
        )

    returned, published = both(at_once, step)

    assert isinstance(returned, Review)
    assert not isinstance(published, str) or "chưa được người thứ hai" in published
    assert "chưa được người thứ hai" in at_once(lambda: services.publishable(computation))[0]  # the job asks again
