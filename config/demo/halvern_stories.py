"""The measures of Halvern Group that have a story; each story is an assertion in a test.

The amounts are those of the demo's table; every measure of it went the whole way through gates.
"""

from dataclasses import replace
from datetime import date

from config.demo import halvern
from config.demo.script import Amounts, LineScript, MeasureScript, MilestoneScript, flat, listed
from measures.rules.calendar import Month
from measures.rules.lines import Direction, EffectType, Nature, Recurrence
from measures.rules.stage import Stage

YEAR = 2026
TODAY = date(YEAR, 7, 8)
REPORTED = date(YEAR, 7, 6)
PROPOSED = date(2025, 11, 3)
JUNE, JULY, LAST = Month(YEAR, 6), Month(YEAR, 7), Month(2027, 12)
K = 1000

# Everything of the pilot was decided before the year began.
DECIDED = {
    Stage.IDENTIFIED: date(2025, 11, 5),
    Stage.DETAILED: date(2025, 11, 17),
    Stage.DECIDED: date(2025, 12, 1),
}


def month(number: int, year: int = YEAR) -> Month:
    """Return a month of Halvern's fiscal year, which is the calendar's."""
    return Month(year, number)


def benefit(name: str, first: int, monthly: int, claims: Amounts) -> LineScript:
    """Return a recurring hard benefit of the same amount each month from `first` of YEAR."""
    return LineScript(
        name=name,
        plan=flat(month(first), LAST, monthly),
        full_effect=month(first),
        claims=claims,
        waiting=frozenset({JUNE}),
    )


def cost(name: str, plan: Amounts, claims: Amounts) -> LineScript:
    """Return a one-time cost, approved month by month as it was spent."""
    return LineScript(
        name=name,
        plan=plan,
        nature=Nature.ONE_TIME,
        recurrence=Recurrence.ONE_OFF,
        direction=Direction.LESS,
        baseline=dict.fromkeys(plan, 0),
        claims=claims,
        waiting=frozenset({JUNE}),
    )


def from_july(monthly: int, last: Month = LAST) -> Amounts:
    """Return a forecast of the same amount for every open month."""
    return flat(JULY, last, monthly)


def done(name: str, planned: date) -> MilestoneScript:
    """Return a milestone completed on its planned day."""
    return MilestoneScript(name, planned, done_on=planned)


def story(  # noqa: PLR0913 -- the head of a measure, one by one
    number: int,
    name: str,
    package: str,
    description: str,
    *,
    lines: tuple[LineScript, ...],
    milestones: tuple[MilestoneScript, ...],
    size: int | None = None,
    effect_type: EffectType = EffectType.HARD,
    owner: int = 0,
) -> MeasureScript:
    """Return a decided measure of the pilot with the people of its portfolio."""
    portfolio = halvern.PORTFOLIO_OF[package]
    return MeasureScript(
        code=f"HG-{number:03d}",
        name=name,
        package=package,
        description=description,
        owner=halvern.OWNERS[portfolio][owner],
        sponsor=halvern.SPONSORS[portfolio][0],
        controller=halvern.CONTROLLERS[portfolio],
        lines=lines,
        milestones=milestones,
        size=size,
        effect_type=effect_type,
        gates=DECIDED,
        proposed_on=PROPOSED,
        reported_on=REPORTED,
    )


STEEL = story(
    1,
    "Steel coil dual sourcing",
    "Steel and sheet",
    "A second mill is qualified for cold-rolled coil and a third of the volume moves to it.",
    size=1_800 * K,
    lines=(
        replace(
            benefit("Coil price", 1, 150 * K, {**flat(month(1), month(5), 60 * K), JUNE: 65 * K}),
            forecast=from_july(110 * K),
            budget_line="Raw material, coil",
        ),
    ),
    milestones=(
        done("Second mill audited", date(YEAR, 1, 23)),
        done("First coils approved by the plants", date(YEAR, 3, 20)),
        done("Frame contract signed", date(YEAR, 6, 19)),
    ),
)

FREIGHT = story(
    2,
    "Freight tender Europe",
    "Road freight",
    "All European road lanes are tendered together and given to four carriers.",
    size=1_200 * K,
    lines=(
        replace(
            benefit("Freight rates", 4, 100 * K, listed(month(4), 90 * K, 80 * K, 100 * K)),
            forecast=from_july(90 * K),
            budget_line="Outbound freight",
        ),
        replace(
            cost("Carrier change", {month(3): 250 * K}, {month(3): 250 * K}), final_in=month(3)
        ),
    ),
    milestones=(
        done("Carriers chosen", date(YEAR, 2, 13)),
        done("Lanes handed over", date(YEAR, 3, 27)),
        done("Rates in the freight system", date(YEAR, 6, 26)),
        MilestoneScript("Carrier review", date(YEAR, 10, 30)),
    ),
    owner=0,
)

