"""What is confirmed names the corrections among its figures; they say nothing of what flows."""

import importlib

from django.db import migrations

PROVEN = importlib.import_module("governance.migrations.0021_proven_closings")
PINNED = "SET search_path = pg_catalog, public, pg_temp"

# The digest of figures without a correction stays what it was.
FIGURES = f"""
CREATE OR REPLACE FUNCTION assay_figures_document(organization bigint, measure bigint)
RETURNS jsonb LANGUAGE sql STABLE {PINNED} AS $$
  SELECT coalesce(jsonb_agg(jsonb_build_object(
           'claim', c.id, 'line', c.line_id, 'year', c.fiscal_year, 'period', c.period,
           'amount', c.amount, 'final', c.is_final, 'evidence', e.sha256,
           'claimed_by', c.claimed_by_id, 'approved_by', c.decided_by_id)
           || CASE WHEN c.kind = 'correction' THEN jsonb_build_object('corrects', c.corrects_id)
                   ELSE '{{}}' END ORDER BY c.id), '[]')
    FROM measures_actualclaim c
    LEFT JOIN measures_evidence e
      ON e.organization_id = c.organization_id AND e.id = c.evidence_id
   WHERE c.organization_id = organization AND c.measure_id = measure AND c.state = 'approved'
$$;

CREATE OR REPLACE FUNCTION assay_effect_flows(organization bigint, measure bigint) RETURNS boolean
LANGUAGE sql STABLE {PINNED} AS $$
  SELECT EXISTS (SELECT 1 FROM (
    SELECT DISTINCT ON (c.line_id) c.amount
      FROM measures_actualclaim c JOIN measures_line l
        ON l.organization_id = c.organization_id AND l.id = c.line_id
     WHERE c.organization_id = organization AND c.measure_id = measure AND c.state = 'approved'
       AND c.kind = 'actual'
       AND l.nature = 'benefit' AND l.recurrence <> 'one_off' AND l.removed_on IS NULL
       AND (l.ends_on IS NULL OR l.ends_on >= assay_today(organization))
     ORDER BY c.line_id, c.fiscal_year DESC, c.period DESC) latest WHERE latest.amount <> 0)
$$;
"""


def _anew(text: str, name: str, was: str, now: str) -> str:
    """Return one function of the proven closings with one of its conditions changed."""
    (found,) = (
        each for each in text.split("CREATE FUNCTION ") if each.startswith(f"{name}(")
    )
    assert found.count(was) == 1
    return f"CREATE OR REPLACE FUNCTION {found.replace(was, now)}"


# What is proven of a month is what it came to be: each correction in the month that it corrects.
MONTHS = _anew(
    PROVEN.WINDOW,
    "assay_line_months",
    "max(s.amount) FILTER (WHERE s.series = 'actual'),",
    """max(s.amount) FILTER (WHERE s.series = 'actual') + coalesce((
           SELECT sum(k.amount)::bigint FROM measures_actualclaim k
             JOIN measures_actualclaim o
               ON o.organization_id = k.organization_id AND o.id = k.corrects_id
            WHERE k.organization_id = organization AND k.line_id = line
              AND k.kind = 'correction' AND k.state = 'approved'
              AND o.fiscal_year = s.year AND o.period = s.place), 0),""",
).replace("AND c.state = 'submitted')", "AND c.state = 'submitted' AND c.kind IS DISTINCT FROM 'correction')")

# A file proves the actual that it came with.
PROOF = _anew(
    PROVEN.WINDOW,
    "assay_has_proof",
    "AND c.state = 'approved'",
    "AND c.state = 'approved' AND c.kind IS DISTINCT FROM 'correction'",
)


class Migration(migrations.Migration):
    dependencies = [("governance", "0022_scheme_holds"), ("measures", "0017_correction_guards")]
    operations = [migrations.RunSQL(each) for each in (FIGURES, MONTHS, PROOF)]
