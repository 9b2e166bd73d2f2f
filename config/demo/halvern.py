"""Halvern Group before anything happens: a manufacturer's six plants, its programs and people."""

from decimal import Decimal

from accounts.rules.roles import Role
from config.demo.script import Person, Setting
from measures.rules.rate_file import RateEntry

GROUP = "Halvern Group"
PROCUREMENT, OPERATIONS = "Procurement", "Operations"
PRODUCT, COMMERCIAL, OVERHEAD = "Product & Complexity", "Commercial", "Overhead & Cash"

TREE = {
    PROCUREMENT: {
        "Direct Materials": {
            "Metals sourcing": ("Steel and sheet", "Castings and forgings"),
            "Packaging and plastics": ("Packaging", "Plastics and resins"),
        },
        "Indirect Spend": {
            "Services tendered": ("Facility services", "Temporary labour"),
            "Demand management": ("Travel and events", "Office and equipment"),
        },
        "Logistics": {
            "Transport": ("Road freight", "Sea and air freight"),
            "Warehousing": ("Warehouse network", "Inbound flows"),
        },
    },
    OPERATIONS: {
        "Plant Productivity": {
            "Line balancing": ("Assembly lines", "Machining centres"),
            "Footprint": ("Shift models", "Wiring and harness"),
        },
        "Energy": {
            "Compressed air and heat": ("Compressed air", "Heat recovery"),
            "Own generation": ("Solar power", "Load management"),
        },
        "Quality": {
            "First-pass yield": ("Scrap and rework", "Process control"),
            "Supplier quality": ("Incoming goods", "Complaints"),
        },
    },
    PRODUCT: {
        "Design-to-Value": {
            "Platform redesign": ("Drive units", "Housings"),
            "Specification review": ("Materials and coatings", "Packaging design"),
        },
        "Variant Reduction": {
            "Catalogue clean-up": ("Slow movers", "Options and colours"),
            "Modular systems": ("Control units", "Mechanical modules"),
        },
    },
    COMMERCIAL: {
        "Pricing": {
            "Price discipline": ("Discounts and terms", "Small orders"),
            "Value-based pricing": ("New products", "Key accounts"),
        },
        "Aftermarket": {
            "Spare parts": ("Parts prices", "Parts availability"),
            "Service contracts": ("Maintenance plans", "Remote service"),
        },
    },
    OVERHEAD: {
        "Shared Services": {
            "Finance centre": ("Payables and receivables", "Closing and reporting"),
            "People services": ("Payroll", "Recruiting"),
        },
        "IT Simplification": {
            "Applications": ("Business systems", "Customer platforms"),
            "Infrastructure": ("Data centres", "Security"),
        },
        "Working Capital": {
            "Payables": ("Payment terms", "Supplier finance"),
            "Inventories": ("Raw materials", "Finished goods"),
        },
    },
}

LEADS = {
    PROCUREMENT: "Lena Fischer",
    OPERATIONS: "Tomas Novak",
    PRODUCT: "Ingrid Solberg",
    COMMERCIAL: "Paolo Ricci",
    OVERHEAD: "Sofia Lindqvist",
}
SPONSORS = {
    PROCUREMENT: ("Martin Hauser", "Eva Kowalska"),
    OPERATIONS: ("Jan Dvorak", "Ruth Steiner"),
    PRODUCT: ("Nils Bergman",),
    COMMERCIAL: ("Helena Costa",),
    OVERHEAD: ("Viktor Lang",),
}
CONTROLLERS = {
    PROCUREMENT: "Clara Weiss",
    OPERATIONS: "Marek Zielinski",
    PRODUCT: "Anna Moretti",
    COMMERCIAL: "David Schmid",
    OVERHEAD: "Julia Hofer",
}
OWNERS = {
    PROCUREMENT: ("Felix Baumann", "Karin Olsen", "Pavel Urban", "Nadia Haddad"),
    OPERATIONS: ("Jakub Maly", "Gerda Wolf", "Luis Ortega", "Stefan Gruber"),
    PRODUCT: ("Mina Park", "Oskar Nyman", "Bela Szabo", "Carla Rossi"),
    COMMERCIAL: ("Tim Brenner", "Alice Fournier", "Ivan Petrov", "Laura Nagy"),
    OVERHEAD: ("Hanna Bauer", "Erik Lund", "Maria Santos", "Peter Koller"),
}
STEERING = ("Otto Brandt", "Marta Nowak")
GROUP_CONTROLLER = "Greta Lindholm"  # periods of the whole are locked and opened by her
RULES_PROPOSED_BY = "Bruno Winkler"  # the second administrator: gates and limits take two


def _people() -> tuple[Person, ...]:
    people = [
        Person("Agnes Keller", ((Role.ADMINISTRATOR, GROUP),)),
        Person(RULES_PROPOSED_BY, ((Role.ADMINISTRATOR, GROUP),)),
        Person("Henrik Halvorsen", ((Role.EXECUTIVE, GROUP),)),
        Person("Claire Dumont", ((Role.EXECUTIVE, GROUP),)),
        Person("Petra Vogel", ((Role.LEAD, GROUP),)),
        Person(GROUP_CONTROLLER, ((Role.CONTROLLER, GROUP),)),
        *(Person(name, ((Role.STEERING, GROUP),)) for name in STEERING),
    ]
    for portfolio, lead in LEADS.items():
        people.append(Person(lead, ((Role.LEAD, portfolio),)))
        people.extend(Person(name, ((Role.SPONSOR, portfolio),)) for name in SPONSORS[portfolio])
        people.append(Person(CONTROLLERS[portfolio], ((Role.CONTROLLER, portfolio),)))
        people.extend(Person(name, ((Role.OWNER, portfolio),)) for name in OWNERS[portfolio])
    return tuple(people)


# A dollar was planned dearer than it came: what that takes from Monterrey is nobody's credit.
YEARS, CLOSED = (2025, 2026, 2027), range(1, 7)
RATES = (
    *(RateEntry("plan", "USD", year, 0, Decimal("1.08")) for year in YEARS),
    *(RateEntry("actual", "USD", 2026, period, Decimal("1.17")) for period in CLOSED),
    *(RateEntry("discount", "", year, 0, Decimal("0.08")) for year in YEARS),
)

HALVERN = Setting(
    slug="halvern",
    name=GROUP,
    currency="EUR",
    time_zone="Europe/Vienna",
    fiscal_start_month=1,
    tree=TREE,
    people=_people(),
    rates=RATES,
    logins={
        Role.ADMINISTRATOR: "Agnes Keller",
        Role.EXECUTIVE: "Claire Dumont",
        Role.STEERING: "Otto Brandt",
        Role.LEAD: "Lena Fischer",
        Role.SPONSOR: "Martin Hauser",
        Role.CONTROLLER: "Clara Weiss",
        Role.OWNER: "Felix Baumann",
    },
)

# Where a package lies, for choosing its people.
PORTFOLIO_OF: dict[str, str] = {
    package: portfolio
    for portfolio, programs in TREE.items()
    for projects in programs.values()
    for packages in projects.values()
    for package in packages
}
PACKAGES_OF: dict[str, tuple[str, ...]] = {
    program: tuple(package for packages in projects.values() for package in packages)
    for programs in TREE.values()
    for program, projects in programs.items()
}
