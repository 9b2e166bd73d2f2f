"""Tells a person at a terminal what is being done and how long it took."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from rich.console import Console
from rich.panel import Panel
from rich.table import Table


class Progress:
    """One line a step: a spinner on a terminal, plain lines elsewhere."""

    def __init__(self, *, on_stderr: bool = False) -> None:
        self._console = Console(highlight=False, stderr=on_stderr)

    @contextmanager
    def step(self, what: str) -> Iterator[None]:
        """Show `what` while the block runs and the seconds it took when it is done."""
        started = time.monotonic()
        if self._console.is_terminal:
            with self._console.status(f"{what} ..."):
                yield
        else:
            yield
        self.say(f"  {what}: {time.monotonic() - started:.1f} s")

    def say(self, text: str) -> None:
        """Print one line."""
        self._console.print(text, markup=False, soft_wrap=True)

    def welcome(
        self, url: str, logins: Sequence[dict[str, str]], last_lines: Sequence[str]
    ) -> None:
        """Print the address, one login a role, and how to stop."""
        self.say("")
        if self._console.is_terminal:
            self._console.print(Panel(f"Assay is up: [bold]{url}[/bold]", expand=False))
        else:
            self.say(f"Assay is up: {url}")
        for organization in dict.fromkeys(login["organization"] for login in logins):
            self.say("")
            self.say(organization)
            theirs = [login for login in logins if login["organization"] == organization]
            self._console.print(_table(theirs), soft_wrap=True)
        for line in last_lines:
            self.say(line)


def _table(logins: Sequence[dict[str, str]]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    columns = ("role", "email", "password")  # what fits into a terminal of 80 columns
    for column in columns:
        table.add_column(column, no_wrap=True)
    for login in logins:
        table.add_row(*(login.get(column, "") for column in columns))
    return table
