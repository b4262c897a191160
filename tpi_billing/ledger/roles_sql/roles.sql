-- The roles of a ledger of tpi-billing. To be run in its database by a superuser, or by the owner
-- of the tables with the right to make roles; again after every upgrade. It changes no row.
--
--   tpi_billing  billing staff: reads, adds, and changes what has a state. Nothing is deleted,
--                and of what happened nothing is changed: imports, the journal, books that closed.
--   tpi_auditor  reads everything, changes nothing.
--
-- The owner of the tables makes and upgrades them, and is nobody's daily login.

BEGIN;

DO $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'tpi_billing') THEN
    CREATE ROLE tpi_billing NOLOGIN;
  END IF;
  IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'tpi_auditor') THEN
    CREATE ROLE tpi_auditor NOLOGIN;
  END IF;
  EXECUTE format('REVOKE CREATE ON SCHEMA %I FROM PUBLIC', current_schema());
  EXECUTE format('GRANT USAGE ON SCHEMA %I TO tpi_billing, tpi_auditor', current_schema());
  EXECUTE format('REVOKE ALL ON ALL TABLES IN SCHEMA %I FROM PUBLIC, tpi_billing, tpi_auditor',
                 current_schema());
  EXECUTE format('GRANT SELECT ON ALL TABLES IN SCHEMA %I TO tpi_billing, tpi_auditor',
                 current_schema());
  EXECUTE format('GRANT INSERT ON ALL TABLES IN SCHEMA %I TO tpi_billing', current_schema());
  -- Patterns are looked for in a temporary table.
  EXECUTE format('GRANT TEMPORARY ON DATABASE %I TO tpi_billing, tpi_auditor',
                 current_database());
END $$;

REVOKE INSERT ON alembic_version, journal_head FROM tpi_billing;
GRANT UPDATE ON
  amendments, batch_files, batches, claims, counters, decisions, journal_head, referrals,
  rejected_rows, remittance_files, remittance_lines, sessions, submissions, verdicts
TO tpi_billing;

REVOKE ALL ON FUNCTION ledger_highest_key(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ledger_highest_key(text) TO tpi_billing;

COMMIT;
