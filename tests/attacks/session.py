"""A raw session of role app, as somebody with the application's own password would have it."""

from contextlib import contextmanager

import psycopg
import pytest

from core.tenancy import Actor


def enter(raw: psycopg.Connection, actor: Actor) -> psycopg.Connection:
    """Begin a transaction in the actor's name, as the application does."""
    raw.rollback()
    raw.execute(
        "SELECT set_config('app.organization', %s, true), set_config('app.actor', %s, true),"
        " set_config('app.acting_for', %s, true)",
        [
            str(actor.organization_id),
            "" if actor.member_id is None else str(actor.member_id),
            "" if actor.acts_for_id is None else str(actor.acts_for_id),
        ],
    )
    return raw


@contextmanager
def refused(raw: psycopg.Connection, sqlstate: str, code: str | None = None):
    """Expect the database's refusal, by SQLSTATE and by the guard's own code."""
    with pytest.raises(psycopg.Error) as caught:  # noqa: PT012 -- deferred ones answer at commit
        yield
        raw.commit()
    raw.rollback()
    assert (caught.value.sqlstate, caught.value.diag.message_detail) == (
        sqlstate,
        code or caught.value.diag.message_detail,
    )


def move(raw: psycopg.Connection, measure_id: int, stage: int, lifecycle: str = "active") -> None:
    """Set stage and lifecycle of a measure by hand."""
    raw.execute(
        "UPDATE measures_measure SET stage = %s, lifecycle = %s, version = version + 1"
        " WHERE id = %s",
        [stage, lifecycle, measure_id],
    )


def request(raw: psycopg.Connection, measure_id: int, gate: int) -> int:
    """Submit a gate by hand, with every filled column forged."""
    row = raw.execute(
        "INSERT INTO governance_gaterequest (organization_id, measure_id, gate, scheme_version,"
        " requested_by_id, digest, snapshot, state, note, unmet)"
        " VALUES (assay_organization(), %s, %s, 99, 1, 'forged', '{}', 'advanced', '', '[]')"
        " RETURNING id",
        [measure_id, gate],
    ).fetchone()
    assert row is not None
    return row[0]


def vote(
    raw: psycopg.Connection,
    request_id: int,
    role: str,
    *,
    choice: str = "approve",
    digest: str | None = None,
    voter: int = 1,
    decided_for: int | None = None,
) -> int:
    """Cast a vote by hand; the columns that the guard fills are forged."""
    row = raw.execute(
        "INSERT INTO governance_vote (organization_id, request_id, role, voter_id, decided_for_id,"
        " choice, reason, digest, requested_by_id)"
        " VALUES (assay_organization(), %(request)s, %(role)s, %(voter)s, %(for)s, %(choice)s,"
        " 'because', coalesce(%(digest)s, (SELECT digest FROM governance_gaterequest"
        " WHERE id = %(request)s)), 1) RETURNING id",
        {
            "request": request_id,
            "role": role,
            "voter": voter,
            "for": decided_for,
            "choice": choice,
            "digest": digest,
        },
    ).fetchone()
    assert row is not None
    return row[0]


def decide(raw: psycopg.Connection, request_id: int, outcome: str = "advance") -> int:
    """Write a decision by hand, with measure and stages forged."""
    row = raw.execute(
        "INSERT INTO governance_decision (organization_id, request_id, measure_id, outcome,"
        " from_stage, to_stage, conditions, due_on, decided_by_id)"
        " VALUES (assay_organization(), %s, 1, %s, 4, 5, 'Plan it.', '2099-01-01', 1)"
        " RETURNING id",
        [request_id, outcome],
    ).fetchone()
    assert row is not None
    return row[0]


