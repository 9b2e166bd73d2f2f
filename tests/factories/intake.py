"""Portfolios to import in tests: the real file where it lies, a small one, one of another shape."""

import os
from collections.abc import Callable
from io import StringIO
from pathlib import Path

from django.core.management import call_command

from config.environment import ROOT
from core import tenancy
from hierarchy.models import Node
from intake.models import ImportRun
from intake.rules.report import Report
from intake.services import mappings, portfolio
from intake.services.portfolio import Asked
from measures.models import Measure
from tests.factories.organizations import TestOrganization

KEPT = "capital-delivery"
SMALL = ROOT / "tests/data/portfolio-of-the-same-shape.csv"
_REAL = os.environ.get("ASSAY_PORTFOLIO_FILE", "")
REAL = Path(_REAL) if _REAL else ROOT.parent / "shared/data/capital-delivery-projects.csv"
# The real file lies beside the checkout and is not copied into it.
LARGE = REAL if REAL.exists() else SMALL

SHAPE = """
name = "savings"
cut_over = 2026-06-30

[file]
encoding = "latin-1"
delimiter = ";"
decimal_separator = ","
group_separator = "."
date_formats = ["%d.%m.%Y"]
not_given = ["n/a"]

[spellings]

[levels]
portfolio = "Einsparung"
program = "{Bereich}"
project = "{Werk}"
package = "{Werk} {Bereich}"

[measure]
code = "{Nr}"
name = "{Titel}"
description = "{Titel} in {Werk}."
effect_type = "hard"
size = "Jahr"

[[lines]]
name = "Einsparung"
amount = "Monat"
month = "Beginn"
nature = "benefit"
effect_type = "hard"
recurrence = "recurring"

[[stages]]
stage = "identified"
date = "Idee"

[[stages]]
stage = "decided"
date = "Beginn"

[team]
column = "Werk"

[team.members."Köln"]
owner = "owner@{slug}.example"
sponsor = "sponsor@{slug}.example"
controller = "controller@{slug}.example"
"""
HEADER = "Nr;Titel;Bereich;Werk;Monat;Jahr;Idee;Beginn"
GOOD = "S1;Pumpe;Technik;Köln;1.250,50;15.006;01.02.2026;15.05.2026"


def savings(folder: Path, organization: TestOrganization, *rows: str) -> Asked:
    """Write a file of another shape with its mapping, and ask for its import."""
    file = folder / "savings.csv"
    file.write_bytes("\n".join([HEADER, *rows, ""]).encode("latin-1"))
    return asked(file, mapping_file(folder, organization))


def mapping_file(
    folder: Path, organization: TestOrganization, change: Callable[[str], str] = str
) -> Path:
    """Write the mapping of the other shape, changed as told."""
    path = folder / "savings.toml"
    path.write_text(change(SHAPE.replace("{slug}", organization.slug)))
    return path


def asked(file: Path, mapping: Path | str = KEPT, **options: bool) -> Asked:
    """Ask for an import."""
    return Asked(file, mappings.read(str(mapping)), **options)


def imported(organization: TestOrganization, wanted: Asked) -> Report:
    """Import as the administrator."""
    return portfolio.bring_in(actor=organization.actor("administrator"), asked=wanted)


def printed(organization: TestOrganization, file: Path, *options: str) -> str:
    """Run the command and return what it printed."""
    out = StringIO()
    call_command(
        "import_portfolio",
        str(file),
        "--organization",
        organization.slug,
        *options,
        stdout=out,
    )
    return out.getvalue()


def codes(organization: TestOrganization) -> list[str]:
    """Return the codes of all measures in the tree."""
    with tenancy.reading(organization.actor("administrator")):
        rows = Node.objects.filter(level=5).order_by("code")
        return list(rows.values_list("code", flat=True))


def is_untouched(organization: TestOrganization) -> bool:
    """Tell whether an organization holds nothing but its root."""
    with tenancy.reading(organization.actor("administrator")):
        counts = (Node.objects.count(), Measure.objects.count(), ImportRun.objects.count())
    return counts == (1, 0, 0)
