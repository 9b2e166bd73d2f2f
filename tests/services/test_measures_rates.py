"""Recording rates: by whom, all or none, in versions that nobody changes, told by the ledger."""

from decimal import Decimal

import pytest

from audit.models import Event
from core import tenancy
from core.errors import Invalid, NotAllowed
from measures.errors import RatesRefused
from measures.models import Rate
from measures.queries import rates
from measures.rules.rate_file import RateEntry
from measures.rules.rates import RateKey, RateKind
from measures.services import rates as service
from tests.factories.measures import YEAR
from tests.factories.organizations import an_organization

USD = RateEntry("plan", "USD", YEAR, 0, Decimal("1.08"))
REASON = "Budget 2026"


@pytest.fixture
def organization(clock_at):
    clock_at(YEAR, 1, 12)
    return an_organization()


def record(organization, *entries, by="controller", reason=REASON):
    return service.record(actor=organization.actor(by), entries=entries, reason=reason)


def in_force(organization):
    with tenancy.reading(organization.actor("owner")):
        return rates.current()


def test_controller_and_administrator_record_rates_and_the_latest_is_in_force(organization):
    record(organization, USD, RateEntry("discount", "", YEAR, 0, Decimal("0.08")))
    before = in_force(organization)
    record(organization, RateEntry("plan", "USD", YEAR, 0, Decimal("1.10")), by="administrator")

    assert before.given == {RateKey(RateKind.PLAN, "USD", YEAR): Decimal("1.08")}
    assert before.discounts == {YEAR: Decimal("0.08")}
    assert in_force(organization).plan("USD", YEAR) == Decimal("1.10")
    with tenancy.reading(organization.actor("owner")):
        assert sorted(Rate.objects.values_list("kind", "version")) == [
            ("discount", 1), ("plan", 1), ("plan", 2),
        ]  # fmt: skip
        assert Event.objects.filter(act="rates_recorded").count() == 2


def test_a_rate_that_is_in_force_already_makes_no_version_and_no_act(organization):
    record(organization, USD)

    assert record(organization, USD) == []
    with tenancy.reading(organization.actor("owner")):
        assert Event.objects.filter(act="rates_recorded").count() == 1


@pytest.mark.parametrize("role", ["lead", "owner", "sponsor", "executive", "steering"])
def test_nobody_else_records_a_rate(organization, role):
    with pytest.raises(NotAllowed, match="maintain the rates"):
        record(organization, USD, by=role)


def test_a_controller_of_a_part_does_not_set_the_rates_of_the_whole(organization):
    newcomer = organization.newcomer()
    organization.seat(newcomer, "controller", organization.branch().portfolio)

    with pytest.raises(NotAllowed):
        service.record(actor=newcomer, entries=[USD], reason=REASON)


def test_a_file_with_one_bad_row_records_nothing_and_names_it(organization):
    text = "kind,currency,fiscal_year,period,rate\nplan,USD,2026,,1.08\nplan,EUR,2026,,1\n"

    with pytest.raises(RatesRefused, match="plan EUR 2026: EUR is the currency"):
        service.record_file(actor=organization.actor("controller"), text=text, reason=REASON)
    with pytest.raises(RatesRefused, match="Row 2"):
        service.record_file(
            actor=organization.actor("controller"),
            text="kind,currency,fiscal_year,period,rate\nplan,USD,2026,,x\n",
            reason=REASON,
        )
    assert in_force(organization).given == {}


def test_rates_need_a_reason_and_at_least_one_rate(organization):
    for entries, reason in (((USD,), " "), ((), REASON)):
        with pytest.raises(Invalid):
            record(organization, *entries, reason=reason)
    with pytest.raises(RatesRefused, match="given twice"):
        record(organization, USD, USD)


def test_as_of_an_earlier_moment_the_rate_of_then_stands(organization, clock_at):
    record(organization, USD)
    with tenancy.reading(organization.actor("owner")):
        moment = tenancy.current().now
    clock_at(YEAR, 2, 2)
    record(organization, RateEntry("plan", "USD", YEAR, 0, Decimal("1.10")))

    with tenancy.reading(organization.actor("owner")):
        assert rates.current(moment).plan("USD", YEAR) == Decimal("1.08")
