"""The parameters of a criterion: what a scheme may set, between which limits, in what unit."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from governance.rules.criteria import Criterion

Values = Mapping[str, Decimal]


@dataclass(frozen=True, slots=True)
class Parameter:
    """One number that a scheme may set; `unit` is what it counts, in words."""

    name: str
    default: Decimal
    lower: Decimal
    upper: Decimal
    unit: str

    def problem_with(self, text: object) -> str | None:
        """Return in a sentence why a value cannot stand; None when it can."""
        value = number_in(text)
        if value is None:
            return "must be an ordinary number."
        if not self.lower <= value <= self.upper:
            return f"must lie between {self.lower} and {self.upper} ({self.unit})."
        return None


@dataclass(frozen=True, slots=True)
class Template:
    """A criterion of the catalogue before a scheme has chosen its parameters."""

    code: str
    make: Callable[[Values], Criterion]
    parameters: tuple[Parameter, ...] = ()

    def with_values(self, given: Mapping[str, object]) -> Criterion:
        """Return the criterion with what is given, which has been judged, and defaults else."""
        values = {each.name: number_in(given.get(each.name)) for each in self.parameters}
        return self.make(
            {
                each.name: each.default if (value := values[each.name]) is None else value
                for each in self.parameters
            }
        )


def fixed(criterion: Criterion) -> Template:
    """Return a criterion without parameters as a template."""
    return Template(criterion.code, lambda _values: criterion)


def number_in(text: object) -> Decimal | None:
    """Return a number written as text or given as a whole number; None for anything else."""
    if isinstance(text, bool) or not isinstance(text, str | int):
        return None
    try:
        value = Decimal(text)
    except InvalidOperation:
        return None
    return value if value.is_finite() else None
