"""Measures at Implemented ready to be closed, as planned or short of it, and the acts around it."""

from collections.abc import Sequence

from core import tenancy
from governance.models import (
    ClosureConfirmation,
    Leakage,
    ShortfallApproval,
    SustainmentCheck,
)
from governance.queries import facts
from governance.services import closure, shortfall
from measures.models import Milestone
from measures.rules.stage import Stage
from tests.factories.governance import Case, a_measure, approve_row, claim_row, today
from tests.factories.organizations import TestOrganization

WINDOW = (4, 5, 6)  # the months of the proof window on 8 July


def an_implemented_measure(
    amount: int = 9_000_00,
    organization: TestOrganization | None = None,
    periods: Sequence[int] = WINDOW,
) -> Case:
    """Implement a measure, its milestone done, with months approved at an amount of 10 k."""
    case = a_measure(Stage.IMPLEMENTED, organization)
    with case.acting("owner"):
        for milestone in Milestone.objects.filter(measure_id=case.measure_id):
            milestone.actual_end = today(case)
            milestone.version += 1
            milestone.save()
        claims = [claim_row(case, period, amount).pk for period in periods]
    with case.acting("controller"):
        for claim in claims:
            approve_row(claim)
    return case


def proposed(case: Case) -> Case:
    """Propose the closing as the owner."""
    closure.propose(actor=case.actor("owner"), measure_id=case.measure_id)
    return case


def digest_of(case: Case) -> str:
    """Return the digest of the figures as they are now."""
    with tenancy.reading(case.actor("controller")):
        return facts.one(case.measure_id).figures_digest or ""


def confirmed(case: Case, **more: str) -> ClosureConfirmation:
    """Confirm the figures as the controller, with a reason where they fall short."""
    said = {"statement": "The ledger shows it.", "shortfall_reason": "Prices rose."} | more
    return closure.confirm(
        actor=case.actor("controller"),
        measure_id=case.measure_id,
        digest=said.pop("digest", None) or digest_of(case),
        **said,
    )


def countersigned(case: Case, by: str = "sponsor", digest: str = "") -> ShortfallApproval:
    """Sign the shortfall as the sponsor."""
    return shortfall.countersign(
        actor=case.actor(by),
        measure_id=case.measure_id,
        digest=digest or digest_of(case),
        statement="Known and accepted.",
    )


def approved(case: Case, by: str = "steering", digest: str = "") -> ShortfallApproval:
    """Approve a closing below half as one of the steering committee."""
    return shortfall.approve(
        actor=case.actor(by),
        measure_id=case.measure_id,
        digest=digest or digest_of(case),
        statement="Better closed than kept.",
    )


def closed(case: Case) -> ClosureConfirmation:
    """Close a signed shortfall as the controller."""
    return closure.close(
        actor=case.actor("controller"), measure_id=case.measure_id, digest=digest_of(case)
    )


def leakages(case: Case) -> list[Leakage]:
    """Return what was booked on the measure, oldest first."""
    with tenancy.reading(case.actor("lead")):
        return list(Leakage.objects.filter(measure_id=case.measure_id).order_by("pk"))


def a_closed_measure(
    amount: int = 9_000_00,
    organization: TestOrganization | None = None,
    periods: Sequence[int] = WINDOW,
) -> Case:
    """Close a measure with an amount of 10 k a month proven, signed where it falls short."""
    case = proposed(an_implemented_measure(amount, organization, periods))
    if confirmed(case).outcome == "shortfall":
        countersigned(case)
        closed(case)
    return case


def checks(case: Case) -> list[SustainmentCheck]:
    """Return the checks planned at the latest closing, in their order."""
    with tenancy.reading(case.actor("lead")):
        rows = SustainmentCheck.objects.filter(measure_id=case.measure_id)
        return list(rows.order_by("-confirmation_id", "number"))
