"""How amounts, ratios, dates and lights are written."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.template import Context, Template


def rendered(source, **context):
    return Template("{% load signs %}" + source).render(Context(context))


@pytest.mark.parametrize(
    ("scale", "shown"),
    [("units", "41,234,567"), ("thousands", "41,235"), ("millions", "41.2")],
)
def test_an_amount_is_written_in_the_scale_of_the_page(scale, shown):
    assert rendered("{% money v %}", v=Decimal("41234567"), scale=scale) == shown


@pytest.mark.parametrize(("scale", "unit"), [("units", "EUR"), ("millions", "EUR\xa0m")])
def test_the_unit_of_a_column_names_the_scale_of_the_page(scale, unit):
    assert rendered('{% unit "EUR" %}', scale=scale) == unit


@pytest.mark.parametrize("tag", ["money v", "share v", "number v", "month v", "day v", "moment v"])
def test_what_was_not_given_is_an_en_dash_and_never_zero(tag):
    assert rendered("{% " + tag + " %}", v=None) == "–"


def test_zero_is_zero():
    assert rendered("{% money v %}", v=Decimal(0)) == "0"


def test_a_negative_amount_has_a_true_minus_sign():
    assert rendered("{% money v %}", v=Decimal("-1250")) == "\u22121,250"


def test_what_rounds_to_zero_has_no_sign():
    assert rendered("{% money v signed=True %}", v=Decimal("-20000"), scale="millions") == "0.0"


def test_a_signed_amount_shows_its_plus():
    assert rendered("{% money v signed=True %}", v=Decimal("1600")) == "+1,600"


@dataclass(frozen=True)
class PointsAndCommas:
    """A declared number format, as an organization of the continent has it."""

    decimal: str = ","
    group: str = "."


def test_the_declared_number_format_of_the_organization_is_used():
    shown = rendered(
        "{% money v decimals=2 %}", v=Decimal("-1234567.891"), number_format=PointsAndCommas()
    )

    assert shown == "\u22121.234.567,89"


@pytest.mark.parametrize(
    ("ratio", "shown"),
    [("0.8996", "89.9"), ("0.6296", "62.9"), ("1", "100.0"), ("-0.0599", "\u22125.9")],
)
def test_a_ratio_is_cut_and_not_rounded(ratio, shown):
    assert rendered("{% share v %}", v=Decimal(ratio)) == f"{shown}\xa0%"


def test_a_ratio_can_be_written_without_decimals():
    assert rendered("{% share v decimals=0 %}", v=Decimal("0.9299")) == "92\xa0%"


def test_a_month_and_a_day_are_written_in_words():
    assert rendered("{% month v %}", v=date(2026, 7, 8)) == "Jul 2026"
    assert rendered("{% day v %}", v=date(2026, 7, 8)) == (
        '<time datetime="2026-07-08">8 Jul 2026</time>'
    )


def test_a_moment_is_written_with_its_time_of_day():
    shown = rendered("{% moment v %}", v=datetime(2026, 7, 8, 9, 0, tzinfo=UTC))

    assert shown == '<time datetime="2026-07-08T09:00:00+00:00">8 Jul 2026, 09:00</time>'


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, "–"),
        (Decimal("1234.50"), "1,234.50"),
        (1234, "1,234"),
        ("Decided", "Decided"),
        (date(2026, 7, 8), '<time datetime="2026-07-08">8 Jul 2026</time>'),
    ],
)
def test_a_cell_of_a_chart_table_is_written_by_its_kind(value, shown):
    row = f'<tr><th scope="row">{shown}</th><td class="num">{shown}</td></tr>'

    assert rendered("{% chart_rows v %}", v=[(value, value), (value, value)]) == row + row


def test_text_in_a_cell_is_escaped():
    row = '<tr><th scope="row">&lt;b&gt;</th><td class="num">&lt;i&gt;</td></tr>'

    assert rendered("{% chart_rows v %}", v=[("<b>", "<i>")]) == row


@pytest.mark.parametrize(
    ("name", "letters"),
    [("Petra Lang", "PL"), ("Dr. Max Oduya", "DO"), ("ines", "I"), ("a.b@halvern.example", "AE")],
)
def test_a_person_is_signed_by_two_letters(name, letters):
    assert rendered("{{ v|initials }}", v=name) == letters


@pytest.mark.parametrize(
    ("colour", "shape", "letter"),
    [("green", "<circle", ">G<"), ("amber", "<path", ">A<"), ("red", "<rect", ">R<")],
)
def test_a_light_is_colour_and_shape_and_letter(colour, shape, letter):
    sign = rendered("{% light v label='Potential' reason='Late.' %}", v=colour)

    assert (f"sign--{colour}" in sign, shape in sign, letter in sign) == (True, True, True)
    assert f"<title>Potential: {colour}. Late.</title>" in sign


def test_a_grey_light_is_a_ring_without_a_letter():
    sign = rendered("{% light 'grey' label='Potential' %}")

    assert ("<circle" in sign, "<text" in sign) == (True, False)
    assert "<title>Potential: grey, not judged</title>" in sign


def test_a_light_on_hold_is_hatched_and_keeps_its_last_colour():
    held = rendered("{% light 'amber' held=True %}")
    active = rendered("{% light 'amber' %}")

    assert ("light__hatch" in held, "light__hatch" in active) == (True, False)
    assert "<title>amber, on hold</title>" in held


def test_a_measure_without_a_light_says_so():
    assert "no light" in rendered("{% light '' label='Potential' %}")


def test_the_reason_of_a_light_is_escaped():
    assert "<script" not in rendered("{% light 'red' label='P' reason=v %}", v="<script>")
