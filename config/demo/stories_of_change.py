"""Stories of overlap, other currencies, gates, holds and costs; each is an assertion in a test."""

from dataclasses import replace
from datetime import date

from config.demo.pilot import (
    DECIDED,
    JULY,
    JUNE,
    LAST,
    YEAR,
    K,
    benefit,
    cost,
    done,
    month,
    story,
)
from config.demo.script import LineScript, MilestoneScript, flat, listed
from measures.rules.calendar import Month
from measures.rules.lines import EffectType, Recurrence
from measures.rules.stage import Stage

PACKAGING_LINE = "6210"
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

HARNESS_IMPLEMENTED = date(YEAR, 6, 29)
HARNESS = replace(
    story(
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
    ),
    gates={**DECIDED, Stage.IMPLEMENTED: HARNESS_IMPLEMENTED},
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
            benefit("Shift premiums", 2, 70 * K, listed(month(2), 52 * K, 54 * K, 51 * K, 51 * K)),
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
            replace(
                benefit("Electricity bought", 11, 30 * K, {}),
                plan=flat(month(11), month(12, 2033), 30 * K),
            ),
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
