"""Votes, holds and closings by deputies: by the right of the one, bound by the duties of both."""

import importlib

import core.tables
import django.db.models.deletion
from django.db import migrations

from core.tables import AddTenantKeys

PINNED = "SET search_path = pg_catalog, public, pg_temp"

# `person` is who acts; while acting for another it is that one's right that counts, if a deputyship
# covers it. Acts that are not listed here are nobody's but one's own.
ENTITLED = f"""
CREATE OR REPLACE FUNCTION assay_may(subject measures_measure, person bigint, what text)
RETURNS boolean LANGUAGE plpgsql {PINNED} AS $$
DECLARE
  principal bigint := CASE WHEN person = assay_actor() THEN assay_acting_for() END;
  held text;
BEGIN
  IF principal IS NULL THEN
    RETURN EXISTS (SELECT 1 FROM assay_granted() g WHERE g.act = what
                     AND (g.seats && assay_seats(subject, person)
                          OR g.named && assay_named(subject, person)));
  END IF;
  IF what NOT IN ('hold', 'resume', 'cancel') THEN
    RETURN false;
  END IF;
  FOR held IN
    SELECT r FROM assay_granted() g,
           unnest(assay_seats(subject, principal) || assay_named(subject, principal)) AS r
     WHERE g.act = what
       AND r = ANY (CASE WHEN r IN ('owner', 'sponsor', 'controller') THEN g.named ELSE g.seats END)
       AND assay_stands_in(subject.organization_id, person, principal, r, subject.node_id)
  LOOP
    PERFORM assay_refuse_unfit_deputy(subject, held);
    RETURN true;
  END LOOP;
  RETURN false;
END $$;

CREATE OR REPLACE FUNCTION assay_refuse_barred(subject measures_measure, person bigint, what text)
RETURNS void LANGUAGE plpgsql {PINNED} AS $$
DECLARE
  each bigint;
  bars text[];
BEGIN
  -- Both hands of an act by a deputy, whichever of them is asked about.
  FOREACH each IN ARRAY array_remove(ARRAY[person,
      CASE WHEN person IN (assay_actor(), assay_acting_for()) THEN assay_actor() END,
      CASE WHEN person = assay_actor() THEN assay_acting_for() END], NULL)
  LOOP
    bars := assay_named(subject, each);
    SELECT bars || array_agg(held) INTO bars
      FROM unnest(assay_seats(subject, each)) AS held WHERE held IN ('lead', 'administrator');
    IF EXISTS (SELECT 1 FROM assay_kept_apart() k WHERE k.act = what AND k.roles && bars) THEN
      RAISE EXCEPTION 'A role you hold here is kept apart from this act. Another person must do it.'
        USING ERRCODE = 'GV027', DETAIL = 'duties_meet';
    END IF;
  END LOOP;
END $$;

CREATE FUNCTION assay_own_or_principal(person bigint) RETURNS bigint
LANGUAGE sql STABLE {PINNED} AS $$
  SELECT CASE WHEN person = assay_actor() THEN coalesce(assay_acting_for(), person) ELSE person END
$$;

CREATE FUNCTION assay_duty_holder(subject measures_measure, wanted text) RETURNS bigint
LANGUAGE plpgsql {PINNED} AS $$
BEGIN
  PERFORM assay_refuse_unfit_deputy(subject, wanted);
  RETURN coalesce(assay_acting_for(), assay_actor());
END $$;
"""

