"""Stories of value that comes, comes late, or does not come; each is an assertion in a test."""

from dataclasses import replace
from datetime import date

from config.demo.pilot import (
    DECIDED,
    JULY,
    JUNE,
    YEAR,
    K,
    benefit,
    cost,
    done,
    from_july,
    month,
    story,
)
from config.demo.script import MilestoneScript, flat, listed
from measures.rules.stage import Stage

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
            benefit("Service desk", 1, 60 * K, flat(month(1), JUNE, 0)),
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
