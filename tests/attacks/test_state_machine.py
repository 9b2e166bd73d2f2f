"""Random acts of random people through the services, beside a plain model: never a disagreement.

Whatever is tried, the product and the model accept or refuse the same, and afterwards stand the
same; every refusal is one that a person can read. The clock moves on; the ledger is sound at
the end.
"""

from datetime import date, timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.db import connection
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from audit.queries import soundness
from core import tenancy
from core.errors import DomainError
from governance.models import GateRequest
from governance.rules.holds import Ending
from governance.services import closure, gates, lifecycle, rollback
from hierarchy.services import deputies
from measures.models import ActualClaim, Milestone
from measures.queries import series
from measures.rules.lines import Series
from measures.rules.stage import Stage
from measures.services import claims, figures, proposals
from measures.services.figures import CellChange
from tests.attacks.governed_model import PEOPLE, Model
from tests.factories.closing import an_implemented_measure, digest_of
from tests.factories.deputies import acting_for, named
from tests.factories.governance import YEAR, a_measure, evidence
from tests.factories.organizations import an_organization
from tests.plugin import in_ci_or_nightly

STEPS = in_ci_or_nightly(2_000, 10_000)
STEPS_EACH = 50
FIRST_DAY, LAST_DAY = date(YEAR, 7, 8), date(YEAR, 7, 30)
people = st.sampled_from(PEOPLE)
# Those who can bring it forward are tried more often than those who cannot.
movers = st.sampled_from(("owner", "lead", "sponsor", "controller", *PEOPLE))
GROUND: dict[str, object] = {}


