"""The patterns' questions as somebody would write them for DuckDB, right on the Parquet files.

Constants in the place of parameters, and DuckDB's own words where they are shorter or quicker:
FILTER, QUALIFY, GROUP BY ALL, COUNT(DISTINCT), SEMI JOIN.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from benchmarks.province import PERIOD, Province, told_of
from tpi_billing.audit.facts.duck import connect, list_of
from tpi_billing.audit.patterns.pattern import Pattern, shipped_patterns
from tpi_billing.audit.patterns.thresholds import Thresholds

_PAST = (date(2024, 8, 1), date(2025, 7, 31))
_IN_DAYS = "live = 1 AND service_day BETWEEN {first} AND {last}"
_POINTS = "item_kind IN ('trigger-point', 'block', 'dtaf')"
_SEEN = "item_kind IN ('visit', 'exam', 'counselling')"
_SEEN_OR_TREATED = (
    "item_kind IN ('visit', 'exam', 'counselling', 'trigger-point', 'block', 'dtaf', 'joint',"
    " 'injection')"
)

# Practitioner, period, numerator, denominator.
_FIGURES: Mapping[str, str] = {
    "blocks-with-trigger-points": f"""
        SELECT practitioner, period, count(*) FILTER (blocks), count(*) FROM (
            SELECT practitioner, {{period}} AS period, patient, service_day,
                   bool_or(item_kind = 'trigger-point') AS points,
                   bool_or(item_kind = 'block') AS blocks
            FROM facts WHERE {_IN_DAYS} AND item_kind IN ('trigger-point', 'block') GROUP BY ALL
        ) WHERE points GROUP BY ALL""",
    "cost-per-patient": f"""
        SELECT practitioner, {{period}}, sum(amount_cents), count(DISTINCT patient)
        FROM facts WHERE {_IN_DAYS} GROUP BY ALL""",
    "multiple-share": f"""
        SELECT practitioner, {{period}}, count(*) FILTER (fee_item = '01157'), count(*)
        FROM facts WHERE {_IN_DAYS} AND fee_item IN ('01156', '01157') GROUP BY ALL""",
    "mva-use": f"""
        SELECT practitioner, {{period}}, sum(mva), count(*)
        FROM facts WHERE {_IN_DAYS} GROUP BY ALL""",
    "services-per-day": f"""
        SELECT practitioner, {{period}}, sum(units), count(DISTINCT service_day)
        FROM facts WHERE {_IN_DAYS} GROUP BY ALL""",
    "services-per-patient": f"""
        SELECT practitioner, {{period}}, sum(units), count(DISTINCT patient)
        FROM facts WHERE {_IN_DAYS} GROUP BY ALL""",
    "sessions-per-patient": f"""
        SELECT practitioner, {{period}}, count(DISTINCT session_key),
               count(DISTINCT (patient, month[:4]))
        FROM facts WHERE {_IN_DAYS} AND {_POINTS} GROUP BY ALL""",
    "short-intervals": """
        SELECT practitioner, {period}, count(*) FILTER (early), count(*) FROM (
            SELECT practitioner, month, service_day,
                   service_day - lag(service_day) OVER (PARTITION BY patient ORDER BY service_day)
                   < {short_interval_days} AS early
            FROM (SELECT DISTINCT patient, practitioner, month, service_day FROM facts
                  WHERE live = 1 AND item_kind = 'trigger-point'
                    AND service_day BETWEEN {first} - {short_interval_days} AND {last})
        ) WHERE service_day >= {first} GROUP BY ALL""",
    "visits-with-procedures": f"""
        SELECT practitioner, period, count(*) FILTER (seen), count(*) FROM (
            SELECT practitioner, {{period}} AS period, patient, service_day,
                   bool_or({_SEEN}) AS seen, bool_or(NOT {_SEEN}) AS treated
            FROM facts WHERE {_IN_DAYS} AND {_SEEN_OR_TREATED} GROUP BY ALL
        ) WHERE treated GROUP BY ALL""",
}

# Practitioner and claim, of those who are named.
_CLAIMS: Mapping[str, str] = {
    "blocks-with-trigger-points": f"""
        SELECT practitioner, claim_id FROM facts
        WHERE {_IN_DAYS} AND item_kind IN ('trigger-point', 'block') AND {{theirs}}
        WINDOW same_day AS (PARTITION BY practitioner, patient, service_day)
        QUALIFY bool_or(item_kind = 'trigger-point') OVER same_day
            AND bool_or(item_kind = 'block') OVER same_day""",
    "multiple-share": f"""
        SELECT practitioner, claim_id FROM facts
        WHERE {_IN_DAYS} AND fee_item = '01157' AND {{theirs}}""",
    "mva-use": f"""
        SELECT practitioner, claim_id FROM facts WHERE {_IN_DAYS} AND mva = 1 AND {{theirs}}""",
    "sessions-per-patient": f"""
        SELECT practitioner, claim_id FROM facts WHERE {_IN_DAYS} AND {_POINTS} AND {{theirs}}""",
    "short-intervals": """
        SELECT practitioner, claim_id FROM (
            SELECT practitioner, claim_id, service_day,
                   service_day - max(service_day) OVER (
                       PARTITION BY patient ORDER BY service_day
                       RANGE BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
                   ) < {short_interval_days} AS early
            FROM facts WHERE live = 1 AND item_kind = 'trigger-point'
              AND service_day BETWEEN {first} - {short_interval_days} AND {last}
        ) WHERE early AND service_day >= {first} AND {theirs}""",
    "visits-with-procedures": f"""
        SELECT practitioner, claim_id FROM facts
        WHERE {_IN_DAYS} AND {_SEEN_OR_TREATED} AND {{theirs}}
        QUALIFY {_SEEN} AND bool_or(NOT {_SEEN}) OVER (
            PARTITION BY practitioner, patient, service_day)""",
}
_ALL_CLAIMS = f"SELECT practitioner, claim_id FROM facts WHERE {_IN_DAYS} AND {{theirs}}"

# Practitioner, month, case, claim, detail.
_CASES: Mapping[str, str] = {
    "changed-after-billing": """
        SELECT practitioner, month, claim_id, claim_id, amount_cents FROM facts
        WHERE changed_after_billing = 1 AND service_day BETWEEN {first} AND {last}""",
    "many-visits": f"""
        SELECT practitioner, month, service_day, claim_id,
               sum(units) OVER (PARTITION BY practitioner, service_day) AS many
        FROM facts WHERE {_IN_DAYS} AND counts_daily = 1 AND mva = 0
        QUALIFY many > {{visits_a_day}}""",
    "no-referral": f"""
        SELECT practitioner, month, claim_id, claim_id, amount_cents FROM facts
        WHERE {_IN_DAYS} AND referral_given = 0 AND item_kind IN
            ('consultation', 'limited-consultation', 'trigger-point', 'block', 'dtaf')""",
    "note-copies": f"""
        SELECT practitioner, month, note_key, claim_id, many FROM facts
        JOIN (SELECT practitioner, note_key, count(DISTINCT session_key) AS many FROM facts
              WHERE {_IN_DAYS} AND note_key > 0 AND note_length >= {{note_length}}
              GROUP BY ALL HAVING many >= {{note_copies}}) USING (practitioner, note_key)
        WHERE {_IN_DAYS} AND note_length >= {{note_length}}""",
    "overlapping-times": f"""
        WITH visits AS (
            SELECT practitioner, service_day, session_key,
                   min(start_minute) AS began, max(end_minute) AS ended
            FROM facts WHERE {_IN_DAYS} AND start_minute IS NOT NULL AND end_minute IS NOT NULL
            GROUP BY ALL
        ), impossible AS (
            SELECT practitioner, service_day, session_key, ended - began AS minutes FROM visits
            WINDOW others AS (
                PARTITION BY practitioner, service_day, ended - began > {{overlap_minutes}}
                ORDER BY began)
            QUALIFY ended <= began OR ended - began > {{overlap_minutes}} AND (
                max(ended) OVER (others ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) - began
                    > {{overlap_minutes}}
                OR ended - lead(began) OVER others > {{overlap_minutes}})
        )
        SELECT practitioner, month, service_day, claim_id, minutes
        FROM facts JOIN impossible USING (practitioner, service_day, session_key) WHERE live = 1""",
    "repeat-consultations": """
        SELECT practitioner, month, claim_id, claim_id,
               service_day - lag(service_day) OVER (
                   PARTITION BY patient, practitioner, diagnosis ORDER BY service_day, claim_id
               ) AS since
        FROM facts WHERE live = 1 AND item_kind IN ('consultation', 'limited-consultation')
          AND service_day BETWEEN {first} - {consultation_gap_days} AND {last}
        QUALIFY since < {consultation_gap_days} AND service_day >= {first}
            AND item_kind = 'consultation'""",
    "same-day-duplicates": f"""
        SELECT practitioner, month, first_claim, claim_id, many FROM facts
        JOIN (SELECT patient, service_day, fee_item, min(claim_id) AS first_claim, count(*) AS many
              FROM facts WHERE {_IN_DAYS} GROUP BY ALL HAVING many > 1)
            USING (patient, service_day, fee_item)
        WHERE live = 1""",
    "unsigned-record": f"""
        SELECT practitioner, month, claim_id, claim_id, amount_cents
        FROM facts WHERE {_IN_DAYS} AND chart_signed = 0""",
}
_CLAIMS_BY_MONTH = f"SELECT practitioner, month, count(*) FROM facts WHERE {_IN_DAYS} GROUP BY ALL"


class DifferentError(Exception):
    """The answers by hand are not those of the patterns."""


@dataclass(frozen=True, slots=True)
class ByHand:
    """The patterns by hand over a province; `ask` does one, or all, and returns how many rows."""

    province: Province
    connection: Any

    @classmethod
    def over(cls, province: Province, scratch: Path) -> "ByHand":
        """Open DuckDB with the same bounds as the tool's."""
        connection = connect(scratch)
        files = sorted(province.facts.glob("month=*/*.parquet"))
        connection.execute(
            "CREATE VIEW facts AS SELECT * FROM"
            f" read_parquet({list_of(files)}, hive_partitioning = false)"
        )
        return cls(province, connection)

    def ask(self, only: str | None = None) -> int:
        """Ask everything of one pattern or of all; raise DifferentError for another answer."""
        rows = 0
        for pattern in shipped_patterns():
            if only is not None and pattern.id != only:
                continue
            told = [told_of(self.connection.execute(sql).fetchall()) for sql in self._of(pattern)]
            if told != [tuple(each) for each in self.province.answers[pattern.id]]:
                raise DifferentError(pattern.id)
            if pattern.kind == "cases":
                for sql in _between(_CLAIMS_BY_MONTH):
                    self.connection.execute(sql).fetchall()
            rows += sum(many for many, _ in told)
        return rows

    def _of(self, pattern: Pattern) -> Iterator[str]:
        """Yield the questions in the order in which the tool asks them."""
        given: dict[str, Any] = dict(Thresholds.load().parameters(pattern))
        if pattern.kind == "cases":
            yield from _between(_CASES[pattern.id], **given)
            return
        now, past = _between(_FIGURES[pattern.id], period="month", **given)
        yield next(_between(_FIGURES[pattern.id], period="'all'", **given))
        yield from (now, past)
        if named := self.province.named[pattern.id]:
            theirs = f"practitioner IN ({', '.join(repr(number) for number in named)})"
            claims = _CLAIMS.get(pattern.id, _ALL_CLAIMS)
            yield next(_between(claims, theirs=theirs, **given))


def _between(sql: str, **given: Any) -> Iterator[str]:
    """Yield a question over the period, and over the year before it."""
    for first, last in ((PERIOD.first, PERIOD.last), _PAST):
        days = {"first": _number(first), "last": _number(last)}
        yield sql.format(**days, **given) + " ORDER BY ALL"


def _number(day: date) -> int:
    return (day - date(1970, 1, 1)).days
