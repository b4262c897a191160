-- The roles of a ledger of tpi-billing. To be run in its database by a superuser, or by the owner
-- of the tables with the right to make roles; again after every upgrade. It changes no row.
--
--   tpi_billing  billing staff: reads, adds, and changes what has a state. Nothing is deleted,
--                and of what happened nothing is changed: imports, the journal, books that closed.
--   tpi_auditor  reads everything, changes nothing.
--
-- The owner of the tables makes and upgrades them, and is nobody's daily login.

BEGIN;
SET LOCAL client_min_messages = warning;
-- Who runs this while somebody else does waits for him.
DO $$ BEGIN PERFORM pg_advisory_xact_lock(hashtext('tpi-billing ledger roles')); END $$;

DO $$
BEGIN
  -- Roles are the whole server's: the script in another database may be making them just now.
  IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'tpi_billing') THEN
    BEGIN
      CREATE ROLE tpi_billing NOLOGIN;
    EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
    END;
  END IF;
  IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'tpi_auditor') THEN
    BEGIN
      CREATE ROLE tpi_auditor NOLOGIN;
    EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
    END;
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
-- What has a state may change, and nothing else of the row: no amount that was billed, no line of
-- MSP's. PostgreSQL lets a table be locked only by who may change all of it: journal_head.
GRANT UPDATE ON journal_head TO tpi_billing;
GRANT UPDATE (active) ON amendments, decisions TO tpi_billing;
GRANT UPDATE (kind, sha256, published_at, published_by) ON batch_files TO tpi_billing;
GRANT UPDATE (state, void_reason) ON batches TO tpi_billing;
GRANT UPDATE (state, live, paid_cents, adjusted_cents, expected_cents, sent_on, billed_month)
  ON claims TO tpi_billing;
GRANT UPDATE (next_value) ON counters TO tpi_billing;
GRANT UPDATE (name, profession, reason, letter, implicit, implicit_excluded, notice_sent, closed_on)
  ON referrals TO tpi_billing;
GRANT UPDATE (resolved) ON rejected_rows TO tpi_billing;
GRANT UPDATE (lines, fragment, remarks) ON remittance_files TO tpi_billing;
GRANT UPDATE (standing, problem, claim_id, claim_month, adjusted_cents)
  ON remittance_lines TO tpi_billing;
GRANT UPDATE (patient_key, practitioner_number, service_date, start_time, status, content,
  content_sha256, conflict, import_id, row_number, batch_id, pending) ON sessions TO tpi_billing;
GRANT UPDATE (finished_at, outcome, reply) ON submissions TO tpi_billing;
GRANT UPDATE (verdict, right_cents, answers, reason, reviewed_by, reviewed_on, recorded_at,
  recorded_by) ON verdicts TO tpi_billing;

REVOKE ALL ON FUNCTION ledger_highest_key(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ledger_highest_key(text) TO tpi_billing;
DO $$
BEGIN
  IF to_regprocedure('ledger_gather_statistics()') IS NOT NULL THEN
    REVOKE ALL ON FUNCTION ledger_gather_statistics() FROM PUBLIC;
    GRANT EXECUTE ON FUNCTION ledger_gather_statistics() TO tpi_billing;
  END IF;
END $$;

COMMIT;
