"""Extensions, restorations, signatures and forced answers by deputies, and what settled a request."""

import importlib

import core.tables
import django.db.models.deletion
from django.db import migrations

from core.tables import AddTenantKeys

PINNED = "SET search_path = pg_catalog, public, pg_temp"
DEPUTIES = importlib.import_module("governance.migrations.0011_deputies")
replaced = DEPUTIES.replaced

ENTITLED = DEPUTIES.ENTITLED.split("CREATE OR REPLACE FUNCTION assay_refuse_barred")[0].replace(
    "('hold', 'resume', 'cancel')",
    "('hold', 'resume', 'cancel', 'extend', 'restore', 'countersign_shortfall',\n"
    "                  'approve_shortfall')",
)

HOLD = replaced(
    DEPUTIES.HOLDING.LIFECYCLE.split("CREATE FUNCTION assay_restoration_for")[0],
    "    IF decision.expires_on <= held.expires_on THEN",
    "    IF decision.decided_by_id IN (held.decided_by_id, held.decided_for_id)\n"
    "       OR assay_acting_for() IN (held.decided_by_id, held.decided_for_id) THEN\n"
    "      RAISE EXCEPTION 'Whose hold it is does not extend it, also not through a deputy.'\n"
    "        USING ERRCODE = 'GV060', DETAIL = 'extended_by_another';\n"
    "    END IF;\n"
    "    IF decision.expires_on <= held.expires_on THEN",
)

RESTORE = f"""
CREATE OR REPLACE FUNCTION assay_restoration_for(subject measures_measure, person bigint)
RETURNS bigint LANGUAGE plpgsql {PINNED} AS $$
DECLARE
  proposed governance_restoration;
  wanted text;
  holder bigint;
BEGIN
  SELECT * INTO proposed FROM governance_restoration
   WHERE organization_id = subject.organization_id AND measure_id = subject.id
     AND cancellation_id = (assay_last_cancellation(subject.organization_id, subject.id)).id;
  IF proposed.id IS NULL THEN
    RAISE EXCEPTION 'Nobody has proposed to restore this measure yet.'
      USING ERRCODE = 'GV062', DETAIL = 'not_to_restore';
  END IF;
  wanted := CASE proposed.proposed_as WHEN 'sponsor' THEN 'lead' ELSE 'sponsor' END;
  holder := assay_own_or_principal(person);
  IF person IN (proposed.proposed_by_id, proposed.decided_for_id)
     OR holder IN (proposed.proposed_by_id, proposed.decided_for_id)
     OR NOT (CASE wanted WHEN 'lead' THEN 'lead' = ANY (assay_seats(subject, holder))
       ELSE 'sponsor' = ANY (assay_named(subject, holder)) END) THEN
    RAISE EXCEPTION 'A cancellation is taken back by the sponsor and a lead, two persons.'
      USING ERRCODE = 'GV063', DETAIL = 'two_to_restore';
  END IF;
  PERFORM assay_refuse_unfit_deputy(subject, wanted);
  RETURN proposed.id;
END $$;

CREATE OR REPLACE FUNCTION assay_guard_restoration() RETURNS trigger
LANGUAGE plpgsql {PINNED} AS $$
DECLARE
  person bigint := assay_governor();
  subject measures_measure := assay_cancelled_measure(NEW.organization_id, NEW.measure_id);
  holder bigint := assay_duty_holder(subject, NEW.proposed_as);
BEGIN
  IF NOT (CASE NEW.proposed_as WHEN 'sponsor' THEN 'sponsor' = ANY (assay_named(subject, holder))
          ELSE 'lead' = ANY (assay_seats(subject, holder)) END) THEN
    RAISE EXCEPTION 'A restoration is proposed by the sponsor of the measure or a lead above it.'
      USING ERRCODE = 'GV024', DETAIL = 'not_entitled';
  END IF;
  PERFORM assay_refuse_barred(subject, person, 'restore');
  NEW.cancellation_id := (assay_last_cancellation(NEW.organization_id, NEW.measure_id)).id;
  NEW.proposed_by_id := person;
  NEW.decided_for_id := assay_acting_for();
  NEW.proposed_at := assay_now();
  RETURN NEW;
END $$;
"""

SIGNED = replaced(
        DEPUTIES.APPROVAL,
        "  NEW.approved_by_id := person;",
        "  IF EXISTS (SELECT 1 FROM unnest(ARRAY[person, assay_acting_for()]) AS hand\n"
        "              WHERE hand IN (latest.confirmed_by_id, latest.decided_for_id)) THEN\n"
        "    RAISE EXCEPTION 'A deputy never merges two duties: another person must do it.'\n"
        "      USING ERRCODE = 'GV076', DETAIL = 'duties_merge';\n"
        "  END IF;\n"
        "  IF EXISTS (SELECT 1 FROM governance_shortfallapproval a,\n"
        "                    unnest(ARRAY[person, assay_acting_for()]) AS hand\n"
        "              WHERE a.organization_id = NEW.organization_id\n"
        "                AND a.confirmation_id = NEW.confirmation_id\n"
        "                AND hand IN (a.approved_by_id, a.decided_for_id)\n"
    "                AND (assay_acting_for() IS NOT NULL OR a.decided_for_id IS NOT NULL)) THEN\n"
        "    RAISE EXCEPTION 'You, or whom you act for, have signed this shortfall already.'\n"
        "      USING ERRCODE = 'GV090', DETAIL = 'already_signed';\n"
        "  END IF;\n"
        "  NEW.decided_for_id := assay_acting_for();\n"
        "  NEW.approved_by_id := person;",
)
CLOSURE = DEPUTIES.CLOSING.CLOSURE
UNSIGNED = replaced(
    CLOSURE[CLOSURE.index("CREATE FUNCTION assay_refuse_unsigned_shortfall") :],
    "a.approved_by_id = subject.sponsor_id",
    "coalesce(a.decided_for_id, a.approved_by_id) = subject.sponsor_id",
)

