"""The tables. Dates are ISO text (`2026-10-31`), times `HH:MM`, money integer cents.

Uniqueness is the database's own: a session by data centre, source and session id; one live claim
per patient, practitioner, day, fee item and ordinal; an office folio number per data centre.
"""

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    event,
    text,
)

metadata = MetaData()

# As on SQLite, whole numbers have 64 bits: PostgreSQL's INTEGER holds 21 million dollars.
Whole = BigInteger().with_variant(Integer(), "sqlite")


@event.listens_for(metadata, "before_create")
def _same_conditions(_metadata: MetaData, connection: Connection, **_options: object) -> None:
    """Give the indexes on PostgreSQL the conditions that they have on SQLite.

    Said when tables are made, since naming the dialect at an index loads it at every start.
    """
    if connection.dialect.name == "postgresql":
        for index in (index for table in metadata.tables.values() for index in table.indexes):
            index.dialect_options["postgresql"]["where"] = index.dialect_options["sqlite"]["where"]


imports = Table(
    "imports",
    metadata,
    Column("import_id", Whole, primary_key=True, autoincrement=True),
    Column("data_centre", String(5), nullable=False),
    Column("source", Text, nullable=False),
    Column("file_name", Text, nullable=False),
    Column("file_sha256", String(64), nullable=False),
    Column("sheet", Text, nullable=False),
    Column("imported_at", String(20), nullable=False),
    Column("imported_by", Text, nullable=False),
)

# `content` is the row's canonical text values as JSON, from which the session is read anew
# whenever it is checked; the other columns are there to find it. `batch_id` is set while a live
# claim of the session exists. `conflict` says why the session cannot be trusted as imported.
# `pending` is what the source said after the session was billed: columns and values as JSON.
sessions = Table(
    "sessions",
    metadata,
    Column("session_key", Whole, primary_key=True, autoincrement=True),
    Column("data_centre", String(5), nullable=False),
    Column("source", Text, nullable=False),
    Column("session_id", Text, nullable=False),
    Column("patient_key", Text, nullable=False),
    Column("practitioner_number", Text, nullable=False),
    Column("service_date", String(10), nullable=False),
    Column("start_time", String(5), nullable=False),
    Column("status", Text, nullable=False),
    Column("content", Text, nullable=False),
    Column("content_sha256", String(64), nullable=False),
    Column("conflict", Text, nullable=False),
    Column("import_id", Whole, ForeignKey("imports.import_id"), nullable=False),
    Column("row_number", Whole, nullable=False),
    Column("batch_id", Whole, ForeignKey("batches.batch_id")),
    Column("pending", Text, nullable=False, server_default=""),
    UniqueConstraint("data_centre", "source", "session_id", name="one_session"),
    Index("sessions_by_patient", "data_centre", "patient_key", "service_date"),
    Index("sessions_by_date", "data_centre", "service_date"),
    Index("sessions_by_practitioner", "data_centre", "practitioner_number", "service_date"),
    Index(
        "sessions_pending",
        "data_centre",
        sqlite_where=text("pending != ''"),
    ),
)

# Which row of which import said what, also when it changed nothing: `outcome` is one of new,
# updated, unchanged, skipped. A session that stands here twice for one import is a duplicate.
# `content_sha256` tells the versions of a session apart; rows of older ledgers have none.
import_rows = Table(
    "import_rows",
    metadata,
    Column("import_id", Whole, ForeignKey("imports.import_id"), primary_key=True),
    Column("row_number", Whole, primary_key=True),
    Column("session_key", Whole, ForeignKey("sessions.session_key"), nullable=False),
    Column("outcome", Text, nullable=False),
    Column("content_sha256", String(64), nullable=False, server_default=""),
    Index("import_rows_by_session", "session_key", "import_id"),
)

# Rows without a usable session id or date, which no session stands for. `problems` is JSON with
# masked values; `session_id` and `service_date` are blank where they cannot be read.
rejected_rows = Table(
    "rejected_rows",
    metadata,
    Column("import_id", Whole, ForeignKey("imports.import_id"), primary_key=True),
    Column("row_number", Whole, primary_key=True),
    Column("session_id", Text, nullable=False),
    Column("service_date", String(10), nullable=False),
    Column("content_sha256", String(64), nullable=False),
    Column("problems", Text, nullable=False),
    Column("resolved", Whole, nullable=False),
)