VOTE = f"""
CREATE OR REPLACE FUNCTION assay_guard_vote() RETURNS trigger LANGUAGE plpgsql {PINNED} AS $$
DECLARE
  person bigint := assay_governor();
  holder bigint;
  asked governance_gaterequest;
  subject measures_measure;
BEGIN
  SELECT * INTO asked FROM governance_gaterequest
   WHERE organization_id = NEW.organization_id AND id = NEW.request_id;
  subject := assay_locked_measure(NEW.organization_id, asked.measure_id);
  -- Looked at again: the lock may have been waited for.
  SELECT * INTO asked FROM governance_gaterequest
   WHERE organization_id = NEW.organization_id AND id = NEW.request_id;
  PERFORM assay_refuse_unfit_request(asked, subject);
  NEW.voter_id := person;
  NEW.decided_for_id := assay_acting_for();
  NEW.cast_at := assay_now();
  NEW.cast_in := assay_transaction();
  NEW.requested_by_id := asked.requested_by_id;
  NEW.owner_at_request_id := asked.owner_at_request_id;
  IF NEW.digest <> asked.digest THEN
    RAISE EXCEPTION 'What you were shown is not what this request says. Reload and vote again.'
      USING ERRCODE = 'GV019', DETAIL = 'stale_request';
  END IF;
  holder := assay_duty_holder(subject, NEW.role);
  IF asked.requested_by_id IN (person, holder) THEN
    RAISE EXCEPTION 'Nobody approves their own submission, also not through a deputy.'
      USING ERRCODE = 'GV017', DETAIL = 'own_request';
  END IF;
  IF subject.owner_id IN (person, holder) OR asked.owner_at_request_id IN (person, holder) THEN
    RAISE EXCEPTION 'The owner of a measure does not approve its passages.'
      USING ERRCODE = 'GV017', DETAIL = 'own_measure';
  END IF;
  -- One person, one hand: neither in one's own name and another's, nor for the same one twice.
  IF EXISTS (SELECT 1 FROM governance_vote v
              WHERE v.organization_id = NEW.organization_id AND v.request_id = NEW.request_id
                AND (v.decided_for_id IN (person, holder) OR holder <> person
                     AND v.voter_id IN (person, holder))) THEN
    RAISE EXCEPTION 'You, or whom you act for, have voted on this request already.'
      USING ERRCODE = 'GV018', DETAIL = 'already_voted';
  END IF;
  PERFORM assay_refuse_no_decider(asked, subject, holder, NEW.role);
  RETURN NEW;
END $$;
"""

CLOSURE = f"""
CREATE OR REPLACE FUNCTION assay_guard_closure() RETURNS trigger LANGUAGE plpgsql {PINNED} AS $$
DECLARE
  person bigint := assay_governor();
  holder bigint;
  subject measures_measure := assay_locked_measure(NEW.organization_id, NEW.measure_id);
BEGIN
  IF subject.stage <> 4 OR subject.lifecycle <> 'active' THEN
    RAISE EXCEPTION 'A closure is confirmed for an active measure that is implemented.'
      USING ERRCODE = 'GV014', DETAIL = 'gate_not_now';
  END IF;
  holder := assay_duty_holder(subject, 'controller');
  IF holder IS DISTINCT FROM subject.controller_id THEN
    RAISE EXCEPTION 'Only the controller named on this measure confirms its value.'
      USING ERRCODE = 'GV022', DETAIL = 'only_the_controller';
  END IF;
  PERFORM assay_refuse_barred(subject, person, 'confirm_closure');
  IF EXISTS (SELECT 1 FROM measures_actualclaim c
              WHERE c.organization_id = NEW.organization_id AND c.measure_id = NEW.measure_id
                AND c.state = 'approved' AND c.claimed_by_id IN (person, holder)) THEN
    RAISE EXCEPTION 'Who entered a figure cannot confirm it.'
      USING ERRCODE = 'GV023', DETAIL = 'entered_the_figures';
  END IF;
  NEW.confirmed_by_id := person;
  NEW.decided_for_id := assay_acting_for();
  NEW.confirmed_at := assay_now();
  NEW.approved := assay_figures_document(NEW.organization_id, NEW.measure_id);
  NEW.figures_digest := assay_figures_digest(NEW.organization_id, NEW.measure_id);
  RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION assay_refuse_unproven(subject measures_measure) RETURNS void
LANGUAGE plpgsql {PINNED} AS $$
DECLARE latest governance_closureconfirmation := assay_latest_confirmation(subject);
BEGIN
  IF latest.id IS NULL
     OR coalesce(latest.decided_for_id, latest.confirmed_by_id)
        IS DISTINCT FROM subject.controller_id
     OR latest.figures_digest
        <> assay_figures_digest(subject.organization_id, subject.id) THEN
    RAISE EXCEPTION 'Closing needs the controller''s confirmation of exactly the figures '
      'approved now.' USING ERRCODE = 'GV013', DETAIL = 'closing_needs_confirmation';
  END IF;
  PERFORM assay_refuse_unsigned_shortfall(subject, latest);
END $$;
"""

CLOSING = importlib.import_module("governance.migrations.0006_closing_guards")


def replaced(function: str, was: str, now: str) -> str:
    """Return a guard of closing anew, with one of its conditions changed."""
    assert function.count(was) == 1
    return function.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION").replace(was, now)


