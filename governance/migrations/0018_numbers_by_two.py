"""Numbers of gates, duties and limits change with a version of the gates: by two administrators."""

from django.db import migrations, models

PINNED = "SET search_path = pg_catalog, public, pg_temp"

BY_TWO = (
    "proof_months", "seasonal_proof_months", "closing_achieved", "steering_approvals",
    "deputy_days", "hold_days", "restore_days", "acceptance_days",
    "forced_ratio", "forced_periods", "forced_gate_days", "forced_milestones", "forced_answer",
    "forced_cancel", "replan_months",
)  # fmt: skip
CYCLIC = (
    "forced_ratio", "forced_periods", "forced_gate_days", "forced_milestones", "forced_answer",
    "forced_cancel", "replan_months",
)  # fmt: skip


def _keys(keys: tuple[str, ...]) -> str:
    return ", ".join(f"'{each}'" for each in keys)


MARKS = f"""
ALTER TABLE accounts_numberlimit ADD COLUMN needs_two boolean NOT NULL DEFAULT false;
ALTER TABLE accounts_numberlimit ADD COLUMN is_cyclic boolean NOT NULL DEFAULT false;
UPDATE accounts_numberlimit SET needs_two = true WHERE key IN ({_keys(BY_TWO)});
UPDATE accounts_numberlimit SET is_cyclic = true WHERE key IN ({_keys(CYCLIC)});
"""

