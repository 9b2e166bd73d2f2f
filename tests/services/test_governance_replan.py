"""A forced decision answered by planning anew, from the answer to the plan that is decided."""

from dataclasses import replace
from datetime import date

import pytest

from core import tenancy
from governance import errors
from governance.rules.forced import Answer
from governance.services import forcing, gates, rollback
from governance.services.forcing import Reply
from measures.errors import LineCommitted, PlanFrozen
from measures.models import Line
from measures.queries import facts, periods
from measures.rules.lines import Series
from measures.rules.stage import Stage
from measures.services import lines
from tests.factories.forced import a_day_begins, a_forced_decision, cost_line, forced_on
from tests.factories.governance import evidence
from tests.factories.measures import YEAR

REPLAN = Reply(Answer.REPLAN, "The tender is run again.", until=date(2026, 8, 31))


def answered(subject, asked, reply=REPLAN, by="sponsor"):
    return forcing.answer(actor=subject.actor(by), forced_id=asked.pk, reply=reply)


def line_of(subject):
    with tenancy.reading(subject.actor("lead")):
        found = facts.of_one(subject.measure_id, periods.ground().today)
    return next(each for each in found.lines if each.line_id == subject.line_id)


def decided_again(subject):
    """Prove the baseline, submit Decided as the owner, and let sponsor and controller vote."""
    owner = subject.actor("owner")
    with tenancy.acting(owner):
        proof = evidence(subject.measure_id, "baseline")
        line = Line.objects.get(pk=subject.line_id)
    lines.revise(
        actor=owner,
        line_id=line.pk,
        version=line.version,
        draft=replace(lines.draft_of(line), baseline_evidence_id=proof.pk),
    )
    asked = gates.request(
        actor=subject.actor("owner"), measure_id=subject.measure_id, note="The new tender holds."
    )
    for role in ("sponsor", "controller"):
        gates.vote(
            actor=subject.actor(role), request_id=asked.pk, choice="approve", digest=asked.digest
        )


def test_a_re_plan_opens_the_plan_and_is_decided_by_sponsor_and_controller(db, clock_at):
    subject, asked = a_forced_decision(clock_at)
    with pytest.raises(PlanFrozen):
        subject.save(Series.PLAN, {9: 4000})

    answered(subject, asked)

    assert (subject.measure().stage, forced_on(subject)[0].state) == (2, "replanning")
    subject.save(Series.PLAN, dict.fromkeys(range(7, 13), 4000))
    before = line_of(subject).facts
    # Until it is decided the commitment stands, and what is expected is measured by it.
    assert (before.plan[YEAR][8], before.original[YEAR][8]) == (10_000_00, 10_000_00)
    decided_again(subject)

    after = line_of(subject).facts
    assert (after.plan[YEAR][8], after.original[YEAR][8]) == (4_000_00, 10_000_00)
    # The new plan does not better what the owner expects.
    assert after.forecast[YEAR][8] == 1_000_00
    assert (subject.measure().stage, forced_on(subject)[0].state) == (3, "decided")


def test_a_second_re_plan_within_twelve_months_is_refused(db, clock_at):
    subject, asked = a_forced_decision(clock_at)
    answered(subject, asked)
    decided_again(subject)
    a_day_begins(subject)
    again = forced_on(subject)[-1]
    assert again.pk != asked.pk

    with pytest.raises(errors.ReplannedLately):
        answered(subject, again)


def test_a_re_plan_takes_no_line_away(db, clock_at):
    subject, asked = a_forced_decision(clock_at)
    answered(subject, asked)
    with tenancy.reading(subject.actor("owner")):
        cost = Line.objects.get(pk=cost_line(subject))

    with pytest.raises(LineCommitted):
        lines.remove(actor=subject.actor("owner"), line_id=cost.pk, version=cost.version)


def test_a_roll_back_escapes_no_forced_decision(db, clock_at):
    subject, _ = a_forced_decision(clock_at)
    rollback.propose(
        actor=subject.actor("sponsor"), measure_id=subject.measure_id, to_stage=1, reason="Anew."
    )
    rollback.confirm(actor=subject.actor("controller"), measure_id=subject.measure_id)
    assert forced_on(subject)[0].state == "open"
    clock_at(2026, 7, 10, 9)

    assert forcing.lapse(actor=tenancy.system(subject.organization.id)) == 1

    held = subject.measure()
    assert (held.stage, held.lifecycle, forced_on(subject)[0].state) == (1, "on_hold", "lapsed")


def test_what_was_rolled_back_is_still_found_by_the_conditions(db, clock_at):
    subject, asked = a_forced_decision(clock_at)
    answered(subject, asked)
    decided_again(subject)
    rollback.propose(
        actor=subject.actor("sponsor"),
        measure_id=subject.measure_id,
        to_stage=Stage.DEFINED,
        reason="Anew.",
    )
    rollback.confirm(actor=subject.actor("controller"), measure_id=subject.measure_id)

    a_day_begins(subject)

    assert [each.state for each in forced_on(subject)] == ["decided", "open"]
