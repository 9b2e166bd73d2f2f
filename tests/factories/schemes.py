"""Gate schemes for tests: documents that differ from the default in one thing, and their way in."""

from copy import deepcopy
from datetime import timedelta
from decimal import Decimal

from core import tenancy
from core.tenancy import Actor
from governance.models import Scheme, SchemeProposal
from governance.rules.default_scheme import DOCUMENT
from governance.services import schemes
from hierarchy.queries import authority
from tests.factories.organizations import TestOrganization


def document(**changes):
    """Return the default document; `g3={...}` changes the gate to stage 3, `s3={...}` the stage."""
    found = deepcopy(DOCUMENT)
    for name, change in changes.items():
        kind, number = name[0], int(name[1:])
        if kind == "g":
            gate = next(each for each in found["gates"] if each["stage"] == number)
            gate.update(change)
        else:
            found["stages"][number].update(change)
    return found


def with_step(stage: int, label: str, **gate):
    """Return the default document with one step added inside a stage, decided by the sponsor."""
    found = document(**{f"s{stage}": {"steps": [label]}})
    at = next((number for number, each in enumerate(found["gates"]) if each["stage"] > stage), None)
    found["gates"].insert(
        at,
        {
            **deepcopy(found["gates"][3]),
            "stage": stage,
            "step": 1,
            "criteria": [],
            "deciders": [{"role": "sponsor", "subject": "work has begun"}],
            **gate,
        },
    )
    return found


def second_administrator(organization: TestOrganization) -> Actor:
    """Appoint another administrator at the root."""
    other = organization.newcomer()
    organization.seat(other, "administrator")
    return other


def a_proposal(organization: TestOrganization, said, days: int = 0) -> SchemeProposal:
    """Propose a document as the administrator, row by row past the services."""
    with tenancy.acting(organization.actor("administrator")):
        return SchemeProposal.objects.create(
            document=said,
            based_on=1,
            effective_from=authority.today() + days * authority.today().resolution,
            proposed_by_id=organization.actor("administrator").member_id,
        )


def number_changed(
    organization: TestOrganization, key: str, value: int | str, days: int = 0
) -> Scheme:
    """Change a number that takes two administrators, by two, from today or some days on."""
    administrator = organization.actor("administrator")
    with tenancy.reading(administrator):
        day = authority.today() + timedelta(days=days)
    proposal = schemes.propose_number(
        actor=administrator,
        key=key,
        value=Decimal(value),
        effective_from=day,
        reason="As agreed.",
    )
    return schemes.confirm(actor=second_administrator(organization), proposal_id=proposal.pk)


def confirmed(organization: TestOrganization, said, days: int = 0) -> Scheme:
    """Put a document into force, proposed and confirmed by two administrators."""
    proposal = a_proposal(organization, said, days)
    with tenancy.acting(second_administrator(organization)):
        scheme = Scheme.objects.create(
            version=0,
            document=proposal.document,
            effective_from=proposal.effective_from,
            proposal=proposal,
        )
        scheme.refresh_from_db()
    return scheme
