"""A tenant's number keeps its limits and its order in the database too, whoever writes it.

One number out of its limits would stop every worker of its organization: the rules refuse to be
made from it. The limits stand in a table that only the owner writes; a later number adds its row
in a migration of its own, and a test compares the rows with `accounts.rules.numbers`.
"""

from django.db import migrations

PINNED = "SET search_path = pg_catalog, public, pg_temp"

# key, ours, lower, upper, whole, unit
LIMITS = (
    ("claim_deadline", "5", "1", "20", True, "working days"),
    ("approval_deadline", "10", "1", "30", True, "working days"),
    ("monthly_days", "31", "1", "92", True, "days"),
    ("monthly_grace_days", "7", "1", "31", True, "days"),
    ("weekly_days", "7", "1", "31", True, "days"),
    ("weekly_grace_days", "3", "1", "31", True, "days"),
    ("gate_within_days", "30", "1", "90", True, "days"),
    ("watched_share", "0.20", "0", "1", False, "ratio"),
    ("milestone_green_days", "3", "1", "30", True, "days"),
    ("milestone_amber_days", "7", "1", "60", True, "days"),
    ("look_ahead_days", "14", "1", "92", True, "days"),
    ("look_back_days", "30", "1", "183", True, "days"),
    ("implementation_green", "0.90", "0", "1", False, "ratio"),
    ("implementation_amber", "0.70", "0", "1", False, "ratio"),
    ("potential_green", "0.90", "0", "2", False, "ratio"),
    ("potential_amber", "0.70", "0", "2", False, "ratio"),
    ("materiality", "0.01", "0", "0.2", False, "ratio"),
    ("node_green", "0.85", "0", "1", False, "ratio"),
    ("node_amber", "0.60", "0", "1", False, "ratio"),
    ("proof_months", "3", "1", "12", True, "months"),
    ("seasonal_proof_months", "6", "1", "12", True, "months"),
    ("closing_achieved", "0.90", "0.50", "1", False, "ratio"),
    ("steering_approvals", "1", "1", "9", True, "people"),
    ("first_check_months", "6", "1", "24", True, "months"),
    ("second_check_months", "12", "1", "36", True, "months"),
    ("deputy_days", "90", "1", "183", True, "days"),
    ("hold_days", "90", "1", "366", True, "days"),
    ("hold_notice_days", "14", "1", "60", True, "days"),
    ("hold_recheck_days", "60", "1", "366", True, "days"),
    ("hold_silence", "20", "1", "60", True, "working days"),
    ("restore_days", "30", "1", "90", True, "days"),
    ("invitation_days", "7", "1", "30", True, "days"),
    ("forced_ratio", "0.50", "0.20", "0.90", False, "ratio"),
    ("forced_periods", "2", "1", "6", True, "months"),
    ("forced_gate_days", "30", "1", "90", True, "days"),
    ("forced_milestones", "0.50", "0.20", "0.90", False, "ratio"),
    ("forced_answer", "5", "1", "15", True, "working days"),
    ("forced_cancel", "20", "1", "60", True, "working days"),
    ("replan_months", "12", "6", "36", True, "months"),
    ("acceptance_days", "90", "1", "366", True, "days"),
    ("action_plan", "5", "1", "5", True, "working days"),
    ("lead_decision", "3", "1", "20", True, "working days"),
    ("program_decision", "5", "1", "30", True, "working days"),
    ("steering_decision", "10", "1", "60", True, "working days"),
    ("executive_decision", "10", "1", "60", True, "working days"),
)
# Of each pair the first stays below the second.
IN_ORDER = (
    ("claim_deadline", "approval_deadline"),
    ("milestone_green_days", "milestone_amber_days"),
    ("implementation_amber", "implementation_green"),
    ("potential_amber", "potential_green"),
    ("node_amber", "node_green"),
    ("first_check_months", "second_check_months"),
)


def rows() -> str:
    """Return the statements that write the limits."""
    limits = ", ".join(
        f"('{key}', {ours}, {lower}, {upper}, {str(whole).lower()}, '{unit}')"
        for key, ours, lower, upper, whole, unit in LIMITS
    )
    pairs = ", ".join(f"('{low}', '{high}')" for low, high in IN_ORDER)
    return (
        f"INSERT INTO accounts_numberlimit VALUES {limits};"
        f"INSERT INTO accounts_numberorder VALUES {pairs};"
    )


