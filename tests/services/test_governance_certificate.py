"""The certificate of a closing: what it says, and that nobody can change it unseen."""

import base64
import io
import json

import pytest
from django.core.management import CommandError, call_command

from audit.errors import PaperRefused
from audit.models import Event
from core import signing, tenancy
from governance import certificates, printing
from governance.models import ClosureCertificate
from tests.factories.closing import (
    an_implemented_measure,
    closed,
    confirmed,
    countersigned,
    proposed,
)
from tests.factories.sharing import shared


@pytest.fixture
def july(clock_at):
    return clock_at(2026, 7, 8, 9)


@pytest.fixture
def short(july):
    """A measure that is only looked at, as its certificate is."""
    return shared(a_shortfall)


def a_shortfall():
    """Close a measure with 60 % proven, its shortfall signed and booked."""
    case = proposed(an_implemented_measure(6_000_00))
    confirmed(case)
    countersigned(case)
    closed(case)
    return case


def paper_of(case):
    with tenancy.reading(case.actor("lead")):
        return ClosureCertificate.objects.get(measure_id=case.measure_id).paper


@pytest.fixture
def paper(short):
    return paper_of(short)


def changed(paper, **fields):
    whole = json.loads(paper)
    whole["document"] |= fields
    return json.dumps(whole)


def test_a_certificate_says_what_was_confirmed_by_whom_and_on_which_figures(short, paper):
    said = certificates.prove(paper.encode()).content
    (line,) = said["lines"]

    assert (said["outcome"], said["closed_on"]) == ("shortfall", "2026-07-08")
    assert said["confirmed_by"] == {"id": short.id_of("controller"), "name": "Controller Person"}
    assert said["people"]["sponsor"]["name"] == "Sponsor Person"
    assert [(each["role"], each["by"]) for each in said["signatures"]] == [
        ("sponsor", "Sponsor Person")
    ]
    assert (line["achieved"], line["confirmed_size"]) == ("0.6", "72000.00")
    assert (line["leakage"], line["leakage_in_year"]) == ("48000.00", "36000.000")
    assert line["window"] == ["Apr 2026", "May 2026", "Jun 2026"]
    assert [(each["plan"], each["approved"]) for each in line["months"]][:4] == [
        ("10000.00", "6000.00"),
        ("10000.00", "6000.00"),
        ("10000.00", "6000.00"),
        ("10000.00", None),
    ]
    assert [each["due_on"] for each in said["checks"]] == ["2027-01-08", "2027-07-08"]
    assert said["scheme_version"] >= 1


def test_a_certificate_points_at_its_entry_in_the_ledger(short, paper):
    said = certificates.document(paper)["ledger"]

    with tenancy.reading(short.actor("lead")):
        entry = Event.objects.get(seq=said["seq"])

    assert (entry.act, entry.hash, entry.subject_id) == (
        "closure_confirmed",
        said["hash"],
        short.measure_id,
    )


def test_a_closing_as_planned_has_its_certificate_too(july):
    case = proposed(an_implemented_measure())
    confirmed(case)

    said = certificates.document(paper_of(case))

    assert (said["outcome"], said["signatures"]) == ("achieved", [])


def test_the_same_paper_is_printed_as_the_same_bytes_and_proves_itself(paper):
    printed = printing.pdf(paper)

    assert printed == printing.pdf(paper)
    assert certificates.attached(printed) == paper
    assert certificates.prove(printed).content == certificates.document(paper)