FORCED = importlib.import_module("governance.migrations.0010_forced_guards")
DECIDES = f"""
CREATE FUNCTION assay_decides_forced(subject measures_measure, asked_role text, person bigint)
RETURNS boolean LANGUAGE plpgsql {PINNED} AS $$
DECLARE
  principal bigint := assay_acting_for();
  held text;
BEGIN
  FOR held IN
    SELECT r FROM unnest(assay_seats(subject, coalesce(principal, person))) AS r
     WHERE r IN ('executive', 'steering')
     UNION ALL
    SELECT r FROM unnest(assay_named(subject, coalesce(principal, person))) AS r
     WHERE r = 'sponsor' AND asked_role = 'sponsor'
  LOOP
    IF principal IS NULL THEN
      RETURN true;
    END IF;
    IF assay_stands_in(subject.organization_id, person, principal, held, subject.node_id) THEN
      PERFORM assay_refuse_unfit_deputy(subject, held);
      RETURN true;
    END IF;
  END LOOP;
  RETURN false;
END $$;
"""
ANSWER = replaced(
    replaced(
        FORCED.ANSWER.split("-- A re-plan takes effect as it is said")[0],
        "  IF NOT (ARRAY['executive', 'steering'] && assay_seats(subject, person)\n"
        "          OR (asked.decider_role = 'sponsor' AND 'sponsor' = ANY"
        " (assay_named(subject, person))))\n"
        "  THEN",
        "  IF NOT assay_decides_forced(subject, asked.decider_role, person) THEN",
    ),
    "  NEW.decided_by_id := person;",
    "  NEW.decided_by_id := person;\n  NEW.decided_for_id := assay_acting_for();",
)

SETTLED = f"""
CREATE FUNCTION assay_fill_settled_request() RETURNS trigger LANGUAGE plpgsql {PINNED} AS $$
BEGIN
  NEW.settled_id := CASE WHEN NEW.act IN ('hold', 'cancel', 'reject') THEN (
    SELECT r.id FROM governance_gaterequest r
     WHERE r.organization_id = NEW.organization_id AND r.measure_id = NEW.measure_id
       AND r.state = 'open') END;
  RETURN NEW;
END $$;
CREATE TRIGGER guard_settled BEFORE INSERT ON governance_lifecycledecision
  FOR EACH ROW EXECUTE FUNCTION assay_fill_settled_request();
ALTER TABLE governance_lifecycledecision ENABLE ALWAYS TRIGGER guard_settled;
"""

NO_LONGER_ALONE = "".join(
    f"DROP TRIGGER a_own_name ON {table};"
    for table in (
        "governance_forcedanswer",
        "governance_restoration",
        "governance_shortfallapproval",
    )
)
NEW_FUNCTIONS = (
    "assay_decides_forced(measures_measure, text, bigint)",
    "assay_fill_settled_request()",
)
HAND_OVER = "".join(
    f"GRANT EXECUTE ON FUNCTION {each} TO assay_app, assay_owner, assay_audit_owner;"
    f"ALTER FUNCTION {each} OWNER TO assay_audit_owner;"
    for each in NEW_FUNCTIONS
)


def _key(model: str, name: str, to: str) -> migrations.AddField:
    return migrations.AddField(
        model_name=model,
        name=name,
        field=core.tables.TenantKey(
            db_constraint=False,
            null=True,
            on_delete=django.db.models.deletion.PROTECT,
            related_name="+",
            to=to,
        ),
    )


class Migration(migrations.Migration):
    dependencies = [("governance", "0014_stage_names")]
    operations = [
        _key("restoration", "decided_for", "accounts.member"),
        _key("shortfallapproval", "decided_for", "accounts.member"),
        _key("forcedanswer", "decided_for", "accounts.member"),
        _key("lifecycledecision", "settled", "governance.gaterequest"),
        AddTenantKeys("Restoration", ["decided_for"]),
        AddTenantKeys("ShortfallApproval", ["decided_for"]),
        AddTenantKeys("ForcedAnswer", ["decided_for"]),
        AddTenantKeys("LifecycleDecision", ["settled"]),
        *(
            migrations.RunSQL(each)
            for each in (
                DECIDES,
                ENTITLED,
                HOLD,
                RESTORE,
                SIGNED,
                UNSIGNED,
                ANSWER,
                SETTLED,
                NO_LONGER_ALONE,
                HAND_OVER,
            )
        ),
    ]
