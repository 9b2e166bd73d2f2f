"""Premises of measures, and that one was declared void: by its sponsor, its controller or a lead."""

import core.tables
import core.tenancy
import django.db.models.deletion
from django.db import migrations, models

from core.tables import ReadersOnly, TenantTable

PINNED = "SET search_path = pg_catalog, public, pg_temp"

GUARDS = f"""
CREATE FUNCTION assay_guard_premise() RETURNS trigger LANGUAGE plpgsql {PINNED} AS $$
DECLARE
  person bigint := assay_governor();
  subject measures_measure := assay_locked_measure(NEW.organization_id, NEW.measure_id);
BEGIN
  IF NOT ('owner' = ANY (assay_named(subject, person))
          OR 'lead' = ANY (assay_seats(subject, person))) THEN
    RAISE EXCEPTION 'The premise of a measure is stated by its owner or a lead above it.'
      USING ERRCODE = 'GV095', DETAIL = 'not_who_states_the_premise';
  END IF;
  SELECT coalesce(max(p.number), 0) + 1 INTO NEW.number FROM governance_premise p
   WHERE p.organization_id = NEW.organization_id AND p.measure_id = NEW.measure_id;
  NEW.stated_by_id := person;
  NEW.stated_at := assay_now();
  RETURN NEW;
END $$;

CREATE FUNCTION assay_guard_premise_void() RETURNS trigger LANGUAGE plpgsql {PINNED} AS $$
DECLARE
  person bigint := assay_governor();
  subject measures_measure := assay_locked_measure(NEW.organization_id, NEW.measure_id);
BEGIN
  IF NOT (assay_named(subject, person) && ARRAY['sponsor', 'controller']
          OR 'lead' = ANY (assay_seats(subject, person))) THEN
    RAISE EXCEPTION 'A premise is declared void by the sponsor, the controller or a lead.'
      USING ERRCODE = 'GV095', DETAIL = 'not_who_voids_the_premise';
  END IF;
  IF NEW.premise_id IS DISTINCT FROM (
       SELECT p.id FROM governance_premise p
        WHERE p.organization_id = NEW.organization_id AND p.measure_id = NEW.measure_id
        ORDER BY p.number DESC LIMIT 1) THEN
    RAISE EXCEPTION 'This is not the premise that counts for the measure. Reload and read it again.'
      USING ERRCODE = 'GV095', DETAIL = 'premise_not_current';
  END IF;
  NEW.declared_by_id := person;
  NEW.declared_at := assay_now();
  NEW.declared_on := assay_today(NEW.organization_id);
  RETURN NEW;
END $$;

CREATE TRIGGER guard BEFORE INSERT ON governance_premise
  FOR EACH ROW EXECUTE FUNCTION assay_guard_premise();
CREATE TRIGGER guard BEFORE INSERT ON governance_premisevoid
  FOR EACH ROW EXECUTE FUNCTION assay_guard_premise_void();
""" + "".join(
    f"CREATE TRIGGER a_own_name BEFORE INSERT ON {table}"
    " FOR EACH ROW EXECUTE FUNCTION assay_refuse_deputies();"
    f"CREATE TRIGGER mark_dirty AFTER INSERT ON {table}"
    " FOR EACH ROW EXECUTE FUNCTION assay_mark_dirty('measure_id');"
    + "".join(
        f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name};"
        for name in ("guard", "a_own_name", "mark_dirty")
    )
    for table in ("governance_premise", "governance_premisevoid")
) + "".join(
    f"GRANT EXECUTE ON FUNCTION {name} TO assay_app, assay_owner, assay_audit_owner;"
    f"ALTER FUNCTION {name} OWNER TO assay_audit_owner;"
    for name in (
        "assay_guard_premise()",
        "assay_guard_premise_void()",
    )
)


def _key(to: str, related: str = "+") -> core.tables.TenantKey:
    return core.tables.TenantKey(
        db_constraint=False,
        on_delete=django.db.models.deletion.PROTECT,
        related_name=related,
        to=to,
    )


def _id_and_organization() -> list[tuple[str, models.Field]]:
    return [
        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
        ("organization", models.ForeignKey(db_index=False, default=core.tenancy.current_organization_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organization")),
    ]


OPTIONS = {"abstract": False, "base_manager_name": "objects"}
NOW = models.Func(function="assay_now")
TODAY = models.Func(models.Func(function="assay_organization"), function="assay_today")


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0009_numbers_within_limits"),
        ("governance", "0019_calendar"),
        ("measures", "0012_confidential"),
    ]
    operations = [
        migrations.CreateModel(
            name="Premise",
            fields=[
                *_id_and_organization(),
                ("number", models.SmallIntegerField(default=0)),
                ("statement", models.TextField()),
                ("check_on", models.DateField()),
                ("stated_at", models.DateTimeField(db_default=NOW)),
                ("checked_by", _key("accounts.member")),
                ("measure", _key("measures.measure", "premises")),
                ("stated_by", _key("accounts.member")),
            ],
            options={
                **OPTIONS,
                "constraints": [
                    models.UniqueConstraint(fields=("organization", "measure", "number"), name="premise_number_once"),
                    models.CheckConstraint(condition=models.Q(("statement", ""), _negated=True), name="premise_says_something"),
                ],
            },
        ),
        migrations.CreateModel(
            name="PremiseVoid",
            fields=[
                *_id_and_organization(),
                ("reason", models.TextField()),
                ("declared_at", models.DateTimeField(db_default=NOW)),
                ("declared_on", models.DateField(db_default=TODAY)),
                ("declared_by", _key("accounts.member")),
                ("measure", _key("measures.measure", "void_premises")),
                ("premise", _key("governance.premise", "voids")),
            ],
            options={
                **OPTIONS,
                "indexes": [models.Index(fields=["organization", "measure"], name="premise_void_of_measure")],
                "constraints": [
                    models.UniqueConstraint(fields=("organization", "premise"), name="premise_void_once"),
                    models.CheckConstraint(condition=models.Q(("reason", ""), _negated=True), name="premise_void_has_a_reason"),
                ],
            },
        ),
        TenantTable("Premise", append_only=True),
        TenantTable("PremiseVoid", append_only=True),
        ReadersOnly("governance_premise"),
        ReadersOnly("governance_premisevoid"),
        migrations.RunSQL(GUARDS),
    ]