class Governance(RuleBasedStateMachine):
    """One measure in one organization, and everything that anybody tries with it."""

    steps = 0

    def __init__(self) -> None:
        super().__init__()
        self.organization = GROUND["organization"]
        self.clock_at = GROUND["clock_at"]
        self.clock_at(FIRST_DAY.year, FIRST_DAY.month, FIRST_DAY.day, 9)
        self.deputyship = None
        self.decided_plan = ""

    @initialize(stage=st.sampled_from([0, 1, 2, 3, 4, 4, 4]))
    def begin(self, stage: int) -> None:
        """Begin at any stage; at Implemented with three months proven."""
        if stage == 4:
            self.case = an_implemented_measure(organization=self.organization)
        else:
            self.case = a_measure(Stage(stage), self.organization)
        self.outsider = self.organization.newcomer()
        self.second = self.organization.newcomer()
        self.model = Model(stage, FIRST_DAY, is_done=stage == 4, is_proven=stage == 4)

    def actor(self, who: str):
        """Return a person of the model as an actor."""
        extra = {"outsider": self.outsider, "second": self.second}
        return extra[who] if who in extra else self.organization.actor(who)

    def agree(self, lawful: bool, act, *args: object, **more: object) -> object:
        """Do the act for real; accepted or refused as the model says."""
        made, refusal = None, None
        try:
            made = act(*args, **more)
        except DomainError as refused:
            refusal = refused
        tried = f"{act.__name__} by {more.get('actor')}: {refusal!r} {refusal}"
        assert (refusal is None) is lawful, tried
        return made

    def open_request(self):
        """Return the latest request, open or not; one that is nowhere if there is none."""
        with tenancy.reading(self.actor("lead")):
            found = (
                GateRequest.objects.filter(measure_id=self.case.measure_id).order_by("pk").last()
            )
        return found or SimpleNamespace(pk=2**40, digest="")

    @rule(who=movers)
    def submit(self, who: str) -> None:
        lawful = self.model.submit(who)
        self.agree(lawful, gates.request, actor=self.actor(who), measure_id=self.case.measure_id)

    @rule(who=people)
    def withdraw(self, who: str) -> None:
        asked = self.open_request()
        lawful = self.model.withdraw(who)
        self.agree(lawful, gates.withdraw, actor=self.actor(who), request_id=asked.pk)

    @rule(who=movers, choice=st.sampled_from(["approve", "approve", "approve", "return"]))
    def vote(self, who: str, choice: str) -> None:
        asked = self.open_request()
        lawful = self.model.vote(who, choice)
        self.agree(
            lawful,
            gates.vote,
            actor=self.actor(who),
            request_id=asked.pk,
            choice=choice,
            digest=asked.digest,
            reason="Plan the last quarter." if choice == "return" else "",
            due_on=self.model.today + timedelta(days=9) if choice == "return" else None,
        )

    @rule(who=movers)
    def vote_to_approve(self, who: str) -> None:
        self.vote(who, "approve")

    @rule(who=st.sampled_from(["controller", "controller", *PEOPLE]))
    def confirm(self, who: str) -> None:
        digest = digest_of(self.case)
        lawful = self.model.confirm(who)
        self.agree(
            lawful,
            closure.confirm,
            actor=self.actor(who),
            measure_id=self.case.measure_id,
            digest=digest,
            statement="The ledger shows it.",
        )

    @rule(who=people, days=st.sampled_from([0, 1, 20, 90, 91]))
    def hold(self, who: str, days: int) -> None:
        lawful = self.model.hold(who, days)
        self.agree(
            lawful,
            lifecycle.hold,
            actor=self.actor(who),
            measure_id=self.case.measure_id,
            reason_code="budget",
            reason="No money.",
            until=self.model.today + timedelta(days=days),
        )

    @rule(who=movers)
    def resume(self, who: str) -> None:
        lawful = self.model.resume(who)
        self.agree(lawful, lifecycle.resume, actor=self.actor(who), measure_id=self.case.measure_id)

    @rule(
        who=st.sampled_from(["outsider", "owner", "administrator", "lead", "controller", *PEOPLE])
    )
    def cancel(self, who: str) -> None:
        lawful = self.model.cancel(who)
        self.agree(
            lawful,
            lifecycle.cancel,
            actor=self.actor(who),
            measure_id=self.case.measure_id,
            reason_code="value",
            reason="It brings nothing.",
            ending=Ending(lessons="Ask first.", ending="It stops in July."),
        )

    @rule(who=st.sampled_from(["sponsor", "controller", *PEOPLE]), to=st.integers(0, 4))
    def propose_roll_back(self, who: str, to: int) -> None:
        lawful = self.model.propose_roll_back(who, to)
        self.agree(
            lawful,
            rollback.propose,
            actor=self.actor(who),
            measure_id=self.case.measure_id,
            to_stage=to,
            reason="No offer is left.",
        )

    @rule(who=st.sampled_from(["sponsor", "controller", "second"]))
    def confirm_roll_back(self, who: str) -> None:
        lawful = self.model.confirm_roll_back(who)
        self.agree(lawful, rollback.confirm, actor=self.actor(who), measure_id=self.case.measure_id)

    @rule(who=people)
    def withdraw_roll_back(self, who: str) -> None:
        lawful = self.model.withdraw_roll_back(who)
        self.agree(
            lawful, rollback.withdraw, actor=self.actor(who), measure_id=self.case.measure_id
        )

    @rule(who=people)
    def edit(self, who: str) -> None:
        with tenancy.reading(self.actor("lead")):
            known = {
                tuple(key): at.version for key, at in series.current([self.case.line_id]).items()
            }
        lawful = self.model.edit(who)
        cell = CellChange(self.case.line_id, Series.PLAN, YEAR, 9, Decimal(10_000 + self.steps))
        self.agree(
            lawful,
            figures.save,
            actor=self.actor(who),
            measure_id=self.case.measure_id,
            cells=[cell],
            versions=known,
        )

    @rule(who=people, controller=st.sampled_from(["controller", "second"]))
    def name(self, who: str, controller: str) -> None:
        measure = self.case.measure()
        lawful = self.model.name(who, controller)
        self.agree(
            lawful,
            proposals.name_people,
            actor=self.actor(who),
            measure_id=self.case.measure_id,
            version=measure.version,
            owner_id=self.actor("owner").member_id,
            sponsor_id=self.actor("sponsor").member_id,
            controller_id=self.actor(controller).member_id,
        )

    @rule()
    def finish(self) -> None:
        """The owner completes the milestone, with its proof, as soon as the plan is decided."""
        if self.model.is_done or self.model.stage < Stage.DECIDED or self.model.has_ended:
            return
        with self.case.acting("owner"):
            milestone = Milestone.objects.get(measure_id=self.case.measure_id)
            milestone.actual_end = self.model.today
            milestone.evidence = evidence(self.case.measure_id)
            milestone.version += 1
            milestone.save()
        self.model.is_done = True

    @rule(who=movers)
    def claim(self, who: str) -> None:
        lawful = self.model.claim(who)
        self.agree(
            lawful,
            claims.claim,
            actor=self.actor(who),
            line_id=self.case.line_id,
            fiscal_year=YEAR,
            period=self.model.today.month,
            amount=Decimal(9_000),
        )

    def latest_claim(self) -> int:
        """Return the claim of the running month, or one that is nowhere."""
        with tenancy.reading(self.actor("lead")):
            rows = ActualClaim.objects.filter(
                measure_id=self.case.measure_id, period=self.model.today.month
            )
            found = rows.order_by("pk").last()
        return 2**40 if found is None else found.pk

    @rule(who=st.sampled_from(["controller", "second", *PEOPLE]))
    def approve_claim(self, who: str) -> None:
        claim = self.latest_claim()
        lawful = self.model.decide_claim(who, "approved")
        self.agree(lawful, claims.approve, actor=self.actor(who), claim_ids=[claim])

    @rule(who=st.sampled_from(["controller", "second", *PEOPLE]))
    def reject_claim(self, who: str) -> None:
        claim = self.latest_claim()
        lawful = self.model.decide_claim(who, "rejected")
        self.agree(lawful, claims.reject, actor=self.actor(who), claim_ids=[claim], reason="Why?")

    @rule(who=st.sampled_from(["outsider", "outsider", "owner", "lead", "sponsor"]))
    def approve_for_the_controller(self, who: str) -> None:
        claim = self.latest_claim()
        lawful = self.model.decide_claim(who, "approved", principal="controller")
        deputy = acting_for(self.organization, self.actor(who), "controller")
        self.agree(lawful, claims.approve, actor=deputy, claim_ids=[claim])

    @rule(days=st.integers(0, 6))
    def name_a_deputy(self, days: int) -> None:
        lawful = self.model.name_deputy(days)
        made = self.agree(
            lawful,
            named,
            self.organization,
            "controller",
            self.outsider,
            until=self.model.today + timedelta(days=days),
        )
        self.deputyship = made or self.deputyship

    @rule()
    def revoke_the_deputy(self) -> None:
        if self.deputyship is None:
            return
        lawful = self.model.revoke_deputy()
        self.agree(
            lawful,
            deputies.revoke,
            actor=self.organization.actor("controller"),
            deputyship_id=self.deputyship.pk,
        )

    @rule(days=st.integers(1, 3))
    def time_passes(self, days: int) -> None:
        self.model.today = min(self.model.today + timedelta(days=days), LAST_DAY)
        day = self.model.today
        self.clock_at(day.year, day.month, day.day, 9)

    @invariant()
    def both_stand_the_same(self) -> None:
        """Stage, lifecycle, controller, request, votes and claims are those of the model."""
        if not hasattr(self, "model"):
            return
        type(self).steps += 1
        with tenancy.reading(self.actor("lead")), connection.cursor() as cursor:
            cursor.execute(STANDS, {"measure": self.case.measure_id, "month": 7})
            *stands, plan = cursor.fetchone()
        asked, claim = self.model.request, self.model.claims.get(7)
        assert stands == [
            self.model.stage,
            self.model.lifecycle,
            self.actor(self.model.controller).member_id,
            None if asked is None else asked.gate,
            0 if asked is None else len(asked.votes),
            None if claim is None else claim[0],
            self.model.stage >= 5,
            None if self.model.giving_up is None else self.model.giving_up[0],
        ]
        # What was decided stays letter by letter, until both give it up.
        if self.model.stage < Stage.DECIDED:
            self.decided_plan = ""
        else:
            self.decided_plan = self.decided_plan or plan
            assert plan == self.decided_plan


