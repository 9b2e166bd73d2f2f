"""A claim may be decided by the controller's deputy, who is recorded as such and kept apart."""

import core.tables
import django.db.models.deletion
from django.db import migrations

from core.tables import AddTenantKeys

PINNED = "SET search_path = pg_catalog, public, pg_temp"

# Both are kept apart from what either is: owner, sponsor, controller, and the seats that bar.
UNFIT_DEPUTY = f"""
CREATE FUNCTION assay_refuse_unfit_deputy(subject measures_measure, wanted text) RETURNS void
LANGUAGE plpgsql {PINNED} AS $$
DECLARE
  person bigint := assay_actor();
  principal bigint := assay_acting_for();
BEGIN
  IF principal IS NULL THEN
    RETURN;
  END IF;
  IF NOT assay_stands_in(subject.organization_id, person, principal, wanted, subject.node_id) THEN
    RAISE EXCEPTION 'No deputy is recorded for that person in this, or the time is over.'
      USING ERRCODE = 'GV075', DETAIL = 'no_deputy';
  END IF;
  IF person IN (subject.owner_id, subject.sponsor_id, subject.controller_id)
     OR assay_has_seat(subject.organization_id, person, 'administrator', subject.node_id)
     OR wanted = 'controller'
        AND assay_has_seat(subject.organization_id, person, 'lead', subject.node_id) THEN
    RAISE EXCEPTION 'A deputy never merges two duties: another person must do it.'
      USING ERRCODE = 'GV076', DETAIL = 'duties_merge';
  END IF;
END $$;
"""

CLAIM = f"""
CREATE OR REPLACE FUNCTION assay_guard_claim() RETURNS trigger LANGUAGE plpgsql {PINNED} AS $$
DECLARE parent measures_measure := assay_open_measure(NEW.organization_id, NEW.measure_id);
BEGIN
  IF TG_OP = 'INSERT' THEN
    PERFORM 1 FROM measures_line WHERE organization_id = NEW.organization_id
      AND id = NEW.line_id AND measure_id = NEW.measure_id;
    IF NOT FOUND THEN
      RAISE EXCEPTION 'There is no such line on this measure.'
        USING ERRCODE = 'GV005', DETAIL = 'not_found';
    END IF;
    IF parent.stage NOT IN (3, 4) THEN
      RAISE EXCEPTION 'Actuals can be claimed once this measure is decided.'
        USING ERRCODE = 'GV006', DETAIL = 'claims_not_open';
    END IF;
    IF NEW.state <> 'submitted' THEN
      RAISE EXCEPTION 'A claim begins as submitted; its controller decides it.'
        USING ERRCODE = 'GV006', DETAIL = 'claim_begins_submitted';
    END IF;
    NEW.claimed_by_id := assay_actor();
    NEW.claimed_at := assay_now();
    NEW.decided_by_id := NULL;
    NEW.decided_for_id := NULL;
    NEW.decided_at := NULL;
    RETURN NEW;
  END IF;
  IF (NEW.organization_id, NEW.line_id, NEW.measure_id, NEW.fiscal_year, NEW.period, NEW.amount,
      NEW.forecast_before, NEW.is_final, NEW.note, NEW.evidence_id, NEW.claimed_by_id,
      NEW.claimed_at)
     IS DISTINCT FROM
     (OLD.organization_id, OLD.line_id, OLD.measure_id, OLD.fiscal_year, OLD.period, OLD.amount,
      OLD.forecast_before, OLD.is_final, OLD.note, OLD.evidence_id, OLD.claimed_by_id,
      OLD.claimed_at) OR OLD.state <> 'submitted' THEN
    RAISE EXCEPTION 'A claim is not rewritten: withdraw it and claim again.'
      USING ERRCODE = 'GV004', DETAIL = 'claim_is_fixed';
  END IF;
  IF NEW.state IN ('approved', 'rejected') THEN
    IF coalesce(assay_acting_for(), assay_actor()) IS DISTINCT FROM parent.controller_id THEN
      RAISE EXCEPTION 'Only the controller of this measure decides its claims.'
        USING ERRCODE = 'GV007', DETAIL = 'only_the_controller';
    END IF;
    PERFORM assay_refuse_unfit_deputy(parent, 'controller');
    IF OLD.claimed_by_id IN (assay_actor(), assay_acting_for()) THEN
      RAISE EXCEPTION 'Nobody decides a claim of their own, also not through a deputy.'
        USING ERRCODE = 'GV007', DETAIL = 'own_claim';
    END IF;
    NEW.decided_by_id := assay_actor();
    NEW.decided_for_id := assay_acting_for();
    NEW.decided_at := assay_now();
  ELSIF NEW.state = 'withdrawn' THEN
    IF assay_actor() IS DISTINCT FROM OLD.claimed_by_id
       AND assay_actor() IS DISTINCT FROM parent.owner_id OR assay_acting_for() IS NOT NULL THEN
      RAISE EXCEPTION 'A claim is withdrawn by who made it or by the owner of the measure.'
        USING ERRCODE = 'GV007', DETAIL = 'only_the_claimant';
    END IF;
  END IF;
  RETURN NEW;
END $$
"""

HAND_OVER = """
GRANT EXECUTE ON FUNCTION assay_refuse_unfit_deputy(measures_measure, text)
  TO assay_app, assay_owner, assay_audit_owner;
ALTER FUNCTION assay_refuse_unfit_deputy(measures_measure, text) OWNER TO assay_audit_owner;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_acting_for"),
        ("hierarchy", "0003_deputyships"),
        ("measures", "0003_restoring"),
    ]
    operations = [
        migrations.AddField(
            model_name="actualclaim",
            name="decided_for",
            field=core.tables.TenantKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.member",
            ),
        ),
        AddTenantKeys("ActualClaim", ["decided_for"]),
        migrations.RunSQL(UNFIT_DEPUTY),
        migrations.RunSQL(CLAIM),
        migrations.RunSQL(HAND_OVER),
    ]
