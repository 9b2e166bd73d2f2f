"""The budget: imported by whom, whole or not at all, once; the chart; what is unexplained."""

from decimal import Decimal

import pytest

from audit.models import Event
from core import tenancy
from core.errors import GuardRefused, Invalid, NotAllowed
from measures.errors.budget import BudgetFileRefused
from measures.models import Booking, BudgetBatch, BudgetLine, Line
from measures.queries import budget as reading
from measures.queries.budget import hundredths
from measures.rules.budget_file import FileKind
from measures.rules.calendar import Month
from measures.rules.reconciliation import unexplained
from measures.services import budget, lines
from tests.factories.budget import BOOKINGS, BUDGET, CHART, imported
from tests.factories.measures import YEAR, a_decided_measure, a_line_draft, a_proposal
from tests.factories.organizations import an_organization
from tests.factories.steering import escalations, looked_at


@pytest.fixture
def organization(clock_at):
    clock_at(YEAR, 1, 12)
    return an_organization()


def told(organization, model=BudgetLine):
    with tenancy.reading(organization.actor("lead")):
        return list(model.objects.order_by("pk"))


def test_a_chart_is_imported_and_imported_again_changes_only_what_differs(organization):
    first = imported(organization, FileKind.CHART, CHART)
    again = imported(organization, FileKind.CHART, CHART)
    changed = imported(organization, FileKind.CHART, CHART.replace("Packaging", "Cartons"))

    assert [(each.new, each.changed, each.same) for each in (first, again, changed)] == [
        (2, 0, 0), (0, 0, 2), (0, 1, 1),
    ]  # fmt: skip
    assert [(row.code, row.name, row.version) for row in told(organization)] == [
        ("6210", "Cartons", 2), ("6300", "Freight", 1),
    ]  # fmt: skip
    with tenancy.reading(organization.actor("lead")):
        assert Event.objects.filter(act="budget_imported").count() == 2


def test_the_same_bookings_are_taken_once_and_a_correction_is_a_file_of_its_own(organization):
    imported(organization, FileKind.CHART, CHART)
    imported(organization, FileKind.BUDGET, BUDGET)
    first = imported(organization, FileKind.BOOKINGS, BOOKINGS)
    again = imported(organization, FileKind.BOOKINGS, BOOKINGS)
    head = BOOKINGS.partition("\n")[0]
    imported(organization, FileKind.BOOKINGS, f"{head}\n6210,{YEAR},4,K1,-500.00,\n")

    assert ((first.new, again.new), again.batch) == ((1, 0), None)
    assert [row.amount for row in told(organization, Booking)] == [9_200_000, -50_000]
    with pytest.raises(BudgetFileRefused, match="document D1 is booked on 6210"):
        imported(organization, FileKind.BOOKINGS, BOOKINGS + f"6210,{YEAR},5,D9,1,\n")
    assert len(told(organization, Booking)) == 2


def test_a_file_is_refused_whole_and_says_which_rows_cannot_stand(organization):
    imported(organization, FileKind.CHART, CHART)

    for kind, text, said in (
        (FileKind.CHART, CHART + "7,X,cost,,,Nowhere,EUR,\n", "Row 4: no node"),
        (FileKind.CHART, CHART.replace(",cost,", ",income,", 1), "is a line of cost in EUR"),
        (FileKind.BUDGET, BUDGET + f"99,{YEAR},1,1,\n", "the chart has no line “99”"),
        (FileKind.BOOKINGS, BOOKINGS, f"6210 has no budget in {YEAR}"),
        (FileKind.BOOKINGS, "x", "The first row must name"),
    ):
        with pytest.raises(BudgetFileRefused, match=said):
            imported(organization, kind, text)
    with pytest.raises(Invalid):
        imported(organization, FileKind.BUDGET, BUDGET, reason=" ")
    assert len(told(organization, BudgetBatch)) == 1


