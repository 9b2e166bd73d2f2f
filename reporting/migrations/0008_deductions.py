"""What agreed overlaps take off, row by row, and kept by the day like the sums themselves."""

import importlib

import core.tables
import core.tenancy
import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

from core.tables import Past, TenantTable

KEPT = importlib.import_module("audit.migrations.0005_kept")
OVERLAPS = importlib.import_module("measures.migrations.0022_overlaps")

KEEP = "".join(
    f"""
CREATE TRIGGER keep_{event.lower()} AFTER {event} ON rollup_deduction
  REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION assay_keep('measure_id');
ALTER TABLE rollup_deduction ENABLE ALWAYS TRIGGER keep_{event.lower()};
"""
    for event in ("INSERT", "UPDATE")
)
READERS = f"""
CREATE POLICY readers_only ON rollup_deduction AS RESTRICTIVE FOR SELECT TO assay_app
  USING (measure_id <> {OVERLAPS.HIDDEN} AND other_id <> {OVERLAPS.HIDDEN});
ALTER POLICY readers_only ON audit_kept USING (
  CASE table_name WHEN 'hierarchy_node' THEN owner_id <> {KEPT.LISTS["nodes"]}
                  WHEN 'measures_measurestatus' THEN owner_id <> {KEPT.LISTS["rows"]}
                  WHEN 'rollup_deduction' THEN owner_id <> {KEPT.LISTS["rows"]}
                    AND (content ->> 'other_id')::bigint <> {KEPT.LISTS["rows"]}
                  ELSE owner_id <> {KEPT.LISTS["sums"]} END);
"""


def _key(to: str) -> core.tables.TenantKey:
    return core.tables.TenantKey(
        db_constraint=False,
        db_index=False,
        on_delete=django.db.models.deletion.PROTECT,
        related_name="+",
        to=to,
    )


class Migration(migrations.Migration):

    dependencies = [
        ("audit", "0007_kept_by_itself"),
        ("measures", "0022_overlaps"),
        ("reporting", "0007_more_of_the_past"),
    ]

    operations = [
        migrations.CreateModel(
            name="RollupDeduction",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("bucket", models.CharField(max_length=9)),
                ("series", models.CharField(max_length=12)),
                ("fiscal_year", models.SmallIntegerField()),
                *((f"p{number:02d}", models.BigIntegerField(default=0)) for number in range(1, 13)),
                ("path", django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None)),
                ("group", _key("reporting.rollupgroup")),
                ("measure", _key("measures.measure")),
                ("organization", models.ForeignKey(db_index=False, default=core.tenancy.current_organization_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organization")),
                ("other", _key("measures.measure")),
                ("overlap", _key("measures.overlap")),
            ],
            options={
                "db_table": "rollup_deduction",
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(fields=("organization", "overlap", "group", "bucket", "series", "fiscal_year"), name="rollup_deduction_once"),
                ],
            },
        ),
        TenantTable("RollupDeduction", history=False),
        migrations.RunSQL(READERS),
        migrations.RunSQL(KEEP),
        Past(
            "rollup_deduction",
            "kept",
            ["overlap_id", "measure_id", "other_id", "group_id", "bucket", "series", "fiscal_year"],
        ),
        Past("measures_overlap", "history", ["measure_id", "other_id", "budget_id"]),
    ]
