"""A certificate as a PDF: the same paper gives the same bytes, with the paper itself attached."""

import json
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from core import signing
from governance.rules.proofs import WORDS, Proof
from governance.sheets import HEADING, QUIET, SMALL, TEXT, TITLE, Sheet, facts, plain, table
from measures.rules.amounts import NumberFormat, amount_text, percent_text
from measures.rules.lines import Unit

NAME = "certificate.json"
OUTCOMES = {
    "achieved": "Closed on {day}: the planned value is achieved",
    "shortfall": "Closed on {day} with a shortfall, which is booked as leakage",
}
BUDGETS = {"reduced": "reduced", "raised": "raised", "unchanged": "not changed"}
Said = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Style:
    """How figures of one organization are written."""

    format: NumberFormat

    def amount(self, text: str | None, decimals: int) -> str:
        """Return an exact amount as it is read, rounded to the decimals of its line."""
        if text is None:
            return "–"
        scaled = int(Decimal(text).scaleb(decimals).to_integral_value())
        return amount_text(scaled, Unit("", decimals), self.format)

    def share(self, text: str | None) -> str:
        """Return a ratio as a percentage."""
        return percent_text(None if text is None else Decimal(text), self.format)


def pdf(paper: str) -> bytes:
    """Return the PDF of a signed paper, which is attached to it; equal papers give equal bytes."""
    whole = json.loads(paper)
    said: Said = whole["document"]
    key = str(whole["public_key"])
    issued = datetime.fromisoformat(str(said["confirmed_at"]))
    measure = said["measure"]
    sheet = Sheet(plain(f"{said['organization_name']} · {measure['name']} · {said['closed_on']}"))
    sheet.set_creation_date(issued)
    sheet.set_title(plain(f"Closure certificate: {measure['name']}"))
    sheet.set_producer("Assay")
    sheet.embed_file(
        bytes=paper.encode(),
        basename=NAME,
        mime_type="application/json",
        creation_date=issued,
        modification_date=issued,
        compress=False,
    )
    sheet.add_page()
    style = _Style(NumberFormat(**said["number_format"]))
    _head(sheet, said)
    facts(sheet, _who(said))
    _summary(sheet, said, style)
    for line in said["lines"]:
        _line(sheet, line, style)
    _proof(sheet, said, key, str(whole["signature"]))
    return bytes(sheet.output())


def _head(sheet: Sheet, said: Said) -> None:
    measure = said["measure"]
    place = [*measure["path"], measure["code"]]
    sheet.write_in("CLOSURE CERTIFICATE", SMALL, style="B", colour=QUIET)
    sheet.write_in(measure["name"], TITLE, style="B")
    sheet.write_in(" › ".join(each for each in place if each), TEXT, colour=QUIET)
    sheet.ln(3)
    sheet.write_in(OUTCOMES[said["outcome"]].format(day=said["closed_on"]), HEADING, style="B")
    sheet.write_in(said["statement"], TEXT)
    if said["shortfall_reason"]:
        sheet.write_in(f"Reason of the shortfall: {said['shortfall_reason']}", TEXT)
    sheet.ln(3)


def _who(said: Said) -> list[tuple[str, str]]:
    people = said["people"]
    rows = [
        (
            "Confirmed by",
            f"{_confirmer(said)}, controller, {_at(said['confirmed_at'])}",
        ),
        ("Sponsor", people["sponsor"]["name"]),
        ("Owner", people["owner"]["name"]),
        (
            "Proposed by",
            f"{said['request']['requested_by']['name']}, {_at(said['request']['requested_at'])}",
        ),
    ]
    rows += [
        (f"Signed as {each['role']}", f"{each['by']}, {_at(each['at'])}: {each['statement']}")
        for each in said["signatures"]
    ]
    checks = ", ".join(each["due_on"] for each in said["checks"])
    return [*rows, ("Checked again on", checks)]


def _confirmer(said: Said) -> str:
    name, principal = said["confirmed_by"]["name"], said["confirmed_for"]
    return f"{name} for {principal['name']}" if principal else str(name)


def _at(moment: str) -> str:
    return f"{datetime.fromisoformat(moment):%Y-%m-%d %H:%M %Z}"


def _summary(sheet: Sheet, said: Said, style: _Style) -> None:
    sheet.write_in("What is proven", HEADING, style="B")
    head = ("Line", "Window", "Unit", "Planned a year", "Achieved", "Confirmed a year", "Leakage")
    rows = [
        (
            line["name"],
            _window(line),
            line["unit"],
            style.amount(line["plan_size"], line["decimals"]),
            style.share(line["achieved"]),
            style.amount(line["confirmed_size"], line["decimals"]),
            style.amount(line["leakage"], line["decimals"]),
        )
        for line in said["lines"]
    ]
    table(sheet, head, rows, widths=(42, 30, 12, 26, 18, 26, 20), numbers_from=3)


def _window(line: Said) -> str:
    first, *rest = line["window"] or ["–"]
    return f"{first} – {rest[-1]}" if rest else first


def _line(sheet: Sheet, line: Said, style: _Style) -> None:
    sheet.write_in(f"{line['name']}, by month, in {line['unit']}", HEADING, style="B")
    proof, budget = line["evidence"], line["budget"]
    if proof:
        sheet.write_in(
            f"Proven by {proof['title']}, SHA-256 {proof['sha256']}", SMALL, colour=QUIET
        )
    if budget:
        words = f"Budget {BUDGETS[budget['change']]}: {budget['note']} ({budget['by']})"
        sheet.write_in(words, SMALL, colour=QUIET)
    rows = [
        (
            month["month"],
            _standing(month),
            style.amount(month["plan"], line["decimals"]),
            style.amount(month["approved"], line["decimals"]),
        )
        for month in line["months"]
    ]
    table(sheet, ("Month", "", "Plan", "Approved"), rows, widths=(40, 54, 40, 40), numbers_from=2)


def _standing(month: Said) -> str:
    """Return how a month stands: in the proof window, and with what file."""
    words = ["in the proof window"] if month["in_window"] else []
    if month["proof"]:
        words.append(WORDS[Proof(month["proof"])])
    return ", ".join(words)


def _proof(sheet: Sheet, said: Said, key: str, signature: str) -> None:
    ledger = said["ledger"]
    sheet.write_in("How this is proven", HEADING, style="B")
    sheet.write_in(
        f"The file {NAME} is attached to this PDF. It holds every figure above and is signed; "
        "these pages are made from it. To check both without any server: "
        "manage.py verify_certificate FILE --key KEY",
        TEXT,
    )
    sheet.ln(2)
    facts(
        sheet,
        (
            ("Figures", said["figures_digest"]),
            ("Request", said["request"]["digest"]),
            ("Rules", f"gates version {said['scheme_version']}, numbers {said['numbers_version']}"),
            ("Ledger", f"entry {ledger['seq']} ({ledger['act']}), {ledger['hash']}"),
            ("Key", f"{key} (fingerprint {signing.fingerprint(key)})"),
            ("Signature", signature),
        ),
    )
