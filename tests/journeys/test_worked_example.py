"""The worked example of domain-rules §15, line by line: as the pages show it and the API tells it.

Each figure is written as the example gives it; nothing here is asked of the product twice.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest

from core import tenancy
from core.tenancy import Actor
from governance.rules.holds import Ending
from governance.services import lifecycle
from measures.models import ActualClaim
from measures.rules.lines import Direction, Nature, Recurrence, Series
from measures.rules.stage import Stage
from measures.services import claims, figures, lines
from measures.services.figures import CellChange
from tests.api.test_hierarchy_api import Caller, caller_of
from tests.factories import governance
from tests.factories.measures import YEAR, Subject, a_line_draft, a_planned_measure
from tests.factories.reporting import drained
from tests.factories.sharing import shared
from tests.pages.markup import Element, read
from tests.pages.portfolio_pages import client_of

K = 1000
LIGHTS = ("implementation", "potential")
PROVISIONAL = "Jun 2026 provisional: not yet confirmed, without effect on the colour."


@dataclass(frozen=True, slots=True)
class Told:
    """The example on some day, by the pages and by the API of an executive."""

    subject: Subject
    caller: Caller

    @property
    def address(self) -> str:
        """Return the public address of the measure."""
        return str(self.subject.measure().node.public_id)

    def api(self, path: str) -> Any:
        """Return what the API answers about the measure."""
        return self.caller("GET", f"/measures/{self.address}{path}").json()

    def node(self, path: str) -> Any:
        """Return what the API answers about the package of the measure."""
        return self.caller("GET", f"/nodes/{self.subject.package.public_id}{path}").json()

    def page(self, path: str) -> Element:
        """Return a page of the organization."""
        organization = self.subject.organization
        answer = client_of(organization.user("executive")).get(f"/o/{organization.slug}/{path}")
        assert answer.status_code == 200
        return read(answer)

    @property
    def measure(self) -> Element:
        """Return the page of the measure."""
        return self.page(f"measures/{self.address}/")

    @property
    def package(self) -> Element:
        """Return the dashboard of its package."""
        return self.page(f"portfolio/{self.subject.package.public_id}/")

    @property
    def benefits(self) -> dict[str, tuple[str, ...]]:
        """Return plan, outlook, ratio and colour by window; those of the cost come after them."""
        found: dict[str, tuple[str, ...]] = {}
        for each in self.api("/lights")["windows"]:
            told = (each["plan"], each["outlook"], each["ratio"], each["colour"])
            found.setdefault(each["window"], told)
        return {name: told for name, told in found.items() if name != "life"}


def lived(clock_at, *, june_forecast: int = 10 * K, claims_june: bool = True) -> Subject:
    """Live through the year up to 8 July."""
    clock_at(YEAR, 1, 12, 9)
    subject = a_planned_measure()
    subject.save(Series.PLAN, dict.fromkeys(range(1, 13), 10 * K), year=YEAR + 1)
    cost = _one_time_cost(subject)
    at = Stage.DEFINED
    while at < Stage.DECIDED:
        at = governance.pass_next_gate(subject.case(), at=at)
    with tenancy.acting(subject.actor("controller")):
        figures.seed_forecast(subject.case().measure())
    for month, amount in ((4, 9 * K), (5, 8 * K)):
        clock_at(YEAR, month + 1, 4, 9)
        subject.approve(subject.claim(month, amount))
        if month == 4:
            subject.approve(_claimed(subject.actor("owner"), cost, 25 * K))
    subject.save(Series.FORECAST, {6: june_forecast})
    clock_at(YEAR, 7, 6, 9)
    if claims_june:
        subject.claim(6, 10 * K)
    subject.save(Series.FORECAST, dict.fromkeys(range(7, 13), 9 * K))
    subject.save(Series.FORECAST, dict.fromkeys(range(1, 13)), year=YEAR + 1)
    clock_at(YEAR, 7, 8, 9)
    drained(subject.organization)
    return subject


def _one_time_cost(subject: Subject) -> int:
    """Plan 25 k of cost to achieve in April; return its line."""
    draft = a_line_draft(
        "Tenders",
        nature=Nature.ONE_TIME,
        recurrence=Recurrence.ONE_OFF,
        direction=Direction.LESS,
        full_effect_on=None,
    )
    line = lines.add(actor=subject.actor("lead"), measure_id=subject.measure_id, draft=draft)
    figures.save(
        actor=subject.actor("owner"),
        measure_id=subject.measure_id,
        cells=[CellChange(line.pk, Series.PLAN, YEAR, 4, Decimal(25 * K))],
        versions=subject.versions(),
    )
    return line.pk


def _claimed(owner: Actor, line_id: int, amount: int) -> ActualClaim:
    return claims.claim(
        actor=owner, line_id=line_id, fiscal_year=YEAR, period=4, amount=Decimal(amount)
    )


def told(subject: Subject) -> Told:
    return Told(subject, caller_of(subject.organization, "executive"))


def on_20_july(clock_at, subject: Subject) -> Told:
    """Let the deadline of June pass; the owner says once more that the forecast holds."""
    clock_at(YEAR, 7, 20, 9)
    figures.no_change(actor=subject.actor("owner"), measure_id=subject.measure_id)
    drained(subject.organization)
    return told(subject)


@pytest.fixture
def example(clock_at):
    """The example on 8 July, built once; its tests only look."""
    made = shared(lived, clock_at)
    clock_at(YEAR, 7, 8, 9)
    return told(made)


def terms(answer: Any, basis: str = "plan") -> dict[str, dict[str, str]]:
    """Return what the API tells of each worth by span."""
    return {each["worth"]: each[basis] for each in answer["terms"]}


def rows(page: Element) -> dict[str, list[str]]:
    """Return the cells of the money table by the first words of the row."""
    table = next(each for each in page.all("table") if "Carry-over" in each.text)
    return {name: cells for name, *cells in table.rows()}


def test_the_plan_in_its_terms(example):
    plan = terms(example.api("/money"))

    assert plan["gross"]["in_year"] == "90000.00"
    assert plan["gross"]["run_rate"] == "120000.00"
    assert plan["gross"]["carry_over"] == "30000.00"
    assert plan["one_time"]["in_year"] == "25000.00"
    assert plan["net_of_all"]["in_year"] == "65000.00"
    assert terms(example.node("/money")) == plan
    shown = rows(example.page(f"portfolio/{example.address}/money-of-measure/"))
    # Each cell holds the outlook with the plan below it; a dash is not given.
    assert shown == {
        "Gross effectHard, recurring": ["8190", "108120", "–30", "108120", "81210"],
        "One-time costHard": ["2525", "––", "––", "––", "2525"],
        "Net after one-time costHard, recurring": ["5665", "––", "––", "––", "––"],
    }


def test_the_outlook_of_8_july_by_window(example):
    lights, year, rate = example.api("/lights"), *example.node("/figures")["horizons"][:2]

    assert example.benefits == {
        "fiscal_year": ("90000.00", "81000.00", "0.900000", "green"),
        "run_rate": ("120000.00", "108000.00", "0.900000", "green"),
        "year_to_date": ("20000.00", "17000.00", "0.850000", "amber"),
    }
    assert lights["against_original"] == lights["windows"]
    for column, plan, outlook in ((year, "90000", "81000"), (rate, "120000", "108000")):
        assert column["amounts"]["plan"] == column["amounts"]["original"] == f"{plan}.00"
        assert column["amounts"]["outlook"] == f"{outlook}.00"
        assert column["shares"]["reached"] == "0.9"
    assert "Outlook 81 k of 90 k planned (90.0 %)" in example.package.text
    headline = example.package.one(id="headline").text
    assert "Outlook 81EUR k −9 against plan" in headline
    assert "Plan 90EUR k original commitment 90, outlook at 90.0 % of it" in headline


def test_it_is_green_and_amber_and_says_why(example):
    lights = example.api("/lights")
    (row,) = example.node("/figures/children")["results"]

    said = {name: (lights[name]["colour"], lights[name]["reasons"]) for name in LIGHTS}
    assert said == {
        "implementation": ("green", ["No milestone is due within 14 days."]),
        "potential": ("amber", ["Year to date at 85 % of plan."]),
    }
    assert lights["potential"]["marks"] == [PROVISIONAL]
    assert f"Potential Year to date at 85 % of plan. {PROVISIONAL}" in example.measure.text
    assert (row["implementation"], row["potential"]) == ("green", "amber")


def test_seventeen_of_twenty_seven_are_confirmed(example):
    figures = example.node("/figures")

    assert figures["confirmed_share"].startswith("0.6296")
    assert figures["horizons"][0]["amounts"]["confirmed"] == "17000.00"
    assert figures["claimed"] == "10000.00"
    assert "62.9 % of realised value confirmed" in example.package.text


def test_had_june_been_forecast_at_9_the_year_would_be_amber(clock_at):
    example = told(lived(clock_at, june_forecast=9 * K))

    assert example.benefits["fiscal_year"] == ("90000.00", "80000.00", "0.888888", "amber")
    assert "This fiscal year at 88.8 % of plan." in example.measure.text
    assert "Outlook 80 k of 90 k planned (88.8 %)" in example.package.text


def test_on_20_july_the_pending_claim_names_the_controller(clock_at):
    example = on_20_july(clock_at, lived(clock_at))

    sentence = "Jun 2026 actuals not yet confirmed (controller: Controller Person)."
    assert example.benefits["year_to_date"] == ("20000.00", "17000.00", "0.850000", "amber")
    assert example.api("/lights")["potential"]["colour"] == "amber"
    assert example.api("/lights")["potential"]["reasons"][0] == sentence
    assert f"Potential {sentence}" in example.measure.text


def test_had_june_never_been_claimed_it_is_red_and_names_the_owner(clock_at):
    example = on_20_july(clock_at, lived(clock_at, claims_june=False))

    sentence = "Year to date at 56.6 % of plan: Jun 2026 never claimed (owner: Owner Person)."
    assert example.benefits["year_to_date"] == ("30000.00", "17000.00", "0.566666", "red")
    assert example.api("/lights")["potential"]["colour"] == "red"
    assert f"Potential {sentence}" in example.measure.text


def test_cancelled_on_1_august_what_was_realised_stays(clock_at):
    subject = lived(clock_at)
    clock_at(YEAR, 8, 1, 9)
    lifecycle.cancel(
        actor=subject.actor("sponsor"),
        measure_id=subject.measure_id,
        reason_code="value",
        reason="It will not pay.",
        ending=Ending(lessons="Ask first.", ending="It ends with the month."),
    )
    drained(subject.organization)

    example = told(subject)

    year, rate = (each["amounts"] for each in example.node("/figures")["horizons"][:2])
    assert (year["original"], year["plan"]) == ("90000.00", "40000.00")
    assert (year["outlook"], year["confirmed"]) == ("17000.00", "17000.00")
    assert (rate["original"], rate["plan"]) == ("120000.00", "0.00")
    assert terms(example.api("/money"))["one_time"]["in_year"] == "25000.00"
    assert "Outlook 17,000 of 40,000 planned (42.5 %)" in example.package.text
    committed = "original commitment 90,000, outlook at 18.8 % of it"
    assert committed in example.package.one(id="headline").text
    assert "Decided · Cancelled" in example.measure.text
