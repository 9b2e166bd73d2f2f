"""Keeps what sweeps look at to the organizations a test itself has founded.

The tests before it leave theirs in the database, and some leave them broken on purpose: a sweep
that met them would take minutes, and be red for somebody else's reason.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from accounts.queries import people


@contextmanager
def unswept() -> Iterator[None]:
    """Let `people.organizations` leave out all that there are at the beginning of the block."""
    everything = people.organizations
    last = everything().last()
    newest = 0 if last is None else last.pk
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(people, "organizations", lambda: everything().filter(pk__gt=newest))
        yield