def confirm(raw: psycopg.Connection, measure_id: int, outcome: str = "achieved") -> int:
    """Confirm a closure by hand, with another's name, figures and digest.

    The outcome "steering" is a shortfall about which the steering committee decides.
    """
    is_short = outcome != "achieved"
    return made(
        raw,
        "INSERT INTO governance_closureconfirmation (organization_id, measure_id, confirmed_by_id,"
        " figures_digest, approved, figures, outcome, needs_steering, shortfall_reason, statement)"
        " VALUES (assay_organization(), %s, 1, 'forged', '[{\"amount\": 1}]', '[]', %s, %s, %s,"
        " 'It is so.') RETURNING id",
        measure_id,
        "shortfall" if is_short else "achieved",
        outcome == "steering",
        "Prices rose." if is_short else "",
    )


def certify(raw: psycopg.Connection, measure_id: int) -> int:
    """Issue the certificate of the latest confirmation by hand."""
    return made(
        raw,
        "INSERT INTO governance_closurecertificate (organization_id, measure_id, confirmation_id,"
        " paper, issued_by_id) SELECT organization_id, measure_id, id, jsonb_build_object("
        "'document', jsonb_build_object('figures_digest', figures_digest, 'organization_id',"
        " organization_id, 'confirmation_id', id))::text, 1 FROM governance_closureconfirmation"
        " WHERE measure_id = %s ORDER BY id DESC LIMIT 1 RETURNING id",
        measure_id,
    )


def sign(
    raw: psycopg.Connection,
    measure_id: int,
    confirmation: int,
    role: str = "sponsor",
    digest: str | None = None,
) -> int:
    """Sign a shortfall by hand in another's name, on its confirmation's digest unless given."""
    return made(
        raw,
        "INSERT INTO governance_shortfallapproval (organization_id, measure_id, confirmation_id,"
        " role, figures_digest, statement, approved_by_id)"
        " VALUES (assay_organization(), %s, %s, %s, coalesce(%s, (SELECT figures_digest"
        " FROM governance_closureconfirmation WHERE id = %s)), 'So be it.', 1) RETURNING id",
        measure_id,
        confirmation,
        role,
        digest,
        confirmation,
    )


def book(
    raw: psycopg.Connection, measure_id: int, line_id: int, confirmation: int, cause: str = "size"
) -> int:
    """Book leakage by hand, in another's name."""
    return made(
        raw,
        "INSERT INTO governance_leakage (organization_id, measure_id, line_id, confirmation_id,"
        " cause, run_rate, in_year, fiscal_year, reason, booked_by_id)"
        " VALUES (assay_organization(), %s, %s, %s, %s, 1, 1, 2026, 'Prices rose.', 1)"
        " RETURNING id",
        measure_id,
        line_id,
        confirmation,
        cause,
    )


def state(
    raw: psycopg.Connection,
    measure_id: int,
    line_id: int,
    evidence: int | None,
    budget: str = "reduced",
) -> int:
    """State evidence and budget of a line by hand, in another's name."""
    return made(
        raw,
        "INSERT INTO governance_linestatement (organization_id, measure_id, line_id, evidence_id,"
        " budget, budget_note, stated_by_id)"
        " VALUES (assay_organization(), %s, %s, %s, %s, 'Voucher 1', 1) RETURNING id",
        measure_id,
        line_id,
        evidence,
        budget,
    )


def made(raw: psycopg.Connection, statement: str, *parameters: object) -> int:
    row = raw.execute(statement, parameters).fetchone()
    assert row is not None
    return row[0]


def lifecycle(raw: psycopg.Connection, measure_id: int, act: str) -> int:
    """Decide a hold, resumption, cancellation or rejection by hand, in another's name."""
    row = raw.execute(
        "INSERT INTO governance_lifecycledecision (organization_id, measure_id, act, reason_code,"
        " reason, decided_by_id, decided_in, expires_on)"
        " VALUES (assay_organization(), %s, %s, 'budget', 'No money.', 1, 1,"
        " assay_today(assay_organization()) + 30) RETURNING id",
        [measure_id, act],
    ).fetchone()
    assert row is not None
    return row[0]


def only(raw: psycopg.Connection, query: str, *parameters: object) -> tuple[object, ...]:
    """Return the one row of a query."""
    rows = raw.execute(query, list(parameters)).fetchall()
    assert len(rows) == 1
    return tuple(rows[0])