APPROVAL = replaced(
    CLOSING.APPROVAL,
    "latest.confirmed_by_id IS DISTINCT FROM",
    "coalesce(latest.decided_for_id, latest.confirmed_by_id) IS DISTINCT FROM",
)
LEAKAGE = replaced(
    CLOSING.LEAKAGE,
    "IF person IS DISTINCT FROM subject.controller_id THEN",
    "IF assay_duty_holder(subject, 'controller') IS DISTINCT FROM subject.controller_id THEN",
)

HOLDING = importlib.import_module("governance.migrations.0004_hold_guards")
# A hold stands at the level of whose right it is, so that it is extended from above that one.
RANK = replaced(
    replaced(
        HOLDING.RANK,
        "seats text[] := assay_seats(subject, person);",
        "whose bigint := assay_own_or_principal(person);\n"
        "  seats text[] := assay_seats(subject, assay_own_or_principal(person));",
    ).replace("assay_named(subject, person)", "assay_named(subject, assay_own_or_principal(person))"),
    "s.member_id = person",
    "s.member_id = whose",
)

# What nobody does for another.
OWN_NAME = f"""
CREATE FUNCTION assay_refuse_deputies() RETURNS trigger LANGUAGE plpgsql {PINNED} AS $$
BEGIN
  IF assay_acting_for() IS NOT NULL THEN
    RAISE EXCEPTION 'A deputy does not do this: it is done in one''s own name.'
      USING ERRCODE = 'GV077', DETAIL = 'not_for_deputies';
  END IF;
  RETURN NEW;
END $$;
""" + "".join(
    f"CREATE TRIGGER a_own_name BEFORE {events} ON {table}"
    " FOR EACH ROW EXECUTE FUNCTION assay_refuse_deputies();"
    f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER a_own_name;"
    for table, events in (
        ("governance_forcedanswer", "INSERT"),
        ("governance_gaterequest", "INSERT"),
        ("governance_linestatement", "INSERT"),
        ("governance_rephasing", "INSERT"),
        ("governance_restoration", "INSERT"),
        ("governance_scheme", "INSERT"),
        ("governance_schemeproposal", "INSERT"),
        ("governance_shadowperiod", "INSERT"),
        ("governance_shortfallapproval", "INSERT"),
        ("governance_takeover", "INSERT"),
        ("governance_takeoverconfirmation", "INSERT"),
        ("hierarchy_seat", "INSERT OR UPDATE"),
        ("accounts_numbersetting", "INSERT"),
    )
)

# After the table's own guard, whose name sorts first: it has judged who may.
LIFECYCLE = f"""
CREATE FUNCTION assay_fill_decided_for() RETURNS trigger LANGUAGE plpgsql {PINNED} AS $$
BEGIN
  NEW.decided_for_id := assay_acting_for();
  RETURN NEW;
END $$;
CREATE TRIGGER guard_decided_for BEFORE INSERT ON governance_lifecycledecision
  FOR EACH ROW EXECUTE FUNCTION assay_fill_decided_for();
ALTER TABLE governance_lifecycledecision ENABLE ALWAYS TRIGGER guard_decided_for;
"""

NEW_FUNCTIONS = (
    "assay_duty_holder(measures_measure, text)",
    "assay_fill_decided_for()",
    "assay_own_or_principal(bigint)",
    "assay_refuse_deputies()",
)
HAND_OVER = "".join(
    f"GRANT EXECUTE ON FUNCTION {each} TO assay_app, assay_owner, assay_audit_owner;"
    f"ALTER FUNCTION {each} OWNER TO assay_audit_owner;"
    for each in NEW_FUNCTIONS
)


def _decided_for(model: str) -> migrations.AddField:
    return migrations.AddField(
        model_name=model,
        name="decided_for",
        field=core.tables.TenantKey(
            db_constraint=False,
            null=True,
            on_delete=django.db.models.deletion.PROTECT,
            related_name="+",
            to="accounts.member",
        ),
    )


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_acting_for"),
        ("governance", "0010_forced_guards"),
        ("measures", "0004_claims_by_deputies"),
    ]
    operations = [
        _decided_for("lifecycledecision"),
        _decided_for("closureconfirmation"),
        AddTenantKeys("LifecycleDecision", ["decided_for"]),
        AddTenantKeys("ClosureConfirmation", ["decided_for"]),
        *(migrations.RunSQL(each) for each in (
            ENTITLED,
            VOTE,
            CLOSURE,
            APPROVAL,
            LEAKAGE,
            RANK,
            LIFECYCLE,
            OWN_NAME,
            HAND_OVER,
        )),
    ]
