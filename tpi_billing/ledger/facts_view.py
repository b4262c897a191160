"""The text of `claim_facts` over a ledger's tables, for SQLite and for PostgreSQL.

The two differ in how a day is counted and how JSON is read; a test holds their rows equal.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from tpi_billing.model.claim import ClaimState

YES = ("yes", "y", "true", "1")
"""The words of an export for a signed chart, in small letters."""


@dataclass(frozen=True, slots=True)
class ItemWords:
    """What a fee item is to the patterns: its kind, and whether it counts to the daily volume."""

    kind: str
    counts_daily: bool


@dataclass(frozen=True, slots=True)
class _Dialect:
    """How an engine says what the others say otherwise; `{}` is a column or a key."""

    day: str
    key: str
    first: str


_SQLITE = _Dialect(
    day="CAST(julianday({}) - 2440587.5 AS INTEGER)",
    key="COALESCE(json_extract(s.content, '$.{}'), '')",
    first="COALESCE(json_extract({}, '$[0]'), '')",
)
_POSTGRESQL = _Dialect(
    day="(CAST({} AS date) - DATE '1970-01-01')",
    key="COALESCE(CAST(s.content AS json) ->> '{}', '')",
    first="COALESCE(CAST({} AS json) ->> 0, '')",
)

_QUERY = """
SELECT claim_id, data_centre, session_key,
       MIN(claim_id) OVER (PARTITION BY patient_key) AS patient,
       practitioner, payee, fee_item, item_kind, counts_daily, units, percent, amount_cents,
       paid_cents, state, live, submission_code, service_day, month, start_minute, end_minute,
       sent_day, answered_day, batch_id, predecessor, referral_given, referral_number, diagnosis,
       mva, visit, chart_signed, sites, block_given,
       CASE WHEN note = '' THEN 0 ELSE MIN(claim_id) OVER (PARTITION BY note) END AS note_key,
       LENGTH(note) AS note_length, changed_after_billing
FROM (
    SELECT c.claim_id, c.data_centre, c.session_key, c.patient_key,
           c.practitioner_number AS practitioner, c.payee_number AS payee, c.fee_item,
           {item_kind} AS item_kind, {counts_daily} AS counts_daily,
           c.units, c.percent, c.amount_cents, c.paid_cents, c.state, c.live, c.submission_code,
           {service_day} AS service_day, SUBSTR(c.service_date, 1, 7) AS month,
           {start_minute} AS start_minute, {end_minute} AS end_minute,
           {sent_day} AS sent_day,
           (SELECT MIN({answered_day}) FROM remittance_lines l
            JOIN remittance_files r ON r.file_id = l.file_id
            WHERE l.claim_id = c.claim_id AND l.standing = 'applied') AS answered_day,
           c.batch_id, c.predecessor,
           CASE WHEN c.referral_number IN ('', '00000') THEN 0 ELSE 1 END AS referral_given,
           c.referral_number, {diagnosis} AS diagnosis, c.mva, LOWER(TRIM({visit})) AS visit,
           CASE WHEN LOWER(TRIM({signed})) IN ({yes}) THEN 1 ELSE 0 END AS chart_signed,
           {sites} AS sites, CASE WHEN {blocks} = '' THEN 0 ELSE 1 END AS block_given,
           TRIM({note}) AS note,
           CASE WHEN s.pending <> '' OR EXISTS (
               SELECT 1 FROM amendments a
               WHERE a.claim_id = c.claim_id AND a.active = 1 AND a.kind = 'correct'
           ) THEN 1 ELSE 0 END AS changed_after_billing
    FROM claims c JOIN sessions s ON s.session_key = c.session_key
    WHERE c.data_centre = {data_centre} AND c.state <> '{void}'
) AS told
"""
# A list of sites has one more part than semicolons; what stands around it is no part.
_SITES = (
    "CASE WHEN TRIM({0}, '; ') = '' THEN 0 ELSE 1 + LENGTH(TRIM({0}, '; '))"
    " - LENGTH(REPLACE(TRIM({0}, '; '), ';', '')) END"
)
_MINUTE = "CAST(SUBSTR({0}, 1, 2) AS INTEGER) * 60 + CAST(SUBSTR({0}, 4, 2) AS INTEGER)"
_ANSWERED = "COALESCE(l.payment_date, SUBSTR(r.imported_at, 1, 10))"


def facts_query(dialect: str, data_centre: str, items: Mapping[str, ItemWords]) -> str:
    """Return the SELECT whose rows are `claim_facts` of a data centre, void claims left out.

    `dialect` is `sqlite` or `postgresql`. An item that is not among `items` is of kind `other`.
    """
    engine = _SQLITE if dialect == "sqlite" else _POSTGRESQL
    kinds: dict[str, list[str]] = {}
    for item, words in items.items():
        kinds.setdefault(words.kind, []).append(item)
    daily = [item for item, words in items.items() if words.counts_daily]
    return _QUERY.format(
        item_kind=_case(list(kinds.items())),
        counts_daily=f"CASE WHEN c.fee_item IN ({_listed(daily)}) THEN 1 ELSE 0 END",
        service_day=engine.day.format("c.service_date"),
        start_minute=_MINUTE.format("NULLIF(c.start_time, '')"),
        end_minute=_MINUTE.format("NULLIF(c.end_time, '')"),
        sent_day=engine.day.format("c.sent_on"),
        answered_day=engine.day.format(_ANSWERED),
        diagnosis=engine.first.format("c.diagnoses"),
        visit=engine.key.format("visit"),
        signed=engine.key.format("chart_signed"),
        sites=_SITES.format(engine.key.format("trigger_point_sites")),
        blocks=engine.key.format("nerve_block_sites"),
        note=engine.key.format("note"),
        yes=_listed(YES),
        data_centre=_listed([data_centre]),
        void=ClaimState.VOID.value,
    )


def _case(kinds: list[tuple[str, list[str]]]) -> str:
    whens = " ".join(
        f"WHEN c.fee_item IN ({_listed(of)}) THEN {_listed([kind])}" for kind, of in kinds
    )
    return f"CASE {whens} ELSE 'other' END" if whens else "'other'"


def _listed(texts: list[str] | tuple[str, ...]) -> str:
    """Write texts as SQL; an empty list matches nothing."""
    return ", ".join("'" + text.replace("'", "''") + "'" for text in texts) or "NULL"
