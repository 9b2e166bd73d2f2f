"""What voids a request and what does not: the database's digest of what voters are shown."""

import pytest

from core import tenancy
from governance.queries import requests
from measures.models import Line, Measure, Milestone, SeriesVersion
from measures.rules.stage import Stage
from tests.factories.governance import (
    YEAR,
    a_measure,
    a_request,
    approved_months,
    claim_row,
    evidence,
)


def changed(model, case, **fields):
    """Change the one row of a model that the measure has, as its next version."""
    own = {"pk": case.measure_id} if model is Measure else {"measure_id": case.measure_id}
    row = model.objects.get(**own)
    model.objects.filter(pk=row.pk).update(version=row.version + 1, **fields)


def another_version(case, series, **months):
    SeriesVersion.objects.create(
        line_id=case.line_id, series=series, fiscal_year=YEAR, version=2, **months
    )


VOIDING = {
    "size": lambda case: changed(Measure, case, size="130000"),
    "kind": lambda case: changed(Measure, case, effect_type="avoidance"),
    "plan": lambda case: another_version(case, "plan", p04=1),
    "baseline": lambda case: another_version(case, "baseline", p04=1),
    "full effect": lambda case: changed(Line, case, full_effect_on=f"{YEAR}-05-01"),
    "line removed": lambda case: changed(Line, case, removed_on=f"{YEAR}-05-01"),
    "recurrence": lambda case: changed(Line, case, recurrence="temporary"),
    "evidence": lambda case: changed(
        Line, case, baseline_evidence=evidence(case.measure_id, "baseline")
    ),
    "milestone date": lambda case: changed(Milestone, case, plan_end=f"{YEAR}-04-30"),
    "milestone owner": lambda case: changed(Milestone, case, owner_id=case.id_of("lead")),
    "milestone evidence": lambda case: changed(Milestone, case, evidence=evidence(case.measure_id)),
}
HARMLESS = {
    "description": lambda case: changed(Measure, case, description="Said better."),
    "line name": lambda case: changed(Line, case, name="Power"),
    "budget line": lambda case: changed(Line, case, budget_line="4711"),
    "milestone name": lambda case: changed(Milestone, case, name="Compressor stands"),
    "milestone forecast": lambda case: changed(Milestone, case, forecast_end=f"{YEAR}-04-30"),
    "evidence of nothing": lambda case: evidence(case.measure_id),
    "the same plan again": lambda case: another_version(
        case, "plan", **{f"p{number:02d}": 10_000_00 for number in range(4, 13)}
    ),
}


def is_stale_after(case, change):
    request = a_request(case)
    with case.acting("owner"):
        change(case)
    with tenancy.reading(case.actor("lead")):
        return requests.is_stale(requests.by_id(request.pk))


@pytest.mark.parametrize("name", VOIDING)
def test_a_change_of_value_people_or_evidence_voids_what_was_voted_on(db, name):
    assert is_stale_after(a_measure(Stage.IDENTIFIED), VOIDING[name])


@pytest.mark.parametrize("name", HARMLESS)
def test_a_corrected_text_voids_nothing(db, name):
    assert not is_stale_after(a_measure(Stage.IDENTIFIED), HARMLESS[name])


def test_at_closed_the_approved_figures_are_voted_on(db):
    case = a_measure(Stage.IMPLEMENTED)
    request = a_request(case)

    approved_months(case, 4)

    with tenancy.reading(case.actor("lead")):
        assert requests.is_stale(requests.by_id(request.pk))


def test_before_closed_the_months_work_voids_no_request(db):
    case = a_measure(Stage.DECIDED)
    request = a_request(case)

    approved_months(case, 4)

    with tenancy.reading(case.actor("lead")):
        assert not requests.is_stale(requests.by_id(request.pk))


def test_a_claim_that_waits_voids_no_request_to_close(db):
    assert not is_stale_after(a_measure(Stage.IMPLEMENTED), lambda case: claim_row(case, 4))


def test_the_snapshot_is_what_the_digest_is_of(db, superuser_connection):
    case = a_measure(Stage.IDENTIFIED)
    request = a_request(case)

    row = superuser_connection.execute(
        "SELECT assay_digest(snapshot) FROM governance_gaterequest WHERE id = %s", [request.pk]
    ).fetchone()

    assert row == (request.digest,)
    assert request.snapshot["controller"] == case.id_of("controller")