TABLES = """
CREATE TABLE accounts_numberlimit (
  key text PRIMARY KEY, ours numeric NOT NULL, lower numeric NOT NULL, upper numeric NOT NULL,
  is_whole boolean NOT NULL, unit text NOT NULL
);
CREATE TABLE accounts_numberorder (
  low text NOT NULL REFERENCES accounts_numberlimit, high text NOT NULL REFERENCES accounts_numberlimit,
  PRIMARY KEY (low, high)
);
GRANT SELECT ON accounts_numberlimit, accounts_numberorder TO assay_app, assay_audit_owner;
"""

GUARD = f"""
CREATE FUNCTION assay_number_on(organization bigint, wanted text, day date) RETURNS numeric
LANGUAGE sql STABLE {PINNED} AS $$
  SELECT coalesce((
    SELECT n.value FROM accounts_numbersetting n
     WHERE n.organization_id = organization AND n.key = wanted AND n.effective_on <= day
     ORDER BY n.version DESC LIMIT 1),
    (SELECT l.ours FROM accounts_numberlimit l WHERE l.key = wanted))
$$;

CREATE FUNCTION assay_guard_number() RETURNS trigger LANGUAGE plpgsql {PINNED} AS $$
DECLARE allowed accounts_numberlimit;
BEGIN
  SELECT * INTO allowed FROM accounts_numberlimit l WHERE l.key = NEW.key;
  IF allowed.key IS NULL THEN
    RAISE EXCEPTION '% is not a number of these rules.', NEW.key
      USING ERRCODE = 'GV009', DETAIL = 'number_unknown';
  END IF;
  IF NEW.value NOT BETWEEN allowed.lower AND allowed.upper
     OR (allowed.is_whole AND NEW.value <> trunc(NEW.value)) THEN
    RAISE EXCEPTION '% must lie between % and % (%).',
      NEW.key, allowed.lower, allowed.upper, allowed.unit
      USING ERRCODE = 'GV009', DETAIL = 'number_out_of_limits';
  END IF;
  RETURN NEW;
END $$;

-- After the row: what is in force on a day then includes it. Each day on which one of the two
-- numbers changes is looked at, so that a change for later does not meet one made meanwhile.
CREATE FUNCTION assay_guard_number_order() RETURNS trigger LANGUAGE plpgsql {PINNED} AS $$
DECLARE crossed record;
BEGIN
  SELECT o.low, o.high, changes.effective_on INTO crossed
    FROM accounts_numberorder o
    JOIN accounts_numbersetting changes ON changes.organization_id = NEW.organization_id
     AND changes.key IN (o.low, o.high)
   WHERE NEW.key IN (o.low, o.high) AND changes.effective_on >= NEW.effective_on
     AND assay_number_on(NEW.organization_id, o.low, changes.effective_on)
      >= assay_number_on(NEW.organization_id, o.high, changes.effective_on)
   ORDER BY changes.effective_on LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION '% must stay below %, and would not on %.',
      crossed.low, crossed.high, crossed.effective_on
      USING ERRCODE = 'GV009', DETAIL = 'numbers_out_of_order';
  END IF;
  RETURN NULL;
END $$;

CREATE TRIGGER guard_limits BEFORE INSERT ON accounts_numbersetting
  FOR EACH ROW EXECUTE FUNCTION assay_guard_number();
ALTER TABLE accounts_numbersetting ENABLE ALWAYS TRIGGER guard_limits;
CREATE TRIGGER guard_order AFTER INSERT ON accounts_numbersetting
  FOR EACH ROW EXECUTE FUNCTION assay_guard_number_order();
ALTER TABLE accounts_numbersetting ENABLE ALWAYS TRIGGER guard_order;
GRANT EXECUTE ON FUNCTION assay_number_on(bigint, text, date), assay_guard_number(),
  assay_guard_number_order() TO assay_app, assay_owner, assay_audit_owner;
ALTER FUNCTION assay_number_on(bigint, text, date) OWNER TO assay_audit_owner;
ALTER FUNCTION assay_guard_number() OWNER TO assay_audit_owner;
ALTER FUNCTION assay_guard_number_order() OWNER TO assay_audit_owner;
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0008_leaving")]
    operations = [migrations.RunSQL(each) for each in (TABLES, rows(), GUARD)]