def test_a_check_says_what_a_file_would_do_and_writes_nothing(organization):
    actor = organization.actor("controller")

    done = budget.check_file(actor=actor, kind=FileKind.CHART, text=CHART)

    assert (done.new, done.batch, told(organization)) == (2, None, [])


@pytest.mark.parametrize("role", ["lead", "owner", "sponsor", "executive"])
def test_nobody_else_imports_the_budget(organization, role):
    with pytest.raises(NotAllowed, match="import the budget"):
        imported(organization, FileKind.CHART, CHART, by=role)
    with pytest.raises(NotAllowed):
        budget.check_file(actor=organization.actor(role), kind=FileKind.CHART, text=CHART)


def test_a_line_points_at_the_chart_by_its_code_whichever_came_first(organization):
    subject = a_decided_measure(organization)
    lines.revise(
        actor=subject.actor("owner"),
        line_id=subject.line_id,
        version=1,
        draft=lines.LineDraft(**_draft(subject) | {"budget_line": " 6210 "}),
    )
    before = subject.line()
    imported(organization, FileKind.CHART, CHART)
    after = subject.line()
    other = a_proposal(organization)
    added = lines.add(
        actor=other.actor("lead"),
        measure_id=other.measure_id,
        draft=a_line_draft("Boxes", budget_line="6210"),
    )

    chart = told(organization)[0]
    assert (before.budget_id, after.budget_id, after.version) == (None, chart.pk, before.version)
    assert _line(other, added.pk).budget_id == chart.pk
    with pytest.raises(GuardRefused, match="kept in EUR"):
        lines.add(
            actor=other.actor("lead"),
            measure_id=other.measure_id,
            draft=a_line_draft("Cans", budget_line="6210", currency="USD"),
        )


def test_booked_is_explained_by_approved_claims_and_a_locked_difference_is_escalated(clock_at):
    clock_at(YEAR, 1, 12)
    subject = on_chart(a_decided_measure())
    clock_at(YEAR, 5, 4)
    claim = subject.claim(4, 8000)
    imported(subject.organization, FileKind.BOOKINGS, BOOKINGS)
    pending = difference(subject)
    subject.approve(claim)
    approved = difference(subject)
    looked_at(subject)
    provisional = escalations(subject)
    clock_at(YEAR, 5, 20)
    looked_at(subject)
    within = escalations(subject)
    head = BOOKINGS.partition("\n")[0]
    imported(subject.organization, FileKind.BOOKINGS, f"{head}\n6210,{YEAR},4,K1,2000.01,\n")
    looked_at(subject)

    # Budget 100,000, booked 92,000: 8,000 below, until the claim of 8,000 explains it.
    assert (pending, approved) == (Decimal(-8000), Decimal(0))
    assert "T13" not in provisional | within
    found = escalations(subject)["T13"]
    assert (found.severity, found.level) == ("amber", 1)
    assert found.facts["sentence"] == (
        "Budget line 6210 booked 2,000.01 EUR in Apr 2026 that claims do not explain."
    )


def on_chart(subject):
    imported(subject.organization, FileKind.CHART, CHART)
    imported(subject.organization, FileKind.BUDGET, BUDGET)
    lines.revise(
        actor=subject.actor("owner"),
        line_id=subject.line_id,
        version=1,
        draft=lines.LineDraft(**_draft(subject) | {"budget_line": "6210"}),
    )
    return subject


def difference(subject, period=4):
    with tenancy.reading(subject.actor("lead")):
        chart = reading.visible(subject.actor("lead"))
        account = reading.accounts(chart, YEAR)[0]
    return hundredths(unexplained(account.months[Month(YEAR, period)]))


def _draft(subject):
    draft = lines.draft_of(subject.line())
    return {name: getattr(draft, name) for name in draft.__dataclass_fields__}


def _line(subject, pk):
    with tenancy.reading(subject.actor("lead")):
        return Line.objects.get(pk=pk)
