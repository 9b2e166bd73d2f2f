"""The second organization: hospitals, with another currency, year and kinds of value."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from accounts.rules.roles import Role
from config.demo import chronicle
from config.demo.book import Book
from config.demo.script import (
    LineScript,
    MeasureScript,
    MilestoneScript,
    Person,
    Setting,
    flat,
    listed,
)
from config.demo.timeline import Agenda
from measures.models.target import Horizon
from measures.rules.calendar import Month
from measures.rules.lines import Direction, EffectType
from measures.rules.stage import Stage

GROUP = "Marienfeld Hospitals"
CARE, SUPPLY = "Care and Theatres", "Supply and Services"
LEADS = {CARE: "Simone Frei", SUPPLY: "Reto Amstad"}
OWNERS = {CARE: ("Lukas Meier", "Nora Zbinden"), SUPPLY: ("Fabio Conti", "Elin Suter")}
SPONSORS = {CARE: "Beatrice Huber", SUPPLY: "Daniel Roth"}
CONTROLLER = "Yvonne Kunz"
TODAY, REPORTED, PROPOSED = date(2026, 7, 8), date(2026, 7, 6), date(2025, 11, 3)
GATES = {
    Stage.IDENTIFIED: date(2025, 11, 6),
    Stage.DETAILED: date(2025, 11, 18),
    Stage.DECIDED: date(2025, 12, 2),
}
# The fiscal year begins in October: period 4 is January, period 9 June, period 10 July.
JANUARY, JUNE, JULY = Month(2026, 4), Month(2026, 9), Month(2026, 10)
LAST = Month(2027, 12)
K = 1000

SETTING = Setting(
    slug="marienfeld",
    name=GROUP,
    currency="CHF",
    time_zone="Europe/Zurich",
    fiscal_start_month=10,
    group_separator="'",
    tree={
        CARE: {
            "Operating Theatres": {"Theatre planning": ("Theatre utilisation", "Turnover times")},
            "Nursing": {"Staffing": ("Agency nurses", "Shift planning")},
        },
        SUPPLY: {
            "Medical Supplies": {"Tenders": ("Sterile goods", "Implants")},
            "Facilities": {"Energy and laundry": ("Laundry", "Heating")},
        },
    },
    people=(
        Person("Verena Marti", ((Role.ADMINISTRATOR, GROUP),)),
        Person("Andreas Keel", ((Role.EXECUTIVE, GROUP),)),
        Person("Monika Bieri", ((Role.STEERING, GROUP),)),
        Person("Urs Brunner", ((Role.STEERING, GROUP),)),
        *(Person(name, ((Role.LEAD, portfolio),)) for portfolio, name in LEADS.items()),
        *(Person(name, ((Role.SPONSOR, portfolio),)) for portfolio, name in SPONSORS.items()),
        Person(CONTROLLER, ((Role.CONTROLLER, GROUP),)),
        *(
            Person(name, ((Role.OWNER, portfolio),))
            for portfolio, names in OWNERS.items()
            for name in names
        ),
    ),
    logins={
        Role.ADMINISTRATOR: "Verena Marti",
        Role.EXECUTIVE: "Andreas Keel",
        Role.STEERING: "Monika Bieri",
        Role.LEAD: "Simone Frei",
        Role.SPONSOR: "Beatrice Huber",
        Role.CONTROLLER: CONTROLLER,
        Role.OWNER: "Lukas Meier",
    },
)
TARGETS = {GROUP: {Horizon.FISCAL_YEAR: 2_000 * K, Horizon.RUN_RATE: 3_200 * K}}


def _measure(
    number: int, name: str, package: str, area: str, line: LineScript, *, owner: int = 0
) -> MeasureScript:
    return MeasureScript(
        code=f"MH-{number:02d}",
        name=name,
        package=package,
        description=f"{name}: agreed by the clinics and the head of the area.",
        owner=OWNERS[area][owner],
        sponsor=SPONSORS[area],
        controller=CONTROLLER,
        lines=(line,),
        milestones=(
            MilestoneScript("Agreed with the clinics", date(2026, 1, 30), date(2026, 1, 30)),
            MilestoneScript("In use at all sites", date(2026, 6, 19), date(2026, 6, 19)),
            MilestoneScript("Reviewed", date(2026, 11, 27)),
        ),
        size=100,
        gates=GATES,
        proposed_on=PROPOSED,
        reported_on=REPORTED,
    )


def _saving(name: str, monthly: int, percent: int, first: Month = JANUARY) -> LineScript:
    """Return a recurring benefit that came in at a share of its plan and goes on so."""
    got = monthly * percent // 100
    return LineScript(
        name=name,
        plan=flat(first, LAST, monthly),
        full_effect=first,
        claims=flat(first, JUNE, got),
        waiting=frozenset({JUNE}),
        forecast=flat(JULY, LAST, got),
    )


THEATRES = replace(
    _measure(
        1,
        "Theatre utilisation",
        "Theatre utilisation",
        CARE,
        LineScript(
            name="Utilised theatre hours",
            plan=flat(JANUARY, LAST, 80),
            effect_type=EffectType.QUALITATIVE,
            unit="percent",
            decimals=1,
            full_effect=JANUARY,
            is_level=True,
            baseline=flat(JANUARY, LAST, 70),
            claims=listed(JANUARY, 78, 79, 79, 80, 80, 80),
            waiting=frozenset({JUNE}),
            forecast=flat(JULY, LAST, 80),
        ),
    ),
    effect_type=EffectType.QUALITATIVE,
    size=10,
    size_unit="percent",
)
NURSES = replace(
    _measure(
        2,
        "Agency-nurse cost",
        "Agency nurses",
        CARE,
        LineScript(
            name="Cost of agency nurses",
            plan=flat(JANUARY, LAST, 950 * K),
            direction=Direction.LESS,
            full_effect=JANUARY,
            is_level=True,
            baseline=flat(JANUARY, LAST, 1_000 * K),
            claims=flat(JANUARY, JUNE, 990 * K),
            waiting=frozenset({JUNE}),
            forecast=flat(JULY, LAST, 990 * K),
        ),
        owner=1,
    ),
    size=600 * K,
)
STERILE = replace(
    _measure(3, "Sterile-goods tender", "Sterile goods", SUPPLY, _saving("Prices", 40 * K, 97)),
    size=480 * K,
)
OTHERS = (
    replace(
        _measure(4, "Turnover in 35 minutes", "Turnover times", CARE,
                 _saving("Overtime", 22 * K, 80)),
        size=264 * K,
    ),
    replace(
        _measure(5, "Rosters six weeks ahead", "Shift planning", CARE,
                 _saving("Short-notice shifts", 18 * K, 101), owner=1),
        size=216 * K,
    ),
    replace(
        _measure(6, "Two hip systems instead of five", "Implants", SUPPLY,
                 _saving("Implant prices", 55 * K, 94), owner=1),
        size=660 * K,
    ),
    replace(
        _measure(7, "Laundry shared by three houses", "Laundry", SUPPLY,
                 _saving("Laundry", 15 * K, 99)),
        size=180 * K,
    ),
    replace(
        _measure(8, "Heat pump Haus Nord", "Heating", SUPPLY,
                 LineScript("Heating", flat(Month(2027, 1), LAST, 20 * K),
                            full_effect=Month(2027, 1)), owner=1),
        size=240 * K,
        milestones=(MilestoneScript("Pump ordered", date(2026, 9, 30)),),
        gates={Stage.IDENTIFIED: date(2026, 3, 5), Stage.DETAILED: date(2026, 4, 16)},
        proposed_on=date(2026, 3, 2),
        stage=Stage.DETAILED,
        reported_on=None,
    ),
)  # fmt: skip
MEASURES = (THEATRES, NURSES, STERILE, *OTHERS)


def agenda_of(book: Book) -> Agenda:
    """Return everything that happens at Marienfeld until the morning on which the demo begins."""
    agenda = Agenda(SETTING.time_zone)
    for script in MEASURES:
        chronicle.passage(agenda, book, script, LEADS[_area(script)])
    everything: Sequence[MeasureScript] = MEASURES
    chronicle.milestones(agenda, book, everything, PROPOSED)
    chronicle.months(agenda, book, everything, TODAY)
    chronicle.reports(agenda, book, everything)
    return agenda


def _area(script: MeasureScript) -> str:
    return next(area for area, names in OWNERS.items() if script.owner in names)
