"""Takes over a running portfolio from a CSV file by a mapping, and says what came of it."""

from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from accounts.queries import people
from core import tenancy
from core.errors import DomainError
from intake.errors import RowsRefused
from intake.queries import administrators
from intake.rules import report as reports
from intake.rules.report import Report, Rounded
from intake.rules.rows import FindingKind
from intake.services import mappings, portfolio
from intake.services.portfolio import Asked

EXAMPLES = 3
ALL_FINDINGS = 2  # from this verbosity on every finding is printed
HEADINGS = {
    FindingKind.EMPTY: "empty",
    FindingKind.ORDER: "out of order",
    FindingKind.UNPLANNED: "not planned",
    FindingKind.CRITERION: "criterion unmet",
}


class Command(BaseCommand):
    help = "Takes over a running portfolio from a CSV file: all rows that can be, in one act."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the file and what is to be done with it."""
        parser.add_argument(
            "file", metavar="FILE", type=Path, help="the CSV file, one row a measure"
        )
        parser.add_argument("--organization", metavar="SLUG", required=True)
        parser.add_argument(
            "--mapping", metavar="FILE", required=True, help="a mapping file, or a kept one's name"
        )
        parser.add_argument(
            "--actor", metavar="EMAIL", help="the administrator who does it, if there are several"
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="say what would be done, and leave nothing"
        )
        parser.add_argument(
            "--strict", action="store_true", help="import nothing if a single row is refused"
        )

    def handle(  # noqa: PLR0913 -- the command's own options
        self,
        *,
        file: Path,
        organization: str,
        mapping: str,
        actor: str | None,
        dry_run: bool,
        strict: bool,
        verbosity: int,
        **options: object,
    ) -> None:
        """Import, then print the report; CommandError with the sentence of a refusal."""
        try:
            asked = Asked(file, mappings.read(mapping), is_dry_run=dry_run, is_strict=strict)
            tenant = people.by_slug(organization)
            with tenancy.reading(tenancy.system(tenant.pk)):
                administrator = administrators.chosen(actor)
            report = portfolio.bring_in(actor=administrator, asked=asked)
        except RowsRefused as refusal:
            self._print_refused(refusal.details["rows"])
            raise CommandError(f"{refusal} (code {refusal.code})") from refusal
        except DomainError as refusal:
            raise CommandError(f"{refusal} (code {refusal.code})") from refusal
        self._print(report, shows_all=verbosity >= ALL_FINDINGS)

    def _print(self, report: Report, *, shows_all: bool) -> None:
        write = self.stdout.write
        write(
            f"{report.file} by mapping {report.mapping}, cut-over {report.cut_over_on.isoformat()}"
        )
        write(f"rows read: {report.rows}")
        for what, count in report.created.items():
            write(f"{what} created: {count}")
        for stage, count in sorted(report.standing.items()):
            write(f"  standing at {stage.name.title()}: {count}")
        write(f"there already, left as they are: {report.already}")
        write(f"cells of another spelling: {report.respelled}")
        for each in report.rounded:
            write(_rounded(each))
        self._print_findings(report, shows_all=shows_all)
        self._print_refused(report.refused)
        write(_outcome(report))

    def _print_findings(self, report: Report, *, shows_all: bool) -> None:
        self.stdout.write(f"findings, shown and not repaired: {len(report.findings)}")
        for kind, about, found in reports.grouped(report.findings):
            self.stdout.write(f"  {HEADINGS[kind]}, {about}: {len(found)}")
            shown = found if shows_all else found[:EXAMPLES]
            for each in shown:
                self.stdout.write(f"    {each}")
            if len(shown) < len(found):
                self.stdout.write(f"    and {len(found) - len(shown)} more (--verbosity 2)")

    def _print_refused(self, refused: object) -> None:
        rows = list(refused) if isinstance(refused, list | tuple) else []
        self.stdout.write(f"cells and rows refused: {len(rows)}")
        for each in rows:
            self.stdout.write(f"  {each}")


def _rounded(each: Rounded) -> str:
    return (
        f"{each.line}: {each.rows} amounts rounded, {each.written} {each.currency} in the file, "
        f"{each.stored} {each.currency} stored, difference {each.difference_text}"
    )


def _outcome(report: Report) -> str:
    if report.is_dry_run:
        return "Dry run: nothing was changed."
    if not report.has_changed:
        return "Nothing was changed: all of it stands here already."
    return "Imported."
