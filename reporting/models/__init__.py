"""The roll-up's rows: figures, counts, what each measure last put in, and how far it has come."""

from reporting.models.count import RollupCount
from reporting.models.state import RollupLeaf, RollupState
from reporting.models.value import RollupDeduction, RollupGroup, RollupValue

__all__ = [
    "RollupCount",
    "RollupDeduction",
    "RollupGroup",
    "RollupLeaf",
    "RollupState",
    "RollupValue",
]
