"""A rule set as a document: gates and numbers of an organization, and what a file of it may say."""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

from accounts.rules import numbers as number_rules
from accounts.rules.numbers import NUMBERS
from governance.rules import schemes

Content = dict[str, object]

KIND = "assay.rules/1"
FAMILY, READS = "assay.rules/", 1
LARGEST = 1_000_000  # bytes; the rules of the largest organization take a tenth of it
PLAIN = re.compile(r"[0-9]{1,6}(\.[0-9]{1,6})?")
NOT_OURS = "it is not JSON as Assay writes it. Choose the file as it was exported."
SHOWN = 20  # problems that are named one by one

DOCUMENT_KEYS = {"kind", "organization", "as_of", "digest", "rules"}
# What each part of a gate may say; a key that nobody reads would be a rule that nobody keeps.
KEYS: dict[str, set[str]] = {
    "rules": {"scheme", "numbers"},
    "scheme": {"stages", "gates"},
    "stages": {"role", "label", "steps"},
    "gates": {
        "stage", "step", "submitters", "deciders", "criteria", "evidence", "due_days", "steering",
        "fast_track",
    },
    "deciders": {"role", "subject"},
    "criteria": {"code", "parameters"},
    "steering": {"run_rate", "one_time", "quorum"},
    "fast_track": {"below"},
}  # fmt: skip


def content(scheme: Mapping[str, object], values: Mapping[str, Decimal]) -> Content:
    """Return gates and numbers as one document; numbers as text, the shortest that is exact."""
    return {"scheme": dict(scheme), "numbers": {key: written(values[key]) for key in values}}


def written(value: Decimal) -> str:
    """Return a number as text without the zeros that only a column added."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def number_problems(numbers: Mapping[str, object], called: Callable[[str], str] = str) -> list[str]:
    """Return every reason why numbers given as texts cannot stand, each for itself.

    A file calls them by their keys, a page by what `called` makes of a key.
    """
    return [
        f"{called(key)}: {problem}"
        for key, text in numbers.items()
        if (problem := _number_problem(key, text)) is not None
    ]


def text_problem(given: bytes) -> str | None:
    """Return why bytes are no JSON that can be read in one way only; None when they are."""
    if len(given) > LARGEST:
        return f"it is larger than {LARGEST // 1000} kB, which no file of rules is."
    try:
        said = json.loads(
            given.decode("utf-8-sig"),
            object_pairs_hook=_once,
            parse_constant=_refuse_constant,
            parse_float=_refuse_float,
        )
        text = json.dumps(said, ensure_ascii=False)
        if "\\u0000" in text or not isinstance(said, dict) or not text.encode():
            return NOT_OURS
    except UnicodeDecodeError:
        return "it is no text in UTF-8."
    except _UnclearError as refusal:
        return str(refusal)
    except (ValueError, RecursionError):
        return NOT_OURS
    return None


def kind_problem(document: Mapping[str, object]) -> str | None:
    """Return why a document is no rule set that this version reads; None when it is."""
    kind = str(document.get("kind"))
    version = kind.removeprefix(FAMILY)
    if not kind.startswith(FAMILY) or not version.isdecimal():
        return "it is no file of rules."
    if int(version[:4]) != READS:
        return (
            f"it has schema {version[:4]}, and this installation reads schema {READS}. "
            "Export it from an installation of the same version."
        )
    return None


def problems(document: Mapping[str, object]) -> list[str]:
    """Return every reason why a document cannot be brought in, place by place; empty when it can.

    Its signature and digest are others' to prove.
    """
    rules = document.get("rules")
    found = [*_unknown("the file", document, DOCUMENT_KEYS)]
    if not isinstance(rules, dict):
        return [*found, "rules: they are missing."]
    found += _unknown("rules", rules, KEYS["rules"])
    scheme, numbers = rules.get("scheme"), rules.get("numbers")
    if isinstance(scheme, dict):
        found += _scheme_keys(scheme)
        found += [f"gates: {each}" for each in schemes.problems(scheme)]
    else:
        found.append("rules: the gates are missing.")
    if isinstance(numbers, dict):
        found += [f"numbers: {each}" for each in number_problems(numbers)]
    else:
        found.append("rules: the numbers are missing.")
    return found if found else [f"numbers: {each}" for each in _order_problems(numbers or {})]


def changed(wanted: Mapping[str, str], in_force: Mapping[str, Decimal]) -> dict[str, str]:
    """Return of the numbers wanted those that differ from what will be in force."""
    return {key: text for key, text in wanted.items() if Decimal(text) != in_force[key]}


def first(found: Sequence[str]) -> list[str]:
    """Return the problems that are named, and how many more there are."""
    more = len(found) - SHOWN
    return [*found[:SHOWN], *([f"And {more} more."] if more > 0 else [])]


def _scheme_keys(scheme: Mapping[str, object]) -> Iterator[str]:
    yield from _unknown("rules.scheme", scheme, KEYS["scheme"])
    for name in ("stages", "gates"):
        for place, each in _rows(f"rules.scheme.{name}", scheme.get(name)):
            yield from _unknown(place, each, KEYS[name])
            for part in ("deciders", "criteria"):
                for inner, row in _rows(f"{place}.{part}", each.get(part, [])):
                    yield from _unknown(inner, row, KEYS[part])
            for part in ("steering", "fast_track"):
                one = each.get(part)
                if isinstance(one, dict):
                    yield from _unknown(f"{place}.{part}", one, KEYS[part])


def _rows(place: str, given: object) -> Iterator[tuple[str, Mapping[str, object]]]:
    for number, each in enumerate(given if isinstance(given, list) else [], start=1):
        yield f"{place}[{number}]", each if isinstance(each, dict) else {"": each}


def _unknown(place: str, given: Iterable[str], known: set[str]) -> Iterator[str]:
    for key in given:
        if key not in known:
            yield f"{place}: “{key[:40]}” is not known there."


def _number_problem(key: str, text: object) -> str | None:
    row = NUMBERS.get(key)
    if row is None:
        return "is not a number of these rules."
    if not isinstance(text, str) or not PLAIN.fullmatch(text):
        return "must be written as plain digits in quotes, such as “0.90”."
    return row.problem_with(Decimal(text))


def _order_problems(numbers: Mapping[str, str]) -> list[str]:
    values = {key: Decimal(text) for key, text in numbers.items()}
    return [f"{key}: {said}" for key, said in number_rules.problems(values).items()]


class _UnclearError(Exception):
    """What Python's JSON takes and two machines may read in two ways; its text says what."""


def _once(pairs: list[tuple[str, object]]) -> Content:
    found = dict(pairs)
    if len(found) < len(pairs):
        twice = Counter(key for key, _ in pairs).most_common(1)[0][0]
        raise _UnclearError(f"“{twice[:40]}” is said twice in one place.")
    return found


def _refuse_constant(text: str) -> object:
    raise _UnclearError(f"{text} is not a number.")


def _refuse_float(text: str) -> object:
    raise _UnclearError(f"{text[:40]}: figures are written in quotes, so that they stay exact.")
