-- Several clinics in one ledger: staff see and change the rows of their own data centre only. To be
-- run after roles.sql, again after every upgrade.
--
-- Whose somebody is, is said by a role named after the data centre in small letters:
--
--   CREATE ROLE tpi_dc_t9999 NOLOGIN;
--   CREATE ROLE mjones LOGIN IN ROLE tpi_billing, tpi_dc_t9999;
--
-- A membership, not a setting: a setting could be changed by whoever is logged in. Auditors and the
-- owner of the tables see every data centre. The journal is the whole ledger's and tells all of
-- every record, so staff add to it and cannot read it.

BEGIN;

CREATE OR REPLACE FUNCTION ledger_data_centres() RETURNS text[] LANGUAGE sql STABLE AS $$
  SELECT coalesce(array_agg(upper(substr(rolname::text, 8))), '{}') FROM pg_catalog.pg_roles
  WHERE rolname LIKE 'tpi\_dc\_%' AND pg_has_role(oid, 'MEMBER')
$$;

DO $$
DECLARE
  one record;
  own text;
BEGIN
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
      -- Of the journal, only whether the ledger was moved.
      WHEN one.relname = 'journal' THEN 'record = ''ledger:place'''
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
