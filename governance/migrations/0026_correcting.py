"""While a correction waits for its approval, nothing is proven of its line: no closing is made."""

import importlib

from django.db import migrations

PROVEN = importlib.import_module("governance.migrations.0021_proven_closings")
(BODY,) = (
    each
    for each in PROVEN.WINDOW.split("CREATE FUNCTION ")
    if each.startswith("assay_is_line_proven(")
)
WAS = "BEGIN\n  SELECT count(*)"
NOW = """BEGIN
  IF EXISTS (SELECT 1 FROM measures_actualclaim c
       WHERE c.organization_id = line.organization_id AND c.line_id = line.id
         AND c.kind = 'correction' AND c.state = 'submitted') THEN
    RETURN false;
  END IF;
  SELECT count(*)"""
assert BODY.count(WAS) == 1


class Migration(migrations.Migration):
    dependencies = [("governance", "0025_held_over")]
    operations = [
        migrations.RunSQL(f"CREATE OR REPLACE FUNCTION {BODY.replace(WAS, NOW)}"),
    ]