# The registry: who sent a patient. A referral is never deleted, only closed.
referrals = Table(
    "referrals",
    metadata,
    Column("referral_id", Whole, primary_key=True, autoincrement=True),
    Column("data_centre", String(5), nullable=False),
    Column("patient_key", Text, nullable=False),
    Column("number", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("profession", Text, nullable=False),
    Column("received", String(10), nullable=False),
    Column("reason", Text, nullable=False),
    Column("letter", Text, nullable=False),
    Column("implicit", Whole, nullable=False),
    Column("implicit_excluded", Whole, nullable=False),
    Column("notice_sent", String(10)),
    Column("closed_on", String(10)),
    UniqueConstraint("data_centre", "patient_key", "number", "received", name="one_referral"),
    Index("referrals_by_patient", "data_centre", "patient_key"),
)

# Written reports to the referrer, which keep a referral alive (Preamble D.2.6).
referral_updates = Table(
    "referral_updates",
    metadata,
    Column("referral_id", Whole, ForeignKey("referrals.referral_id"), primary_key=True),
    Column("sent_on", String(10), primary_key=True),
    Column("note", Text, nullable=False),
)

# What a person decided about a session: `second-service` for one fee item (submission code D),
# or `over-age` with MSP's approval (code A). A decision taken back is no longer `active`.
decisions = Table(
    "decisions",
    metadata,
    Column("decision_id", Whole, primary_key=True, autoincrement=True),
    Column("data_centre", String(5), nullable=False),
    Column("session_key", Whole, ForeignKey("sessions.session_key"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("fee_item", Text, nullable=False),
    Column("reference", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("decided_at", String(20), nullable=False),
    Column("decided_by", Text, nullable=False),
    Column("active", Whole, nullable=False),
    Index("decisions_by_session", "session_key"),
)

# `facts` is a JSON object of what the batch's files print and no other table keeps as it was.
batches = Table(
    "batches",
    metadata,
    Column("batch_id", Whole, primary_key=True, autoincrement=True),
    Column("data_centre", String(5), nullable=False),
    Column("month", String(7), nullable=False),
    Column("practitioner_filter", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("as_of", String(10), nullable=False),
    Column("created_at", String(20), nullable=False),
    Column("created_by", Text, nullable=False),
    Column("claims", Whole, nullable=False),
    Column("sessions", Whole, nullable=False),
    Column("held", Whole, nullable=False),
    Column("amount_cents", Whole, nullable=False),
    Column("facts", Text, nullable=False),
    Column("void_reason", Text, nullable=False),
    Column("journal_entry", Whole, nullable=False),
)

claims = Table(
    "claims",
    metadata,
    Column("claim_id", Whole, primary_key=True, autoincrement=True),
    Column("batch_id", Whole, ForeignKey("batches.batch_id"), nullable=False),
    Column("session_key", Whole, ForeignKey("sessions.session_key"), nullable=False),
    Column("data_centre", String(5), nullable=False),
    Column("state", Text, nullable=False),
    Column("live", Whole, nullable=False),
    Column("ordinal", Whole, nullable=False),
    Column("office_folio", Whole, nullable=False),
    Column("sequence_cycle", Whole, nullable=False, server_default="1"),
    Column("sequence_number", Whole),
    Column("approval_reference", Text, nullable=False, server_default=""),
    Column("original_file_number", Text, nullable=False, server_default=""),
    Column("paid_cents", Whole),
    Column("adjusted_cents", Whole, nullable=False, server_default="0"),
    Column("predecessor", Whole),
    Column("expected_cents", Whole),
    Column("sent_on", String(10)),
    Column("billed_month", String(7), nullable=False, server_default=""),
    Column("session_id", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("patient_key", Text, nullable=False),
    Column("practitioner_number", String(5), nullable=False),
    Column("payee_number", String(5), nullable=False),
    Column("phn", Text, nullable=False),
    Column("dependent", String(2), nullable=False),
    Column("first_name", Text, nullable=False),
    Column("second_name", Text, nullable=False),
    Column("surname", Text, nullable=False),
    Column("birth_date", String(10)),
    Column("sex", Text, nullable=False),
    Column("insurer", Text, nullable=False),
    Column("registration_number", Text, nullable=False),
    Column("address_1", Text, nullable=False),
    Column("address_2", Text, nullable=False),
    Column("city", Text, nullable=False),
    Column("postal_code", Text, nullable=False),
    Column("fee_item", String(5), nullable=False),
    Column("units", Whole, nullable=False),
    Column("unit_price_cents", Whole, nullable=False),
    Column("percent", Whole, nullable=False),
    Column("amount_cents", Whole, nullable=False),
    Column("edition", String(10), nullable=False),
    Column("price_status", Text, nullable=False),
    Column("explanation", Text, nullable=False),
    Column("service_date", String(10), nullable=False),
    Column("start_time", String(5)),
    Column("end_time", String(5)),
    Column("submission_code", String(1), nullable=False),
    Column("clarification_code", String(2), nullable=False),
    Column("location_code", String(1), nullable=False),
    Column("facility_number", String(5), nullable=False),
    Column("diagnoses", Text, nullable=False),
    Column("referral_code", String(1), nullable=False),
    Column("referral_number", String(5), nullable=False),
    Column("referral_name", Text, nullable=False),
    Column("referral_profession", Text, nullable=False),
    Column("referral_date", String(10)),
    Column("mva", Whole, nullable=False),
    Column("icbc_claim_number", Text, nullable=False),
    Column("note", Text, nullable=False),
    UniqueConstraint("data_centre", "office_folio", name="one_office_folio"),
    Index(
        "one_live_claim",
        "data_centre",
        "patient_key",
        "practitioner_number",
        "service_date",
        "fee_item",
        "ordinal",
        unique=True,
        sqlite_where=text("live = 1"),
    ),
    Index("one_sequence_number", "data_centre", "sequence_cycle", "sequence_number", unique=True),
    Index("claims_by_batch", "batch_id"),
    Index("claims_by_session", "session_key"),
    Index("claims_by_predecessor", "predecessor"),
    Index("claims_by_billed_month", "data_centre", "billed_month"),
)

# Sessions that a batch left behind, and the findings as they were on that day, billed or held.
batch_sessions = Table(
    "batch_sessions",
    metadata,
    Column("batch_id", Whole, ForeignKey("batches.batch_id"), primary_key=True),
    Column("position", Whole, primary_key=True),
    Column("session_key", Whole, nullable=False),
    Column("held", Whole, nullable=False),
    Column("facts", Text, nullable=False),
    Column("findings", Text, nullable=False),
)

batch_files = Table(
    "batch_files",
    metadata,
    Column("batch_id", Whole, ForeignKey("batches.batch_id"), primary_key=True),
    Column("path", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("published_at", String(20), nullable=False),
    Column("published_by", Text, nullable=False),
)

# The Teleplan files of a batch as they were rendered when it was made, and their numbers. The
# content is kept: it is what is submitted, and the proof of what was.
submission_files = Table(
    "submission_files",
    metadata,
    Column("batch_id", Whole, ForeignKey("batches.batch_id"), primary_key=True),
    Column("part", Whole, primary_key=True),
    Column("first_number", Whole, nullable=False),
    Column("last_number", Whole, nullable=False),
    Column("records", Whole, nullable=False),
    Column("claims", Whole, nullable=False),
    Column("amount_cents", Whole, nullable=False),
    Column("content", Text, nullable=False),
    Column("sha256", String(64), nullable=False),
)

# Each attempt to send a file, written down before the first byte goes out. `finished_at` is null
# while nobody knows what became of it; `reply` is MSP's, word for word.
submissions = Table(
    "submissions",
    metadata,
    Column("submission_id", Whole, primary_key=True, autoincrement=True),
    Column("batch_id", Whole, ForeignKey("batches.batch_id"), nullable=False),
    Column("part", Whole, nullable=False),
    Column("site", Text, nullable=False),
    Column("started_at", String(20), nullable=False),
    Column("started_by", Text, nullable=False),
    Column("finished_at", String(20)),
    Column("outcome", Text, nullable=False),
    Column("reply", Text, nullable=False),
    Index("submissions_by_batch", "batch_id", "part"),
)

# What was fetched from MSP, word for word; the same content is kept once.
pickups = Table(
    "pickups",
    metadata,
    Column("pickup_id", Whole, primary_key=True, autoincrement=True),
    Column("data_centre", String(5), nullable=False),
    Column("fetched_at", String(20), nullable=False),
    Column("fetched_by", Text, nullable=False),
    Column("site", Text, nullable=False),
    Column("content", Text, nullable=False),
    Column("sha256", String(64), nullable=False),
    UniqueConstraint("data_centre", "sha256", name="one_pickup"),
)

# MSP's files as they were taken in: `fragment` is a last line that was cut off, which counts for
# nothing until it comes whole. `remarks` is JSON: what is odd about it, and its control totals.
remittance_files = Table(
    "remittance_files",
    metadata,
    Column("file_id", Whole, primary_key=True, autoincrement=True),
    Column("data_centre", String(5), nullable=False),
    Column("name", Text, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("pickup_id", Whole),
    Column("imported_at", String(20), nullable=False),
    Column("imported_by", Text, nullable=False),
    Column("lines", Whole, nullable=False),
    Column("fragment", Text, nullable=False),
    Column("remarks", Text, nullable=False),
    UniqueConstraint("data_centre", "sha256", name="one_remittance_file"),
)

# Every line that MSP has sent, once: by its content, and its place among equal lines of a file.
# The money of a line is `paid_cents`: of a claim line what it pays, of S23 and S24 the adjustment.
# `standing` is applied, not-applied (an impossible move), unmatched, or kept (no line of a claim).
# The line counts in the books of `month`; `claim_month` is that in which a claim took its money.
remittance_lines = Table(
    "remittance_lines",
    metadata,
    Column("line_id", Whole, primary_key=True, autoincrement=True),
    Column("data_centre", String(5), nullable=False),
    Column("content_sha256", String(64), nullable=False),
    Column("ordinal", Whole, nullable=False),
    Column("file_id", Whole, ForeignKey("remittance_files.file_id"), nullable=False),
    Column("line_number", Whole, nullable=False),
    Column("record", String(3), nullable=False),
    Column("content", Text, nullable=False),
    Column("payment_date", String(10)),
    Column("payee_number", Text, nullable=False),
    Column("practitioner_number", Text, nullable=False),
    Column("sequence_number", Whole),
    Column("office_folio", Whole),
    Column("file_number", Text, nullable=False),
    Column("explanatory_codes", Text, nullable=False),
    Column("billed_cents", Whole),
    Column("paid_cents", Whole),
    Column("stated_adjustments_cents", Whole, nullable=False),
    Column("adjusted_cents", Whole, nullable=False),
    Column("paid_fee_item", Text, nullable=False),
    Column("paid_units", Whole),
    Column("standing", Text, nullable=False),
    Column("problem", Text, nullable=False),
    Column("claim_id", Whole, ForeignKey("claims.claim_id")),
    Column("month", String(7), nullable=False),
    Column("claim_month", String(7), nullable=False),
    UniqueConstraint("data_centre", "content_sha256", "ordinal", name="one_remittance_line"),
    Index("remittance_lines_by_claim", "claim_id"),
    Index("remittance_lines_by_file", "file_id"),
    Index("remittance_lines_by_payment", "data_centre", "payment_date", "payee_number"),
    Index("remittance_lines_by_month", "data_centre", "month"),
    Index(
        "remittance_lines_open",
        "data_centre",
        "standing",
        sqlite_where=text("standing IN ('unmatched', 'not-applied')"),
    ),
    Index(
        "remittance_lines_by_file_number",
        "data_centre",
        "file_number",
        sqlite_where=text("file_number != ''"),
    ),
)

# What a person asked of a claim that MSP has answered: `kind` is correct, resubmit, debit or
# write-off. `changed` is JSON, the session's columns with their new values. One that was taken
# back, because its successor was voided, is no longer `active`.
amendments = Table(
    "amendments",
    metadata,
    Column("amendment_id", Whole, primary_key=True, autoincrement=True),
    Column("data_centre", String(5), nullable=False),
    Column("claim_id", Whole, ForeignKey("claims.claim_id"), nullable=False),
    Column("successor_id", Whole),
    Column("kind", Text, nullable=False),
    Column("from_state", Text, nullable=False),
    Column("submission_code", String(1), nullable=False),
    Column("changed", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("made_at", String(20), nullable=False),
    Column("made_by", Text, nullable=False),
    Column("active", Whole, nullable=False),
    Index("amendments_by_claim", "claim_id"),
    Index("amendments_by_successor", "successor_id"),
)

# Movements of the books that no claim's bill and no line of MSP makes, in signed cents of what is
# owed to the clinic: `kind` is replaced or reinstated (a successor takes over what is owed, or
# gives it back), moved (MSP's answer to another claim of the same service changes what is owed),
# written-off, or difference (of a remittance, accepted with a reason).
postings = Table(
    "postings",
    metadata,
    Column("posting_id", Whole, primary_key=True, autoincrement=True),
    Column("data_centre", String(5), nullable=False),
    Column("month", String(7), nullable=False),
    Column("kind", Text, nullable=False),
    Column("payee_number", Text, nullable=False),
    Column("practitioner_number", Text, nullable=False),
    Column("claim_id", Whole, ForeignKey("claims.claim_id")),
    Column("remittance", Text, nullable=False),
    Column("cents", Whole, nullable=False),
    Column("reason", Text, nullable=False),
    Column("posted_at", String(20), nullable=False),
    Column("posted_by", Text, nullable=False),
    Index("postings_by_month", "data_centre", "month"),
    Index("postings_by_claim", "claim_id"),
)

# A month's closing and its reopening; the last row of a month is where it stands.
closings = Table(
    "closings",
    metadata,
    Column("closing_id", Whole, primary_key=True, autoincrement=True),
    Column("data_centre", String(5), nullable=False),
    Column("month", String(7), nullable=False),
    Column("state", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("decided_at", String(20), nullable=False),
    Column("decided_by", Text, nullable=False),
    Index("closings_by_month", "data_centre", "month"),
)

# What a closed month came to, in cents, by payee and practitioner.
closing_lines = Table(
    "closing_lines",
    metadata,
    Column("closing_id", Whole, ForeignKey("closings.closing_id"), primary_key=True),
    Column("payee_number", Text, primary_key=True),
    Column("practitioner_number", Text, primary_key=True),
    Column("opening_cents", Whole, nullable=False),
    Column("billed_cents", Whole, nullable=False),
    Column("adjusted_cents", Whole, nullable=False),
    Column("paid_cents", Whole, nullable=False),
    Column("written_off_cents", Whole, nullable=False),
    Column("closing_cents", Whole, nullable=False),
)

# Claims drawn for somebody to look at the charts. `seed` is a whole number of any length,
# `stratified_by` blank for a simple sample; population and its money are as on the day it was
# drawn. `content_sha256` tells whether drawing again would give the same.
samples = Table(
    "samples",
    metadata,
    Column("sample_id", Whole, primary_key=True, autoincrement=True),
    Column("data_centre", String(5), nullable=False),
    Column("first_day", String(10), nullable=False),
    Column("last_day", String(10), nullable=False),
    Column("practitioner_number", Text, nullable=False),
    Column("stratified_by", Text, nullable=False),
    Column("seed", Text, nullable=False),
    Column("size", Whole, nullable=False),
    Column("population", Whole, nullable=False),
    Column("population_cents", Whole, nullable=False),
    Column("content_sha256", String(64), nullable=False),
    Column("drawn_on", String(10), nullable=False),
    Column("drawn_at", String(20), nullable=False),
    Column("drawn_by", Text, nullable=False),
)

# A simple sample has one stratum, without a name.
sample_strata = Table(
    "sample_strata",
    metadata,
    Column("sample_id", Whole, ForeignKey("samples.sample_id"), primary_key=True),
    Column("stratum", Whole, primary_key=True),
    Column("name", Text, nullable=False),
    Column("population", Whole, nullable=False),
    Column("population_cents", Whole, nullable=False),
    Column("size", Whole, nullable=False),
)

# `position` is the place in the draw. `paid_cents` is what MSP had paid for the service by then,
# null while it had not answered.
sample_claims = Table(
    "sample_claims",
    metadata,
    Column("sample_id", Whole, ForeignKey("samples.sample_id"), primary_key=True),
    Column("claim_id", Whole, ForeignKey("claims.claim_id"), primary_key=True),
    Column("position", Whole, nullable=False),
    Column("stratum", Whole, nullable=False),
    Column("billed_cents", Whole, nullable=False),
    Column("paid_cents", Whole),
    Index("sample_claims_by_claim", "claim_id"),
)

# What the reviewer found. `answers` is JSON, the elements of the checklist with yes, no or not
# applicable; `right_cents` is what the record supports.
verdicts = Table(
    "verdicts",
    metadata,
    Column("sample_id", Whole, ForeignKey("samples.sample_id"), primary_key=True),
    Column("claim_id", Whole, ForeignKey("claims.claim_id"), primary_key=True),
    Column("verdict", Text, nullable=False),
    Column("right_cents", Whole, nullable=False),
    Column("answers", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("reviewed_by", Text, nullable=False),
    Column("reviewed_on", String(10), nullable=False),
    Column("recorded_at", String(20), nullable=False),
    Column("recorded_by", Text, nullable=False),
    Index("verdicts_by_claim", "claim_id"),
)

counters = Table(
    "counters",
    metadata,
    Column("data_centre", String(5), primary_key=True),
    Column("name", Text, primary_key=True),
    Column("next_value", Whole, nullable=False),
)

# Append-only: the database itself refuses to update or delete an entry.
journal = Table(
    "journal",
    metadata,
    Column("entry", Whole, primary_key=True, autoincrement=False),
    Column("at", String(20), nullable=False),
    Column("actor", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("record", Text, nullable=False),
    Column("content", Text, nullable=False),
    Column("previous_sha256", String(64), nullable=False),
    Column("sha256", String(64), nullable=False),
    Index("journal_by_record", "record"),
)

# The journal's length and last hash, so that cutting its end shows.
journal_head = Table(
    "journal_head",
    metadata,
    Column("only", Whole, primary_key=True, autoincrement=False),
    Column("entries", Whole, nullable=False),
    Column("sha256", String(64), nullable=False),
)
