"""Builds once a process what tests only look at; a test that changes it builds its own."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

_built: dict[str, object] = {}


def shared(build: Callable[P, R], *given: P.args, **named: P.kwargs) -> R:
    """Return what `build` made when it was first asked for in this process."""
    name = f"{build.__module__}.{build.__qualname__}"
    if name not in _built:
        _built[name] = build(*given, **named)
    return _built[name]  # type: ignore[return-value]  # kept under the name of what made it


def forget() -> None:
    """Let everything be built again, as the database it stood in is gone."""
    _built.clear()