COMPRESSORS = replace(
    story(
        3,
        "Compressors Gdynia",
        "Compressed air",
        "Two speed-controlled compressors replace five old ones in Gdynia.",
        size=288 * K,
        lines=(
            benefit("Electricity", 3, 24 * K, listed(month(3), 25 * K, 23 * K, 24 * K)),
            replace(
                cost(
                    "Compressors and pipework",
                    listed(month(1), 150 * K, 160 * K),
                    listed(month(1), 150 * K, 160 * K),
                ),
                final_in=month(2),
            ),
        ),
        milestones=(
            done("Compressors ordered", date(YEAR, 1, 9)),
            done("Compressors installed", date(YEAR, 2, 20)),
        ),
    ),
    gates={**DECIDED, Stage.IMPLEMENTED: date(YEAR, 3, 4)},
    stage=Stage.CLOSED,
    reported_on=date(YEAR, 6, 5),
)

TRAVEL = replace(
    story(
        4,
        "Travel booking tool",
        "Travel and events",
        "All trips are booked in one tool that shows the cheapest allowed fare first.",
        size=540 * K,
        lines=(benefit("Fares and fees", 3, 45 * K, listed(month(3), 33 * K, 34 * K, 32 * K)),),
        milestones=(
            done("Tool contracted", date(YEAR, 1, 16)),
            done("Tool in use in all countries", date(YEAR, 2, 27)),
        ),
        owner=1,
    ),
    gates={**DECIDED, Stage.IMPLEMENTED: date(YEAR, 3, 6)},
    stage=Stage.CLOSED,
    reported_on=date(YEAR, 6, 5),
)

PORTAL = story(
    5,
    "Customer portal self-service",
    "Customer platforms",
    "Customers order, track and pay in a portal instead of calling the service desk.",
    size=720 * K,
    lines=(
        replace(
            benefit("Service desk", 1, 60 * K, flat(month(1), month(5), 0)),
            plan=flat(month(1), month(12, 2028), 60 * K),
            forecast={JULY: 0, **flat(month(8), month(12, 2028), 8 * K)},
        ),
        replace(
            cost(
                "Portal development",
                {**flat(month(1), month(5), 230 * K), **flat(month(8), month(9), 125 * K)},
                flat(month(1), month(5), 230 * K),
            ),
        ),
    ),
    milestones=(
        done("Requirements agreed", date(YEAR, 1, 15)),
        done("Vendor chosen", date(YEAR, 2, 10)),
        done("Order entry built", date(YEAR, 4, 17)),
        MilestoneScript("Order tracking built", date(YEAR, 4, 30), forecast_end=date(YEAR, 9, 30)),
        MilestoneScript("Payment built", date(YEAR, 5, 29), forecast_end=date(YEAR, 11, 30)),
        MilestoneScript(
            "Pilot customers connected",
            date(YEAR, 6, 15),
            forecast_end=date(2027, 1, 29),
            is_critical=True,
        ),
        MilestoneScript("Portal live in Germany", date(YEAR, 8, 31)),
        MilestoneScript("Portal live in all countries", date(YEAR, 11, 30)),
        MilestoneScript("Service desk reduced", date(YEAR, 12, 31)),
    ),
)

PACKAGING_LINE = "Packaging material"
PACKAGING_SPECIFICATION = story(
    6,
    "Packaging specification",
    "Packaging design",
    "Cartons are thinner and cut to six sizes instead of thirty-one.",
    size=480 * K,
    lines=(
        replace(
            benefit("Packaging per unit", 1, 40 * K, flat(month(1), JUNE, 40 * K)),
            budget_line=PACKAGING_LINE,
        ),
    ),
    milestones=(
        done("Six sizes released", date(YEAR, 1, 30)),
        MilestoneScript("Old sizes used up", date(YEAR, 9, 30)),
    ),
    owner=1,
)
PACKAGING_BUNDLING = story(
    7,
    "Packaging supplier bundling",
    "Packaging",
    "Packaging of six plants is bought from two suppliers instead of nine.",
    size=620 * K,
    lines=(
        replace(
            benefit("Packaging prices", 7, 52 * K, {}),
            plan={**flat(JULY, month(12, 2027), 51_667), month(6, 2027): 51_663},
            budget_line=PACKAGING_LINE,
        ),
    ),
    milestones=(
        done("Two suppliers chosen", date(YEAR, 6, 12)),
        MilestoneScript("All plants switched", date(YEAR, 8, 28)),
    ),
    owner=2,
)

HARNESS = story(
    8,
    "Harness assembly Monterrey",
    "Wiring and harness",
    "Harnesses for the Americas are assembled in Monterrey instead of being shipped there.",
    size=1_080 * K,
    lines=(
        replace(
            benefit("Harness cost", 2, 90 * K, flat(month(2), JUNE, 90 * K)), currency="USD"
        ),
    ),
    milestones=(
        done("Line installed", date(YEAR, 1, 23)),
        done("Full volume reached", date(YEAR, 6, 26)),
    ),
    owner=2,
)