STANDS = """
SELECT m.stage, m.lifecycle, m.controller_id, r.gate,
       (SELECT count(*) FROM governance_vote v WHERE v.request_id = r.id),
       (SELECT c.state FROM measures_actualclaim c
         WHERE c.measure_id = m.id AND c.period = %(month)s ORDER BY c.id DESC LIMIT 1),
       EXISTS (SELECT 1 FROM governance_closureconfirmation k WHERE k.measure_id = m.id
                  AND k.confirmed_by_id = m.controller_id) AND m.lifecycle = 'closed',
       (SELECT b.to_stage FROM governance_rollback b
         WHERE b.measure_id = m.id AND b.state = 'open'),
       (SELECT md5(string_agg(s::text, ';' ORDER BY s.id)) FROM measures_seriesversion s
          JOIN measures_line l ON l.id = s.line_id
         WHERE l.measure_id = m.id AND s.series IN ('plan', 'baseline'))
  FROM measures_measure m
  LEFT JOIN governance_gaterequest r ON r.measure_id = m.id AND r.state = 'open'
 WHERE m.id = %(measure)s
"""


@pytest.fixture
def ground(clock_at):
    clock_at(FIRST_DAY.year, FIRST_DAY.month, FIRST_DAY.day, 9)
    GROUND.update(organization=an_organization(), clock_at=clock_at)
    Governance.steps = 0
    yield GROUND["organization"]
    GROUND.clear()


def test_product_and_model_never_disagree(ground):
    run_state_machine_as_test(
        Governance,
        settings=settings(
            max_examples=STEPS // STEPS_EACH * 6 // 5,
            stateful_step_count=STEPS_EACH,
            derandomize=True,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )

    with tenancy.reading(tenancy.system(ground.id)):
        seen = soundness.examine()
    assert seen.faults == ()
    assert Governance.steps >= STEPS
