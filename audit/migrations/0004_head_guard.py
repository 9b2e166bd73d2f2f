"""Guard of published heads: one is written by Assay itself, of today, of the chain, and signed.

Whether the signature is right only the key tells (`verify_ledger` asks it); a row that lacks one,
or says something else than its paper, is refused here, so that nobody takes the day's place with
a head that proves nothing.
"""

from django.db import migrations

GUARD = """
CREATE FUNCTION assay_guard_published_head() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE said jsonb;
BEGIN
  IF assay_actor() IS NOT NULL OR NEW."on" IS DISTINCT FROM assay_today(NEW.organization_id)
     OR EXISTS (SELECT 1 FROM audit_published_head p
                 WHERE p.organization_id = NEW.organization_id AND p."on" >= NEW."on") THEN
    RAISE EXCEPTION 'Assay itself publishes the head of a ledger, once a day and for that day.'
      USING ERRCODE = 'GV096', DETAIL = 'head_of_another_day';
  END IF;
  -- An hour is far longer than an act takes that is recorded while the head is being signed.
  IF NOT EXISTS (SELECT 1 FROM audit_event e WHERE e.organization_id = NEW.organization_id
                    AND e.seq = NEW.seq AND e.hash = NEW.hash)
     OR EXISTS (SELECT 1 FROM audit_event e WHERE e.organization_id = NEW.organization_id
                   AND e.seq = NEW.seq + 1 AND e.recorded_at < assay_now() - interval '1 hour') THEN
    RAISE EXCEPTION 'This is not where the ledger ends: a head has the number and the hash of its '
      'last act.' USING ERRCODE = 'GV096', DETAIL = 'head_of_another_chain';
  END IF;
  IF NEW.paper IS JSON OBJECT THEN
    said := NEW.paper::jsonb;
  END IF;
  IF said -> 'document' @> jsonb_build_object('organization_id', NEW.organization_id,
       'on', NEW."on", 'seq', NEW.seq, 'hash', NEW.hash) IS NOT TRUE
     OR (said ->> 'signature' ~ '^[A-Za-z0-9+/]{86}==$'
         AND said ->> 'public_key' ~ '^[A-Za-z0-9+/]{43}=$') IS NOT TRUE THEN
    RAISE EXCEPTION 'A published head is a signed paper that says the same as its row.'
      USING ERRCODE = 'GV096', DETAIL = 'head_without_its_paper';
  END IF;
  NEW.published_at := assay_now();
  RETURN NEW;
END $$;
CREATE TRIGGER guard BEFORE INSERT ON audit_published_head
  FOR EACH ROW EXECUTE FUNCTION assay_guard_published_head();
ALTER TABLE audit_published_head ENABLE ALWAYS TRIGGER guard;
GRANT EXECUTE ON FUNCTION assay_guard_published_head()
  TO assay_app, assay_owner, assay_audit_owner;
ALTER FUNCTION assay_guard_published_head() OWNER TO assay_audit_owner;
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0006_acting_for"), ("audit", "0003_decided_for")]
    operations = [migrations.RunSQL(GUARD)]
