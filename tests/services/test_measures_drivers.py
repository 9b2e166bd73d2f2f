"""Price and volume of a line: in versions while the plan is open, split exactly, frozen with it."""

from decimal import Decimal
from fractions import Fraction

import pytest

from core import tenancy
from core.errors import Invalid, NotAllowed
from measures.errors import PlanFrozen
from measures.models import LineDriver
from measures.queries import drivers, facts, periods
from measures.rules.calendar import Month
from measures.rules.drivers import Drivers, Split
from measures.services import drivers as service
from measures.services import lines
from tests.factories.measures import YEAR, a_decided_measure, a_line_draft, a_planned_measure
from tests.pages.measures_reader import place, reader
from tests.pages.visitors import Visitor, visitor

FOUR = Drivers(Decimal(12), Decimal(9), Decimal(5000), Decimal(4000))
MONTHS = [Month(YEAR, period) for period in (4, 5)]


@pytest.fixture
def planned(clock_at):
    """10,000 a month from April."""
    clock_at(YEAR, 1, 12)
    return a_planned_measure()


def record(subject, months=MONTHS, four=FOUR, by="owner"):
    return service.record(
        actor=subject.actor(by), line_id=subject.line_id, months=months, drivers=four
    )


def splits(subject):
    with tenancy.reading(subject.actor("lead")):
        ground = periods.ground()
        return drivers.splits(facts.of_one(subject.measure_id, ground.today, ground))


def test_price_volume_and_the_rest_add_up_to_what_is_planned(planned):
    record(planned)

    (found,) = splits(planned)

    # Each month: price 3 x 4,000, volume 1,000 x 12, and 14,000 more than is planned.
    assert found.split == Split(Fraction(24_000), Fraction(24_000), Fraction(-28_000))
    assert (found.split.total, found.months, found.currency) == (20_000, 2, "EUR")


def test_the_latest_version_counts_and_the_old_one_stays(planned):
    record(planned)
    record(planned, MONTHS[:1], Drivers(Decimal(12), Decimal(12), Decimal(1), Decimal(1)))

    (found,) = splits(planned)

    assert found.split.price == 12_000
    with tenancy.reading(planned.actor("lead")):
        assert sorted(LineDriver.objects.values_list("period", "version")) == [
            (4, 1), (4, 2), (5, 1),
        ]  # fmt: skip


@pytest.mark.parametrize(
    ("months", "four"),
    [
        ([], FOUR),
        ([MONTHS[0], MONTHS[0]], FOUR),
        ([Month(1900, 1)], FOUR),
        (MONTHS, Drivers(Decimal(-1), *[Decimal(1)] * 3)),
        (MONTHS, Drivers(Decimal("NaN"), *[Decimal(1)] * 3)),
        (MONTHS, Drivers(Decimal("0.0000001"), *[Decimal(1)] * 3)),
        (MONTHS, Drivers(Decimal(10) ** 13, *[Decimal(1)] * 3)),
    ],
)
def test_what_is_no_price_or_month_is_refused(planned, months, four):
    with pytest.raises(Invalid):
        record(planned, months, four)


def test_only_who_edits_the_plan_and_only_of_money(planned):
    hours = lines.add(
        actor=planned.actor("lead"),
        measure_id=planned.measure_id,
        draft=a_line_draft("Hours", unit="h", decimals=0),
    )

    with pytest.raises(NotAllowed):
        record(planned, by="controller")
    with pytest.raises(Invalid, match="only a line in money"):
        service.record(actor=planned.actor("owner"), line_id=hours.pk, months=MONTHS, drivers=FOUR)


def test_price_and_volume_are_frozen_with_the_plan(clock_at):
    clock_at(YEAR, 1, 12)

    with pytest.raises(PlanFrozen, match="price and volume"):
        record(a_decided_measure())


def test_the_dialog_records_a_span_of_months_and_the_panel_shows_the_split(planned):
    own = reader(planned.organization, "owner")
    page = f"{place(planned)}lines/drivers/?line={planned.line_id}"
    given = {
        "first_on": f"{YEAR}-04-01", "last_on": f"{YEAR}-05-31", "baseline_price": "12",
        "new_price": "9", "baseline_volume": "5,000", "new_volume": "4,000",
    }  # fmt: skip

    assert own.get(page).status_code == 200
    assert own.post(page, given | {"last_on": f"{YEAR}-03-01"}).status_code == 422
    assert own.post(page, given).status_code == 303

    at = Visitor(visitor(planned.organization, "owner").client, f"/o/{planned.organization.slug}/")
    node = planned.measure().node.public_id
    text = at.see(f"portfolio/{node}/money-of-measure/").text
    assert "24,00024,000" in text.replace("\N{MINUS SIGN}", "-")
    assert "-28,00020,000" in text.replace("\N{MINUS SIGN}", "-")
