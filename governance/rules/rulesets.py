"""A rule set as a document: the gates and the numbers of one organization, whoever it is."""

from collections.abc import Mapping
from decimal import Decimal

Content = dict[str, object]

KIND = "assay.rules/1"


def content(scheme: Mapping[str, object], values: Mapping[str, Decimal]) -> Content:
    """Return gates and numbers as one document; numbers as text, the shortest that is exact."""
    return {"scheme": dict(scheme), "numbers": {key: written(values[key]) for key in values}}


def written(value: Decimal) -> str:
    """Return a number as text without the zeros that only a column added."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
