"""Words that are markup elsewhere: on every page and in every figure they stay words."""

import json
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from core import tenancy
from measures.models import Evidence
from measures.services import dependencies, risks
from measures.services.risks import RiskDraft
from reporting.charts import cumulative, funnel, quadrant
from tests.factories.measures import YEAR, a_decided_measure, a_planned_measure
from tests.factories.organizations import an_organization
from tests.factories.reporting import drained
from tests.pages.measures_reader import place, reader
from tests.pages.visitors import visitor
from tests.rules.test_charts_quadrant import bubble, drawn

LIVE = "<img src=x onerror=alert(1)>"
PAYLOAD = f"\"'>{LIVE}</script><script>alert(2)</script>{{{{7*7}}}}"
FIGURE = re.compile(r'<script id="[\w-]+-source" type="application/json">(.*?)</script>', re.S)
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\ntrailer<<>>\n%%EOF\n"


@pytest.fixture
def marked(clock_at):
    """A measure whose every text is markup, in an organization of that name."""
    clock_at(YEAR, 5, 4)
    organization = an_organization(name=f"Group {PAYLOAD}")
    subject = a_decided_measure(organization)
    other = a_planned_measure(organization)
    owner, page = reader(organization, "owner"), place(subject)
    told = {"name": PAYLOAD, "description": PAYLOAD, "effect_type": "hard", "size": "120000"}
    milestone = {"name": PAYLOAD, "plan_end": "2026-12-01", "weight": "1"}
    file = SimpleUploadedFile(f"{PAYLOAD.replace('/', '')}.pdf", PDF)
    answers = [
        owner.post(
            f"{page}describe/", told | {"version": subject.measure().version}, is_fragment=True
        ),
        owner.post(f"{page}milestones/add/", milestone),
        owner.post(f"{page}comments/", {"text": PAYLOAD}),
        owner.post(f"{page}evidence/", {"title": PAYLOAD, "kind": "other", "file": file}),
        owner.post(f"{page}evidence/", {"title": PAYLOAD, "kind": "magic"}, is_fragment=True),
    ]
    risks.add(
        actor=subject.actor("owner"),
        measure_id=subject.measure_id,
        draft=RiskDraft(title=PAYLOAD, likelihood="low", impact="high", mitigation=PAYLOAD),
    )
    dependencies.propose(
        actor=subject.actor("owner"),
        measure_id=subject.measure_id,
        needs_id=other.measure_id,
        what=PAYLOAD,
    )
    drained(organization)
    assert [each.status_code for each in answers[1:]] == [303, 303, 303, 422]
    return subject, answers


def test_markup_in_every_text_field_is_shown_as_it_was_written(marked):
    subject, answers = marked
    organization, own = subject.organization, subject.measure().node.public_id
    lead = visitor(organization, "administrator")
    prefix = f"/o/{organization.slug}/"
    package = subject.package.public_id
    paths = [
        "",
        f"portfolio/{package}/",
        f"portfolio/{own}/chart/",
        "measures/",
        "measures/all/",
        f"measures/all/?q={LIVE}",
        f"measures/{own}/",
        f"measures/{own}/head/",
        f"measures/{own}/dependencies/find/?q={LIVE}",
        f"governance/gates/?q={LIVE}",
        "governance/ledger/",
        f"governance/measures/{own}/history/",
        f"governance/measures/{own}/gate/",
        f"structure/nodes/{package}",
        f"structure/nodes/{package}?find={LIVE}",
        f"structure/nodes/{own}",
        f"structure/nodes/{own}/rights",
        "steering/",
        f"steering/?node={own}",
    ]

    bodies = [lead.client.get(prefix + path).content.decode() for path in paths]
    bodies += [each.content.decode() for each in answers]

    assert [path for path, body in zip(paths, bodies, strict=False) if LIVE in body] == []
    assert [body for body in bodies if LIVE in body or "<script>alert" in body] == []
    assert any("&lt;img src=x" in body for body in bodies)


def test_a_figure_carries_no_tag_of_a_name(marked):
    subject, _answers = marked
    lead = visitor(subject.organization, "lead")
    package = subject.package.public_id

    page = lead.client.get(f"/o/{subject.organization.slug}/portfolio/{package}/").content.decode()

    figures = [json.loads(each) for each in FIGURE.findall(page)]
    assert len(figures) >= 2
    assert LIVE not in json.dumps(figures)


def test_plotly_is_given_names_and_units_letter_by_letter():
    link = '<a href="https://evil.example">Pay here</a>'

    (trace,) = drawn(bubble(link)).figure["data"]

    # On the chart itself a bubble has a number; its name stands in the hover alone.
    assert trace["customdata"][0][0] == '&lt;a href="https://evil.example"&gt;Pay here&lt;/a&gt;'
    assert "evil.example" not in json.dumps(trace | {"customdata": []})
    assert {quadrant.literal, cumulative.literal, funnel.literal} == {quadrant.literal}


def test_a_file_is_given_out_as_an_attachment_that_no_browser_opens_as_a_page(marked):
    subject, _answers = marked
    with tenancy.reading(subject.actor("lead")):
        found = Evidence.objects.filter(measure_id=subject.measure_id).latest("pk")

    answer = reader(subject.organization, "lead").get(f"evidence/{found.public_id}/")
    answer.close()

    assert answer["Content-Disposition"].startswith("attachment; ")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("page.html", b"<!doctype html><script>alert(1)</script>"),
        ("page.pdf", b"<!doctype html><script>alert(1)</script>"),
        ("picture.svg", b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'),
        ("program.exe", b"MZ\x90\x00"),
        ("proof.html", PDF),
        ("proof.pdf.html", PDF),
        ("archive.xlsx", b"PK\x03\x04 broken"),
        ("empty.pdf", b""),
        ("large.pdf", PDF + b"x" * (10 * 1024 * 1024 + 1 - len(PDF))),
        ("..", PDF),
    ],
)
def test_a_file_of_another_kind_size_or_name_is_refused(db, name, content):
    subject = a_planned_measure()
    owner = reader(subject.organization, "owner")
    file = SimpleUploadedFile("x", content)
    file._name = name

    refused = owner.post(
        f"{place(subject)}evidence/", {"title": "Proof", "kind": "other", "file": file}
    )

    assert refused.status_code in {413, 415, 422}
    with tenancy.reading(subject.actor("lead")):
        assert not Evidence.objects.filter(measure_id=subject.measure_id).exists()


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\reports\\proof.pdf", "proof.pdf"),
        ("proof\r\nX-Evil: 1.pdf", "proofX-Evil: 1.pdf"),
        ("fdp.\u202eexe.pdf", "fdp.exe.pdf"),
    ],
)
def test_the_name_of_a_file_is_its_own_name_only(db, given, kept):
    subject = a_planned_measure()
    owner = reader(subject.organization, "owner")
    file = SimpleUploadedFile("x", PDF)
    file._name = given

    owner.post(f"{place(subject)}evidence/", {"title": "Proof", "kind": "other", "file": file})

    with tenancy.reading(subject.actor("lead")):
        found = list(Evidence.objects.filter(measure_id=subject.measure_id))
    assert [each.file_name for each in found] in ([kept], [])
    for each in found:
        answer = owner.get(f"evidence/{each.public_id}/")
        answer.close()
        assert "\n" not in answer["Content-Disposition"]
        assert "X-Evil" not in answer
