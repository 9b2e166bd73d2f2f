"""What the services of measures refuse at the edges: nothing there, nothing said, nonsense."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from core import tenancy
from core.errors import Invalid, NotFound, StaleVersion, ValueRefused
from governance.rules.holds import Ending
from governance.services import lifecycle
from measures.errors import (
    CellsRefused,
    ClaimNotWaiting,
    ForecastNotOpen,
    MeasureEnded,
    MilestoneDone,
    NothingToForecast,
)
from measures.models import Milestone
from measures.models.evidence import EvidenceKind
from measures.rules.lines import Series
from measures.services import (
    claims,
    comments,
    dependencies,
    evidence,
    figures,
    lines,
    milestones,
    proposals,
    risks,
    targets,
)
from measures.services.milestones import MilestoneDraft
from measures.services.risks import RiskDraft
from tests.factories.measures import (
    YEAR,
    a_decided_measure,
    a_line_draft,
    a_planned_measure,
    a_proposal,
)

NOBODY = 2**63 - 1


@pytest.fixture
def decided(clock_at):
    clock_at(YEAR, 1, 12)
    made = a_decided_measure()
    clock_at(YEAR, 5, 4)
    return made


@pytest.fixture
def planned(clock_at):
    clock_at(YEAR, 1, 12)
    return a_planned_measure()


def file_of(subject, **changes):
    asked = {"kind": EvidenceKind.COMPLETION, "title": ""} | changes
    return evidence.attach(
        actor=subject.actor("owner"),
        measure_id=subject.measure_id,
        content=ContentFile(b"%PDF-1.7", name="a.pdf"),
        **asked,
    )


def milestone_of(subject):
    with tenancy.reading(subject.actor("lead")):
        return Milestone.objects.get(measure_id=subject.measure_id)


def test_what_is_not_there_is_not_found(planned):
    owner = planned.actor("owner")
    milestone = {"milestone_id": NOBODY, "version": 1}
    draft = MilestoneDraft(name="X", plan_end=date(YEAR, 12, 1))

    for act in (
        lambda: figures.save(actor=owner, measure_id=NOBODY, cells=[], versions={}),
        lambda: lines.remove(actor=owner, line_id=NOBODY, version=1),
        lambda: claims.withdraw(actor=owner, claim_id=NOBODY),
        lambda: claims.approve(actor=owner, claim_ids=[NOBODY]),
        lambda: claims.approve(actor=owner, claim_ids=[NOBODY + 1]),
        lambda: milestones.revise(actor=owner, **milestone, draft=draft),
        lambda: risks.close(actor=owner, risk_id=NOBODY, version=1),
        lambda: dependencies.remove(actor=owner, dependency_id=NOBODY, version=1),
        lambda: comments.add(actor=owner, measure_id=NOBODY, text="Hello"),
        lambda: evidence.opened(actor=owner, public_id="0198c7c0-0000-7000-8000-000000000000"),
    ):
        with pytest.raises(NotFound):
            act()


def test_a_claim_says_a_month_and_an_amount_and_names_evidence_of_its_own_measure(decided):
    other = a_planned_measure(decided.organization)
    foreign = file_of(other)
    asked = {"actor": decided.actor("owner"), "line_id": decided.line_id, "fiscal_year": YEAR}

    with pytest.raises(Invalid):
        claims.claim(**asked, period=13, amount=Decimal(1))
    with pytest.raises(Invalid):
        claims.claim(**asked, period=4, amount=None)
    with pytest.raises(NotFound):
        claims.claim(**asked, period=4, amount=Decimal(1), evidence_id=foreign.pk)
    made = claims.claim(**asked, period=4, amount=Decimal(1), evidence_id=file_of(decided).pk)

    assert made.evidence_id is not None


def test_a_decision_names_at_least_one_claim(decided):
    with pytest.raises(Invalid):
        claims.approve(actor=decided.actor("controller"), claim_ids=[])


def test_nothing_of_a_measure_that_was_cancelled_is_changed(decided):
    claim = decided.claim(4, 9000)
    lifecycle.cancel(
        actor=decided.actor("sponsor"),
        measure_id=decided.measure_id,
        reason_code="value",
        reason="The carriers do not come.",
        ending=Ending(lessons="Ask first.", ending="It ends with the month."),
    )

    with pytest.raises(MeasureEnded):
        decided.approve(claim)
    with pytest.raises(MeasureEnded):
        decided.save(Series.FORECAST, {6: 1})
    with pytest.raises(MeasureEnded):
        milestones.confirm_status(actor=decided.actor("owner"), measure_id=decided.measure_id)


def test_a_withdrawn_claim_is_not_decided(decided):
    claim = decided.claim(4, 9000)
    claims.withdraw(actor=decided.actor("owner"), claim_id=claim.pk)

    with pytest.raises(ClaimNotWaiting):
        decided.approve(claim)


def test_a_one_click_act_needs_an_open_forecast_a_line_and_a_sensible_number(
    planned, decided, clock_at
):
    owner = decided.actor("owner")
    asked = {"actor": owner, "measure_id": decided.measure_id}
    line = {"line_id": decided.line_id}

    with pytest.raises(ForecastNotOpen):
        figures.no_change(actor=planned.actor("owner"), measure_id=planned.measure_id)
    with pytest.raises(NotFound):
        figures.shift(**asked, line_id=planned.line_id, months=1)
    with pytest.raises(Invalid):
        figures.shift(**asked, **line, months=61)
    with pytest.raises(Invalid):
        figures.scale_rest(**asked, **line, total=None)
    with pytest.raises(CellsRefused):
        figures.scale_rest(**asked, **line, total=Decimal("NaN"))
    with pytest.raises(NothingToForecast):
        figures.scale_rest(**asked, **line, total=Decimal(1), fiscal_year=YEAR - 1)
    clock_at(YEAR + 1, 2, 1)
    with pytest.raises(NothingToForecast):
        figures.no_change(**asked)


def test_a_one_click_act_that_changes_nothing_writes_no_version(decided):
    before = decided.versions()
    asked = {"actor": decided.actor("owner"), "measure_id": decided.measure_id}

    figures.shift(**asked, line_id=decided.line_id, months=0)
    figures.scale_rest(**asked, line_id=decided.line_id, total=Decimal(80_000))

    assert decided.versions() == before


def test_a_cell_outside_the_calendar_is_no_month(planned):
    for year, period in ((YEAR, 13), (YEAR, 0), (3000, 1)):
        with pytest.raises(CellsRefused, match=f"Freight, plan {year}-{period} is no month"):
            planned.save(Series.PLAN, {period: 1}, year=year)


def test_whole_years_are_written_inside_another_act(planned):
    row = (1_00,) * 12
    with tenancy.acting(planned.actor("owner")):
        key = figures.SeriesKey(planned.line_id, Series.PLAN, YEAR)
        figures.write_rows(planned.measure(), {key: row})

    assert planned.row(Series.PLAN) == row


def test_a_line_keeps_evidence_of_its_own_measure_and_a_year_that_exists(planned):
    other = a_planned_measure(planned.organization)
    asked = {"actor": planned.actor("owner"), "line_id": planned.line_id, "version": 1}
    foreign, own = file_of(other), file_of(planned)

    with pytest.raises(NotFound):
        lines.revise(**asked, draft=a_line_draft(baseline_evidence_id=foreign.pk))
    with pytest.raises(Invalid):
        lines.revise(**asked, draft=a_line_draft(full_effect_on=date(9999, 1, 1)))
    with pytest.raises(Invalid):
        lines.revise(**asked, draft=a_line_draft(unit=" "))
    unchanged = lines.revise(**asked, draft=lines.draft_of(planned.line()))
    revised = lines.revise(**asked, draft=a_line_draft(baseline_evidence_id=own.pk))

    assert (unchanged.version, revised.version) == (1, 2)


def test_a_line_from_a_stale_page_is_not_removed(planned):
    with pytest.raises(StaleVersion):
        lines.remove(actor=planned.actor("owner"), line_id=planned.line_id, version=7)


def test_a_measure_is_described_with_sense(planned):
    asked = {
        "actor": planned.actor("owner"),
        "measure_id": planned.measure_id,
        "version": planned.measure().version,
    }

    for changes in (
        {"starts_on": date(YEAR, 5, 1), "ends_on": date(YEAR, 4, 1)},
        {"size_unit": "x" * 21},
        {"size": Decimal("0.001")},
    ):
        with pytest.raises(Invalid):
            proposals.describe(**asked, **changes)
    same = proposals.describe(**asked, description=planned.measure().description)

    assert same.version == asked["version"]


def test_people_named_again_are_no_new_version(planned):
    version = planned.measure().version

    again = proposals.name_people(
        actor=planned.actor("lead"),
        measure_id=planned.measure_id,
        version=version,
        owner_id=planned.id_of("owner"),
        sponsor_id=planned.id_of("sponsor"),
        controller_id=planned.id_of("controller"),
    )

    assert again.version == version


def test_a_milestone_is_revised_while_the_plan_is_open_and_proven_later(planned):
    owner, found = planned.actor("owner"), milestone_of(planned)
    asked = {"actor": owner, "milestone_id": found.pk}
    other = a_planned_measure(planned.organization)
    foreign, own = file_of(other), file_of(planned)
    draft = MilestoneDraft(
        name=found.name, plan_end=date(YEAR, 11, 1), owner_id=found.owner_id, weight=5
    )

    revised = milestones.revise(**asked, version=1, draft=draft)
    unchanged = milestones.revise(**asked, version=2, draft=draft)
    with pytest.raises(NotFound):
        milestones.prove(**asked, version=2, evidence_id=foreign.pk)
    with pytest.raises(Invalid):
        milestones.revise(
            **asked, version=2, draft=MilestoneDraft(name=" ", plan_end=found.plan_end)
        )
    done = milestones.complete(**asked, version=2, evidence_id=own.pk)
    proven = milestones.prove(**asked, version=3, evidence_id=file_of(planned).pk)

    assert (revised.weight, unchanged.version, done.evidence_id) == (5, 2, own.pk)
    assert proven.version == 4
    with pytest.raises(MilestoneDone):
        milestones.remove(**asked, version=4)


def test_a_risk_has_a_title_and_a_version(planned):
    owner = planned.actor("owner")
    draft = RiskDraft(title="Fog", likelihood="low", impact="low", owner_id=planned.id_of("lead"))
    risk = risks.add(actor=owner, measure_id=planned.measure_id, draft=draft)

    with pytest.raises(Invalid):
        risks.add(
            actor=owner,
            measure_id=planned.measure_id,
            draft=RiskDraft(title=" ", likelihood="low", impact="low"),
        )
    with pytest.raises(StaleVersion):
        risks.close(actor=owner, risk_id=risk.pk, version=7)

    assert risk.owner_id == planned.id_of("lead")


def test_a_dependency_says_what_and_is_accepted_once_or_declined(planned):
    needed = a_proposal(planned.organization)
    lead = planned.actor("lead")
    asked = {"actor": lead, "measure_id": planned.measure_id, "needs_id": needed.measure_id}

    with pytest.raises(Invalid):
        dependencies.propose(**asked, what=" ")
    made = dependencies.propose(**asked, what="Carriers")
    dependencies.accept(actor=lead, dependency_id=made.pk, version=1)
    with pytest.raises(Invalid):
        dependencies.accept(actor=lead, dependency_id=made.pk, version=2)
    dependencies.remove(actor=lead, dependency_id=made.pk, version=2)
    with pytest.raises(NotFound):
        dependencies.accept(actor=lead, dependency_id=made.pk, version=3)


def test_a_file_whose_row_cannot_be_written_is_taken_away_again(planned):
    with pytest.raises(ValueRefused):
        file_of(planned, title="a\x00b")

    folder = f"evidence/{planned.organization.id}"
    assert default_storage.listdir(folder)[1] == []


def test_a_file_has_a_name(planned):
    for name in ("..", "/", "a/.."):
        with pytest.raises(Invalid):
            evidence.clean_name(name)

    assert file_of(planned).title == "a.pdf"


def test_a_target_has_a_horizon_and_a_year(planned):
    organization = planned.organization
    asked = {
        "actor": organization.actor("executive"),
        "node_id": organization.root.pk,
        "amount": Decimal(1),
    }

    with pytest.raises(Invalid):
        targets.set_target(**asked, horizon="decade", fiscal_year=YEAR)
    with pytest.raises(Invalid):
        targets.set_target(**asked, horizon="run_rate", fiscal_year=3000)
