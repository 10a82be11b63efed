"""What was stored is read back as it was, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, timedelta

import pytest

from service.application import records as r
from service.errors import Conflict, KelisimError, NotFound
from service.persistence.store import SqlStore
from tests.persistence import samples
from tests.persistence.samples import NOW, TEXTS


def test_a_definition(store: SqlStore) -> None:
    second = replace(samples.DEFINITION, digest="b" * 64, version=2, message_starts=())
    other = replace(samples.DEFINITION, digest="c" * 64, key="annual_cycle")
    with store.write() as work:
        first, second, other = (
            work.definitions.add(one) for one in (samples.DEFINITION, second, other)
        )
        assert first == replace(samples.DEFINITION, id=first.id)
        assert work.definitions.get(first.id) == first
        assert work.definitions.latest("concept_review") == second
        assert work.definitions.latest("unknown") is None
        assert work.definitions.all_latest() == [other, second]
        with pytest.raises(NotFound, match="definition 0"):
            work.definitions.get(0)


def test_an_old_diagram_may_be_in_force_again(store: SqlStore) -> None:
    with store.write() as work:
        work.definitions.add(samples.DEFINITION)
        again = work.definitions.add(replace(samples.DEFINITION, version=2, deployment="d2"))
        assert work.definitions.latest("concept_review") == again


def test_a_message_starts_the_latest_version_only(store: SqlStore) -> None:
    with store.write() as work:
        first = work.definitions.add(samples.DEFINITION)
        for name in ("concept_filed", 'quoted "name"'):
            assert work.definitions.started_by_message(name) == first
        for name in ("concept", "Concept_Filed", "filed", "concept_file_", "%", 'name"'):
            assert work.definitions.started_by_message(name) is None
        work.definitions.add(
            replace(samples.DEFINITION, digest="b" * 64, version=2, message_starts=())
        )
        assert work.definitions.started_by_message("concept_filed") is None


def test_a_form_of_its_deployment_else_the_newest(store: SqlStore) -> None:
    newer = replace(samples.FORM, deployment="d2", text="{}")
    with store.write() as work:
        work.definitions.add_form(samples.FORM)
        work.definitions.add_form(newer)
        assert work.definitions.form("examine_concept", "d1") == samples.FORM
        assert work.definitions.form("examine_concept", "d3") == newer
        assert work.definitions.form("unknown", "d1") is None


def test_an_instance(store: SqlStore) -> None:
    with store.write() as work:
        stored = samples.running_instance(work)
        assert stored == replace(samples.instance(), id=stored.id)
        assert work.instances.get(stored.id) == work.instances.lock(stored.id) == stored
        newer = work.instances.add(samples.instance(status="cancelled"))
        assert work.instances.find("concept_review", "2026/MT/1") == newer
        assert work.instances.find("concept_review", "2026/MT/2") is None
        for ask in (work.instances.get, work.instances.lock):
            with pytest.raises(LookupError, match="instance 999"):
                ask(999)


def test_saving_an_instance(store: SqlStore) -> None:
    with store.write() as work:
        stored = samples.running_instance(work)
        year = work.cycles.add(samples.cycle())
        changed = replace(stored, state=b"next", status="completed", cycle_id=year.id, ended_at=NOW)
        work.instances.save(changed)
        assert work.instances.get(stored.id) == replace(changed, version=2)
        with pytest.raises(Conflict, match="not at version 1 any more"):
            work.instances.save(changed)


def test_instants_come_back_in_utc_and_naive_ones_are_refused(store: SqlStore) -> None:
    local = NOW.astimezone(samples.ALMATY)
    with store.write() as work:
        stored = samples.running_instance(work, started_at=local)
        read = work.instances.get(stored.id).started_at
        assert (read, read.tzinfo) == (NOW, UTC)
    naive = NOW.replace(tzinfo=None)
    with pytest.raises(KelisimError, match="no time zone"), store.write() as work:
        samples.running_instance(work, started_at=naive)


def test_user_tasks_and_inboxes(store: SqlStore) -> None:
    with store.write() as work:
        owner = samples.running_instance(work).id
        later = samples.user_task(owner)
        sooner = samples.user_task(
            owner, id="task-2", due_at=NOW, candidate_groups=("MFA/head", "MFA/head")
        )
        never = samples.user_task(owner, id="task-3", due_at=None, candidate_groups=())
        work.user_tasks.add([later, sooner, never])
        work.user_tasks.add([])
        assert work.user_tasks.get("task-1") == later
        assert work.user_tasks.get("task-9") is None
        assert work.user_tasks.open_of_instance(owner) == [sooner, later, never]
        assert work.user_tasks.open_for_groups(["MFA/head", "MFA/reviewer"]) == [sooner, later]
        assert work.user_tasks.open_for_groups(("MFA/reviewer",)) == [later]
        assert work.user_tasks.open_for_groups([]) == []


def test_closed_tasks_leave_the_inboxes_but_stay_readable(store: SqlStore) -> None:
    with store.write() as work:
        owner = samples.running_instance(work).id
        first, second = samples.user_task(owner), samples.user_task(owner, id="task-2")
        work.user_tasks.add([first, second])
        work.user_tasks.close(["task-1"], status="done", at=NOW, completed_by="aigul")
        work.user_tasks.close([], status="withdrawn", at=NOW)
        done = replace(first, status="done", closed_at=NOW, completed_by="aigul")
        assert work.user_tasks.get("task-1") == done
        assert work.user_tasks.open_of_instance(owner) == [second]
        assert work.user_tasks.open_for_groups(["MFA/reviewer"]) == [second]


def test_timers(store: SqlStore) -> None:
    with store.write() as work:
        owner = samples.running_instance(work).id
        assert work.timers.next_due_at() is None
        first = r.Timer("t1", owner, "Deadline", NOW)
        second = r.Timer("t2", owner, "Reminder", NOW + timedelta(hours=1))
        work.timers.add([second, first])
        assert work.timers.next_due_at() == NOW
        assert work.timers.claim_due(NOW - timedelta(seconds=1)) is None
        assert _timer(work.timers.claim_due(NOW)) == first
        assert work.timers.postpone(first, NOW + timedelta(hours=2))
        assert not work.timers.postpone(first, NOW + timedelta(hours=3))  # somebody was quicker
        failed = replace(first, attempts=1)
        assert work.timers.next_due_at() == NOW + timedelta(hours=1)
        assert work.timers.claim_due(NOW) is None
        assert _timer(work.timers.claim_due(NOW + timedelta(days=1))) == second
        assert work.timers.remove(["t2", "gone"]) == []
        assert _timer(work.timers.claim_due(NOW + timedelta(days=1))) == failed  # its own due_at
        assert work.timers.remove(["t1"]) == ["Deadline"]
        assert work.timers.next_due_at() is None


def test_a_timer_is_claimed_with_its_instance(store: SqlStore) -> None:
    with store.write() as work:
        owner = samples.running_instance(work)
        timer = r.Timer("t1", owner.id, "Deadline", NOW)
        work.timers.add([timer])
        assert work.timers.claim_due(NOW) == (timer, owner)


def _timer(claimed: tuple[r.Timer, r.Instance] | None) -> r.Timer:
    assert claimed is not None
    return claimed[0]


def test_starts_of_processes(store: SqlStore) -> None:
    with store.write() as work:
        later = r.TimerStart("b", NOW + timedelta(days=1), NOW + timedelta(days=1))
        first = r.TimerStart("a", NOW, NOW)
        for start in (later, replace(first, attempts=3), first):
            work.timer_starts.put(start)
        assert (work.timer_starts.get("a"), work.timer_starts.get("c")) == (first, None)
        assert work.timer_starts.all() == [first, later]
        assert work.timer_starts.next_due_at() == NOW
        assert work.timer_starts.claim_due(NOW - timedelta(seconds=1)) is None
        assert work.timer_starts.claim_due(NOW) == first
        assert work.timer_starts.postpone(first, NOW + timedelta(minutes=1))
        assert not work.timer_starts.postpone(first, NOW + timedelta(minutes=1))
        assert work.timer_starts.claim_due(NOW) is None
        kept = replace(first, wake_at=NOW + timedelta(minutes=1), attempts=1)
        assert work.timer_starts.get("a") == kept
        work.timer_starts.remove("a")
        work.timer_starts.remove("c")
        assert work.timer_starts.all() == [later]


def test_external_tasks(store: SqlStore) -> None:
    with store.write() as work:
        owner = samples.running_instance(work).id
        task = r.ExternalTask("x1", owner, "ServiceTask_Translate", "translation", NOW)
        work.external_tasks.add([task])
        assert work.external_tasks.get("x1") == task
        work.external_tasks.remove(["x1"])
        assert work.external_tasks.get("x1") is None


def test_messages_in_their_order(store: SqlStore) -> None:
    with store.write() as work:
        sender = samples.running_instance(work).id
        work.messages.add([samples.message(from_instance_id=sender), samples.message(name="b")])
        first = work.messages.claim_pending()
        assert first is not None
        assert first == samples.message(id=first.id, from_instance_id=sender)
        work.messages.mark(first.id, "delivered")
        second = work.messages.claim_pending()
        assert second is not None
        assert second.name == "b"
        work.messages.mark(second.id, "buffered")
        assert work.messages.claim_pending() is None


def test_a_buffered_message_wakes_up_when_somebody_waits(store: SqlStore) -> None:
    with store.write() as work:
        owner = samples.running_instance(work).id
        work.messages.add([samples.message(), samples.message(business_key="2027")])
        while (pending := work.messages.claim_pending()) is not None:
            work.messages.mark(pending.id, "buffered")
        waiting = r.Subscription("s1", owner, "concept_concluded", "2026")
        work.subscriptions.add([waiting])
        assert work.subscriptions.find("concept_concluded", "2026") == waiting
        assert work.subscriptions.find("concept_concluded", "2027") is None
        woken = work.messages.claim_pending()
        assert woken is not None
        assert woken.business_key == "2026"
        work.messages.mark(woken.id, "delivered")
        work.subscriptions.remove(["s1"])
        assert work.subscriptions.find("concept_concluded", "2026") is None
        assert work.messages.claim_pending() is None


def test_the_outbox_of_a_cycle(store: SqlStore) -> None:
    with store.write() as work:
        parent = samples.running_instance(work).id
        year = work.cycles.add(samples.cycle(instance_id=parent)).id
        child = samples.running_instance(work, cycle_id=year).id
        stranger = samples.running_instance(work).id
        for owner, name in ((parent, "m-1"), (child, "m-2"), (stranger, "m-3"), (None, "m-4")):
            work.outbox.add([samples.outgoing(owner, name)])
        found = work.outbox.of_cycle(year)
        assert [one.message_id for one in found] == ["m-1", "m-2"]
        assert found[0] == replace(samples.outgoing(parent), id=found[0].id)


def test_an_incident(store: SqlStore) -> None:
    with store.write() as work:
        owner = samples.running_instance(work).id
        work.incidents.add(r.Incident(0, owner, "Gateway_Expedient", "no way out", NOW))
        (found,) = work.incidents.all()
        assert found == r.Incident(found.id, owner, "Gateway_Expedient", "no way out", NOW)


def test_one_incident_is_open_per_instance_and_element(store: SqlStore) -> None:
    later, last = NOW + timedelta(hours=1), NOW + timedelta(days=1)
    with store.write() as work:
        one, other = (samples.running_instance(work).id for _ in range(2))
        for owner, element_id, message, at in (
            (one, "A", "first", NOW),
            (one, "A", "again", later),
            (one, "B", "elsewhere", NOW),
            (other, "A", "another's", NOW),
        ):
            work.incidents.add(r.Incident(0, owner, element_id, message, at))
        work.incidents.resolve(one, ["A", "nothing"], last)
        work.incidents.add(r.Incident(0, one, "A", "anew", last))
        found = [(i.element_id, i.message, i.times, i.last_at) for i in work.incidents.all()]
        assert sorted(found, key=lambda each: each[:2]) == [
            ("A", "again", 2, later),
            ("A", "anew", 1, None),
            ("A", "another's", 1, None),
            ("B", "elsewhere", 1, None),
        ]
        resolved = [i.resolved_at for i in work.incidents.all() if i.resolved_at]
        assert resolved == [last]


def test_submissions(store: SqlStore) -> None:
    with store.write() as work:
        owner = samples.running_instance(work).id
        values = {"zulu": 1, "alpha": {"kk": "Ә", "list": [1, None, True]}}
        form = r.Submission(0, owner, "task-1", "Task_A", "a", "aigul", "", NOW, values, "0" * 64)
        first = work.submissions.add(form)
        second = work.submissions.add(form)
        other = work.submissions.add(replace(form, element_id="Task_B", task_id=""))
        assert first == replace(form, id=first.id)
        assert second.id == first.id + 1
        assert work.submissions.latest(owner, "a") == other
        assert work.submissions.latest(owner, "b") is None
        found = work.submissions.of_instance(owner)
        assert found == [first, second, other]
        assert list(found[0].values) == ["zulu", "alpha"]  # the order is kept


def test_the_directory(store: SqlStore) -> None:
    body = r.Body("MT", "ministry", TEXTS, TEXTS, True, date(2020, 1, 1), None, "MTC")
    people = [
        r.Person("aigul", "Айгүл", "kk", ("MFA/head", "MFA/reviewer")),
        r.Person("boris", "Борис", "ru", ("MFA/reviewer",)),
        r.Person("guest", "Guest"),
    ]
    with store.write() as work:
        work.bodies.add([body, replace(body, code="AB", may_submit=False)])
        assert work.bodies.get("MT") == body
        assert work.bodies.get("XX") is None
        assert [one.code for one in work.bodies.all()] == ["AB", "MT"]
        work.bodies.change("MT", valid_to=date(2026, 9, 15), successor="AB")
        changed = replace(body, valid_to=date(2026, 9, 15), successor="AB")
        assert work.bodies.get("MT") == work.bodies.lock_all()[1] == changed
        with pytest.raises(LookupError, match="body XX"):
            work.bodies.change("XX", successor="AB")
        work.people.add(people)
        assert [work.people.get(one.id) for one in people] == people
        assert work.people.get("nobody") is None
        assert work.people.in_group("MFA/reviewer") == people[:2]
        assert work.people.in_group("MFA/registrar") == []


def test_calendar_overrides(store: SqlStore) -> None:
    overrides = [{"on": "2026-12-19", "working": True}, {"on": "2026-12-31", "working": False}]
    with store.write() as work:
        assert work.calendar_overrides.version() == 0
        work.calendar_overrides.add(overrides[:1])
        before = work.calendar_overrides.version()
        work.calendar_overrides.add(overrides[1:])
        assert work.calendar_overrides.version() > before > 0
        assert work.calendar_overrides.all() == overrides