@pytest.mark.parametrize(
    ("forge", "what"),
    [
        (lambda paper: changed(paper, outcome="achieved"), "does not fit its signature"),
        (lambda paper: paper.replace("6000.00", "9000.00"), "does not fit its signature"),
        (lambda paper: changed(paper, organization="another"), "does not fit its signature"),
        (
            lambda paper: json.dumps(
                json.loads(paper) | {"signature": base64.b64encode(bytes(64)).decode()}
            ),
            "does not fit its signature",
        ),
        (lambda _: "{}", "does not hold a document"),
        (lambda _: "no json", "it is not JSON"),
    ],
    ids=["outcome", "figure", "organization", "signature", "empty", "no JSON"],
)
def test_a_changed_certificate_proves_nothing(paper, forge, what):
    with pytest.raises(PaperRefused) as refusal:
        certificates.prove(forge(paper).encode())

    assert what in str(refusal.value)


def test_a_certificate_signed_with_another_key_is_not_ours(paper, settings):
    ours = signing.public_key()
    settings.SIGNING_KEY = signing.new_key()
    whole = json.loads(paper)
    forged = signing.canonical(
        {
            "document": whole["document"],
            "public_key": signing.public_key(),
            "signature": signing.sign(signing.canonical(whole["document"])),
        }
    )

    assert certificates.prove(forged).content == whole["document"]
    with pytest.raises(PaperRefused, match="it was signed with the key"):
        certificates.prove(forged, (ours,))


def test_a_paper_of_another_kind_is_no_certificate(paper):
    whole = json.loads(paper)
    head = whole["document"] | {"kind": "assay.head/1"}
    other = json.dumps(
        whole | {"document": head, "signature": signing.sign(signing.canonical(head))}
    )

    with pytest.raises(PaperRefused, match=r"it is no assay\.closure-certificate/1"):
        certificates.prove(other.encode())


def test_a_pdf_whose_pages_were_changed_is_found_out(paper):
    printed = printing.pdf(changed(paper, outcome="achieved"))
    swapped = printed.replace(changed(paper, outcome="achieved").encode(), paper.encode())

    with pytest.raises(PaperRefused):
        certificates.prove(printed)
    with pytest.raises(PaperRefused):
        certificates.prove(swapped)


def test_a_pdf_with_one_byte_changed_on_its_pages_is_found_out(paper):
    printed = printing.pdf(paper)
    at = printed.index(b"stream\n") + 40
    forged = printed[:at] + bytes([printed[at] ^ 1]) + printed[at + 1 :]

    with pytest.raises(PaperRefused, match="its pages are not those"):
        certificates.prove(forged)


def test_a_pdf_without_its_paper_proves_nothing():
    with pytest.raises(PaperRefused, match="no certificate is attached"):
        certificates.prove(b"%PDF-1.4 nothing")


def test_names_in_any_script_are_printed(paper):
    name = "Łódź – Çelik Özgür 中文"

    printed = printing.plain(name)

    assert printed == "Lódz – Çelik Özgür ??"
    assert printing.pdf(changed(paper, statement=name)).startswith(b"%PDF")


# --- the command ----------------------------------------------------------------------------------


def verified(path, **options):
    said = io.StringIO()
    call_command("verify_certificate", str(path), stdout=said, **options)
    return said.getvalue()


@pytest.mark.parametrize("kind", ["json", "pdf"])
def test_the_command_proves_both_forms(short, paper, tmp_path, kind):
    path = tmp_path / f"certificate.{kind}"
    path.write_bytes(paper.encode() if kind == "json" else printing.pdf(paper))

    said = verified(path, organization=short.organization.slug, key=[signing.public_key()])

    assert "shortfall on 2026-07-08: genuine" in said


def test_the_command_says_what_is_wrong(short, paper, tmp_path):
    path = tmp_path / "certificate.json"
    path.write_text(changed(paper, outcome="achieved"))
    with pytest.raises(CommandError, match="does not fit its signature"):
        verified(path)
    path.write_text(paper)
    with pytest.raises(CommandError, match="it is of the organization"):
        verified(path, organization="another")
    with pytest.raises(CommandError, match="it was signed with the key"):
        verified(path, key=[base64.b64encode(bytes(32)).decode()])
    with pytest.raises(CommandError, match="cannot be read"):
        verified(tmp_path / "absent.json")
