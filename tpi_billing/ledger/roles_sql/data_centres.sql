-- Several clinics in one ledger: staff see and change the rows of their own data centre only. To be
-- run after roles.sql, again after every upgrade.
--
-- Whose somebody is, is said by a role named after the data centre in small letters:
--
--   CREATE ROLE tpi_dc_t9999 NOLOGIN;
--   CREATE ROLE mjones LOGIN IN ROLE tpi_billing, tpi_dc_t9999;
--
-- A membership, not a setting: a setting could be changed by whoever is logged in. Auditors and the
-- owner of the tables see every data centre. The journal is the whole ledger's: staff add to it, and
-- read the entries about their own records.

BEGIN;
SET LOCAL client_min_messages = warning;
-- Who runs this while somebody else does waits for him.
DO $$ BEGIN PERFORM pg_advisory_xact_lock(hashtext('tpi-billing ledger roles')); END $$;

CREATE OR REPLACE FUNCTION ledger_data_centres() RETURNS text[] LANGUAGE sql STABLE AS $$
  SELECT coalesce(array_agg(upper(substr(rolname::text, 8))), '{}') FROM pg_catalog.pg_roles
  WHERE rolname LIKE 'tpi\_dc\_%' AND pg_has_role(oid, 'USAGE')
$$;

-- Whether an entry of the journal is about a record that whoever asks may see; the rules of the
-- record's own table say so. What is about no record of a data centre is the auditors'.
CREATE OR REPLACE FUNCTION ledger_tells(action text, record text, content text) RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
DECLARE
  kind text := split_part(record, ':', 1);
  id text := split_part(split_part(record, '/', 1), ':', 2);
  number bigint := CASE WHEN id ~ '^[0-9]{1,18}$' THEN id::bigint END;
BEGIN
  IF record = 'ledger:place' THEN  -- whether the ledger was moved
    RETURN true;
  ELSIF kind = 'counter' THEN
    RETURN id = ANY (ledger_data_centres());
  ELSIF action = 'fees.imported' THEN
    RETURN coalesce((content::jsonb ->> 'data_centre') = ANY (ledger_data_centres()), false);
  ELSIF number IS NULL THEN
    RETURN false;
  END IF;
  CASE kind
    WHEN 'amendment' THEN RETURN EXISTS (SELECT FROM amendments WHERE amendment_id = number);
    WHEN 'batch' THEN RETURN EXISTS (SELECT FROM batches WHERE batch_id = number);
    WHEN 'claim' THEN RETURN EXISTS (SELECT FROM claims WHERE claim_id = number);
    WHEN 'closing', 'closing-line' THEN
      RETURN EXISTS (SELECT FROM closings WHERE closing_id = number);
    WHEN 'decision' THEN RETURN EXISTS (SELECT FROM decisions WHERE decision_id = number);
    WHEN 'import' THEN RETURN EXISTS (SELECT FROM imports WHERE import_id = number);
    WHEN 'line' THEN RETURN EXISTS (SELECT FROM remittance_lines WHERE line_id = number);
    WHEN 'pickup' THEN RETURN EXISTS (SELECT FROM pickups WHERE pickup_id = number);
    WHEN 'posting' THEN RETURN EXISTS (SELECT FROM postings WHERE posting_id = number);
    WHEN 'referral' THEN RETURN EXISTS (SELECT FROM referrals WHERE referral_id = number);
    WHEN 'remittance-file' THEN
      RETURN EXISTS (SELECT FROM remittance_files WHERE file_id = number);
    WHEN 'sample' THEN RETURN EXISTS (SELECT FROM samples WHERE sample_id = number);
    WHEN 'session' THEN RETURN EXISTS (SELECT FROM sessions WHERE session_key = number);
    WHEN 'submission' THEN RETURN EXISTS (SELECT FROM submissions WHERE submission_id = number);
    ELSE RETURN false;
  END CASE;
END $$;

DO $$
DECLARE
  one record;
  own text;
BEGIN
  -- What the rules ask, they ask of this schema, whatever the search path of who is logged in.
  EXECUTE format('ALTER FUNCTION ledger_data_centres() SET search_path = pg_catalog, pg_temp');
  EXECUTE format('ALTER FUNCTION ledger_tells(text, text, text) SET search_path = %I, pg_temp',
                 current_schema());
  FOR one IN
    SELECT c.oid::regclass AS name, c.relname,
      EXISTS (SELECT 1 FROM pg_attribute a WHERE a.attrelid = c.oid
              AND a.attname = 'data_centre' AND NOT a.attisdropped) AS has_data_centre
    FROM pg_class c
    WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p')
    AND c.relname NOT IN ('alembic_version', 'journal_head')
  LOOP
    own := CASE
      WHEN one.has_data_centre THEN
        'data_centre = ANY ((SELECT ledger_data_centres()) COLLATE "C")'
      -- The rows of these are their parent's, of which whoever asks sees his own.
      WHEN one.relname IN ('import_rows', 'rejected_rows') THEN
        format('EXISTS (SELECT 1 FROM imports p WHERE p.import_id = %s.import_id)', one.name)
      WHEN one.relname IN ('batch_sessions', 'batch_files', 'submission_files', 'submissions') THEN
        format('EXISTS (SELECT 1 FROM batches p WHERE p.batch_id = %s.batch_id)', one.name)
      WHEN one.relname = 'referral_updates' THEN
        format('EXISTS (SELECT 1 FROM referrals p WHERE p.referral_id = %s.referral_id)', one.name)
      WHEN one.relname = 'closing_lines' THEN
        format('EXISTS (SELECT 1 FROM closings p WHERE p.closing_id = %s.closing_id)', one.name)
      WHEN one.relname IN ('sample_strata', 'sample_claims', 'verdicts') THEN
        format('EXISTS (SELECT 1 FROM samples p WHERE p.sample_id = %s.sample_id)', one.name)
      WHEN one.relname = 'journal' THEN 'ledger_tells(action, record, content)'
    END;
    IF own IS NULL THEN
      RAISE EXCEPTION 'whose the rows of table % are is not known', one.name;
    END IF;
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', one.name);
    EXECUTE format('DROP POLICY IF EXISTS own_data_centre ON %s', one.name);
    EXECUTE format('DROP POLICY IF EXISTS auditors ON %s', one.name);
    EXECUTE format('CREATE POLICY auditors ON %s FOR SELECT TO tpi_auditor USING (true)', one.name);
    IF one.relname = 'journal' THEN
      EXECUTE format('DROP POLICY IF EXISTS adds ON %s', one.name);
      EXECUTE format('CREATE POLICY adds ON %s FOR INSERT TO tpi_billing WITH CHECK (true)',
                     one.name);
      EXECUTE format('CREATE POLICY own_data_centre ON %s FOR SELECT TO tpi_billing USING (%s)',
                     one.name, own);
    ELSE
      EXECUTE format('CREATE POLICY own_data_centre ON %s TO tpi_billing USING (%s)',
                     one.name, own);
    END IF;
  END LOOP;
END $$;

COMMIT;
