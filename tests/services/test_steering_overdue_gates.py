"""A gate without a decision by its day escalates, climbs, and ends when it is decided."""

from core import tenancy
from governance.models import GateRequest
from governance.services import gates
from measures.rules.stage import Stage
from steering.models import Escalation
from steering.services import clock
from tests.factories.governance import a_measure, a_request, a_vote

REQUESTED, DUE, LATE, LATER = (2026, 7, 6, 9), (2026, 7, 20, 9), (2026, 7, 21, 9), (2026, 7, 27, 9)


def requested(clock_at, stage=Stage.DETAILED):
    clock_at(*REQUESTED)
    case = a_measure(stage)
    return case, a_request(case)


def run(case):
    return clock.run(actor=tenancy.system(case.organization.id))


def escalation(case):
    with tenancy.reading(case.actor("lead")):
        return Escalation.objects.filter(measure_id=case.measure_id, rule="T9").first()


def test_a_gate_is_in_time_until_its_day_has_passed(clock_at):
    case, _ = requested(clock_at)
    clock_at(*DUE)

    run(case)

    assert escalation(case) is None


def test_an_overdue_gate_escalates_and_says_whom_it_waits_for(clock_at):
    case, asked = requested(clock_at)
    a_vote(case, asked, "controller")
    clock_at(*LATE)

    run(case)
    run(case)

    found = escalation(case)
    assert (found.level, found.state) == (1, "open")
    assert found.facts["sentence"] == (
        "Decided was to be decided by 20 Jul 2026, 1 day ago. It waits for: sponsor."
    )


def test_it_climbs_while_nobody_decides(clock_at):
    case, _ = requested(clock_at)
    clock_at(*LATE)
    run(case)
    clock_at(*LATER)

    run(case)

    assert escalation(case).level == 2


def test_it_ends_when_the_gate_is_decided(clock_at):
    case, asked = requested(clock_at, Stage.DEFINED)
    clock_at(*LATE)
    run(case)
    with tenancy.reading(case.actor("lead")):
        digest = GateRequest.objects.get(pk=asked.pk).digest
    gates.vote(actor=case.actor("lead"), request_id=asked.pk, choice="approve", digest=digest)

    run(case)

    assert escalation(case).state == "ended"