GUARDS = f"""
CREATE FUNCTION assay_refuse_weak_numbers(numbers jsonb) RETURNS void
LANGUAGE plpgsql {PINNED} AS $$
DECLARE weak text;
BEGIN
  IF jsonb_typeof(numbers) IS DISTINCT FROM 'object' THEN
    RAISE EXCEPTION 'The numbers of a proposal are given by their keys.'
      USING ERRCODE = 'GV094', DETAIL = 'weak_numbers';
  END IF;
  SELECT given.key INTO weak FROM jsonb_each(numbers) given
    LEFT JOIN accounts_numberlimit l ON l.key = given.key
   WHERE l.key IS NULL OR jsonb_typeof(given.value) <> 'string'
      OR given.value #>> '{{}}' !~ '^[0-9]{{1,6}}([.][0-9]{{1,6}})?$'
      OR (given.value #>> '{{}}')::numeric NOT BETWEEN l.lower AND l.upper
      OR (l.is_whole AND (given.value #>> '{{}}')::numeric % 1 <> 0)
   ORDER BY given.key LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'The number % cannot stand: it is unknown or out of its limits.', weak
      USING ERRCODE = 'GV094', DETAIL = 'weak_numbers';
  END IF;
END $$;

CREATE OR REPLACE FUNCTION assay_guard_scheme_proposal() RETURNS trigger
LANGUAGE plpgsql {PINNED} AS $$
DECLARE person bigint := assay_governor();
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('assay:scheme', NEW.organization_id));
  PERFORM assay_refuse_no_administrator(NEW.organization_id, person);
  PERFORM assay_refuse_weak_scheme(NEW.document);
  PERFORM assay_refuse_weak_numbers(NEW.numbers);
  IF NOT NEW.is_withdrawn THEN
    PERFORM assay_refuse_past_scheme(NEW.organization_id, NEW.effective_from);
  END IF;
  NEW.proposed_by_id := person;
  NEW.proposed_at := assay_now();
  SELECT max(version) INTO NEW.based_on FROM governance_scheme
   WHERE organization_id = NEW.organization_id;
  RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION assay_guard_scheme() RETURNS trigger
LANGUAGE plpgsql {PINNED} AS $$
DECLARE
  person bigint;
  proposal governance_schemeproposal;
BEGIN
  NEW.confirmed_at := assay_now();
  -- The built-in version is written by the database itself, when an organization is founded.
  IF current_user = 'assay_audit_owner' AND NEW.version = 1 THEN
    RETURN NEW;
  END IF;
  person := assay_governor();
  PERFORM pg_advisory_xact_lock(hashtextextended('assay:scheme', NEW.organization_id));
  PERFORM assay_refuse_no_administrator(NEW.organization_id, person);
  SELECT * INTO proposal FROM governance_schemeproposal
   WHERE organization_id = NEW.organization_id ORDER BY id DESC LIMIT 1;
  IF proposal.id IS DISTINCT FROM NEW.proposal_id OR proposal.is_withdrawn
     OR NEW.document IS DISTINCT FROM proposal.document
     OR EXISTS (SELECT 1 FROM governance_scheme s
                 WHERE s.organization_id = NEW.organization_id AND s.proposal_id = proposal.id) THEN
    RAISE EXCEPTION 'What was proposed has changed since it was shown. Reload and read it again.'
      USING ERRCODE = 'GV064', DETAIL = 'proposal_changed';
  END IF;
  IF person = proposal.proposed_by_id THEN
    RAISE EXCEPTION 'A change of the gates is confirmed by a second administrator, not by whoever '
      'proposed it.' USING ERRCODE = 'GV063', DETAIL = 'own_proposal';
  END IF;
  PERFORM assay_refuse_weak_scheme(proposal.document);
  PERFORM assay_refuse_past_scheme(NEW.organization_id, proposal.effective_from);
  SELECT max(version) + 1 INTO NEW.version FROM governance_scheme
   WHERE organization_id = NEW.organization_id;
  NEW.numbers := proposal.numbers;
  NEW.reason := proposal.reason;
  NEW.effective_from := proposal.effective_from;
  NEW.proposed_by_id := proposal.proposed_by_id;
  NEW.proposed_at := proposal.proposed_at;
  NEW.confirmed_by_id := person;
  RETURN NEW;
END $$;

CREATE FUNCTION assay_guard_number_two() RETURNS trigger LANGUAGE plpgsql {PINNED} AS $$
BEGIN
  -- Only a confirmed version of the gates writes as the audit owner.
  IF current_user <> 'assay_audit_owner' AND EXISTS (
       SELECT 1 FROM accounts_numberlimit l WHERE l.key = NEW.key AND l.needs_two) THEN
    RAISE EXCEPTION '% is changed by two administrators: one proposes it, another confirms.',
      NEW.key USING ERRCODE = 'GV093', DETAIL = 'number_needs_two';
  END IF;
  RETURN NEW;
END $$;

-- All in one statement, so that two numbers that move together are judged in their new order.
CREATE FUNCTION assay_record_numbers() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER {PINNED} AS $$
BEGIN
  INSERT INTO accounts_numbersetting
    (organization_id, key, value, version, effective_on, reason, recorded_by_id)
  SELECT NEW.organization_id, given.key, given.value::numeric,
         coalesce((SELECT max(n.version) FROM accounts_numbersetting n
                    WHERE n.organization_id = NEW.organization_id AND n.key = given.key), 0) + 1,
         CASE WHEN l.is_cyclic THEN greatest(NEW.effective_from,
           (date_trunc('month', assay_today(NEW.organization_id)) + interval '1 month')::date)
         ELSE NEW.effective_from END,
         NEW.reason, NEW.confirmed_by_id
    FROM jsonb_each_text(NEW.numbers) given
    JOIN accounts_numberlimit l ON l.key = given.key;
  RETURN NULL;
END $$;

CREATE TRIGGER guard_two BEFORE INSERT ON accounts_numbersetting
  FOR EACH ROW EXECUTE FUNCTION assay_guard_number_two();
ALTER TABLE accounts_numbersetting ENABLE ALWAYS TRIGGER guard_two;
CREATE TRIGGER record_numbers AFTER INSERT ON governance_scheme
  FOR EACH ROW EXECUTE FUNCTION assay_record_numbers();
ALTER TABLE governance_scheme ENABLE ALWAYS TRIGGER record_numbers;
GRANT INSERT ON accounts_numbersetting TO assay_audit_owner;
GRANT EXECUTE ON FUNCTION assay_refuse_weak_numbers(jsonb), assay_guard_number_two()
  TO assay_app, assay_owner, assay_audit_owner;
ALTER FUNCTION assay_refuse_weak_numbers(jsonb) OWNER TO assay_audit_owner;
ALTER FUNCTION assay_guard_number_two() OWNER TO assay_audit_owner;
ALTER FUNCTION assay_record_numbers() OWNER TO assay_audit_owner;
"""


def _numbers(model: str) -> migrations.AddField:
    return migrations.AddField(
        model_name=model,
        name="numbers",
        field=models.JSONField(
            db_default=models.Value({}, output_field=models.JSONField()), default=dict
        ),
    )


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0009_numbers_within_limits"),
        ("governance", "0017_rollback_guards"),
    ]
    operations = [
        _numbers("schemeproposal"),
        _numbers("scheme"),
        migrations.RunSQL(MARKS),
        migrations.RunSQL(GUARDS),
    ]