ERP = replace(
    story(
        9,
        "ERP warehouse module",
        "Business systems",
        "Four warehouse programs are replaced by the module of the business system.",
        size=950 * K,
        lines=(
            replace(
                benefit("Licences and handling", 10, 79_167, {}),
                plan={
                    **flat(month(10), LAST, 79_167),
                    month(9, 2027): 79_163,
                },
            ),
            cost("Module and migration", flat(month(8), month(11), 150 * K), {}),
        ),
        milestones=(
            MilestoneScript("Module configured", date(YEAR, 9, 15)),
            MilestoneScript("Warehouses migrated", date(YEAR, 11, 30)),
        ),
        owner=1,
    ),
    gates={Stage.IDENTIFIED: date(YEAR, 2, 16), Stage.DETAILED: date(YEAR, 4, 20)},
    proposed_on=date(YEAR, 2, 9),
    stage=Stage.DETAILED,
    reported_on=None,
)
ERP_REQUESTED, ERP_DUE, ERP_VOTED = date(YEAR, 5, 6), date(YEAR, 5, 20), date(YEAR, 5, 12)

OSTRAVA = replace(
    story(
        10,
        "Shift consolidation Ostrava",
        "Shift models",
        "Three weekend shifts in Ostrava become two.",
        size=840 * K,
        lines=(
            benefit(
                "Shift premiums", 2, 70 * K, listed(month(2), 52 * K, 54 * K, 51 * K, 51 * K)
            ),
        ),
        milestones=(
            done("Works agreement signed", date(YEAR, 1, 30)),
            MilestoneScript("Third shift closed", date(YEAR, 7, 31)),
        ),
        owner=0,
    ),
    reported_on=date(YEAR, 6, 5),
)
OSTRAVA_CANCELLED, OSTRAVA_SUNK = date(YEAR, 7, 1), 180 * K

SOLAR = replace(
    story(
        11,
        "Solar roof Linz",
        "Solar power",
        "The halls in Linz carry 2.4 megawatts of solar panels.",
        size=360 * K,
        lines=(
            benefit("Electricity bought", 11, 30 * K, {}),
            cost("Panels and roof", flat(JULY, month(10), 550 * K), {}),
        ),
        milestones=(
            done("Roof statics proven", date(YEAR, 3, 13)),
            MilestoneScript("Panels mounted", date(YEAR, 9, 30)),
        ),
        owner=1,
    ),
    reported_on=date(YEAR, 5, 8),
)
SOLAR_HELD, SOLAR_UNTIL = date(YEAR, 5, 15), date(YEAR, 8, 13)

TERMS = story(
    12,
    "Payment terms 45 to 60 days",
    "Payment terms",
    "Suppliers are paid after 60 days; the largest are given a price concession for it.",
    size=6_500 * K,
    effect_type=EffectType.CASH,
    lines=(
        LineScript(
            name="Payables",
            plan={month(4): 6_500 * K},
            effect_type=EffectType.CASH,
            recurrence=Recurrence.ONE_OFF,
            claims={month(4): 6_500 * K},
            final_in=month(4),
        ),
        benefit("Price concession", 4, -18 * K, {}),
    ),
    milestones=(
        done("Suppliers informed", date(YEAR, 2, 20)),
        done("Terms in the business system", date(YEAR, 3, 31)),
        MilestoneScript("Late joiners converted", date(YEAR, 10, 15)),
    ),
)

SPARE_PARTS = story(
    13,
    "Spare-parts list price",
    "Parts prices",
    "List prices of 4,200 spare parts follow their value to the customer.",
    size=1_200 * K,
    lines=(
        replace(
            benefit(
                "Parts margin",
                1,
                0,
                listed(month(1), 58 * K, 59 * K, 58 * K, 77 * K, 78 * K, 80 * K),
            ),
            plan={
                Month(year, number): amount * K
                for year in (YEAR, 2027)
                for quarter, amount in enumerate((60, 80, 100, 160))
                for number in range(3 * quarter + 1, 3 * quarter + 4)
            },
            is_seasonal=True,
        ),
    ),
    milestones=(
        done("New list published", date(YEAR, 1, 2)),
        MilestoneScript("Second list published", date(YEAR, 12, 1)),
    ),
)

CYBER = story(
    14,
    "Cyber segmentation",
    "Security",
    "Production networks are separated from office networks in all six plants.",
    effect_type=EffectType.MANDATORY,
    size=0,
    lines=(
        replace(
            cost(
                "Firewalls and cabling",
                flat(month(1), month(10), 64 * K),
                flat(month(1), JUNE, 64 * K),
            ),
            effect_type=EffectType.MANDATORY,
        ),
    ),
    milestones=(
        done("Three plants separated", date(YEAR, 6, 12)),
        MilestoneScript("All plants separated", date(YEAR, 10, 30)),
    ),
    owner=3,
)

STORIES = (
    STEEL,
    FREIGHT,
    COMPRESSORS,
    TRAVEL,
    PORTAL,
    PACKAGING_SPECIFICATION,
    PACKAGING_BUNDLING,
    HARNESS,
    ERP,
    OSTRAVA,
    SOLAR,
    TERMS,
    SPARE_PARTS,
    CYBER,
)
