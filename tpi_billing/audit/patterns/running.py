"""Put patterns to the facts of a ledger: sums first, then the claims behind whoever is named."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from typing import Any

from tpi_billing.audit.facts.source import FactSource
from tpi_billing.audit.patterns.finding import Case, Period, Result, Standing
from tpi_billing.audit.patterns.judging import Sums, judge
from tpi_billing.audit.patterns.pattern import (
    CASE_COLUMNS,
    CLAIM_COLUMNS,
    MEASURE_COLUMNS,
    Pattern,
)
from tpi_billing.audit.patterns.statements import Statement, line_of
from tpi_billing.audit.patterns.thresholds import FILE_NAME, Thresholds
from tpi_billing.errors import ConfigurationError
from tpi_billing.ledger.pattern_guard import PatternSqlError
from tpi_billing.ledger.pattern_time import Patience, PatternTooLongError

_DAY_ZERO = date(1970, 1, 1)
_Listed = dict[str, dict[str, Case]]


def run(
    facts: FactSource, patterns: Iterable[Pattern], thresholds: Thresholds, period: Period
) -> Iterator[Result]:
    """Yield what each pattern finds in the period.

    Raise ConfigurationError, with file and line, for a pattern that the database does not take.
    """
    asked_once = _AskedOnce(facts)
    for pattern in patterns:
        limits = thresholds.of(pattern)
        runner = _Runner(facts, asked_once, pattern, thresholds, period)
        sums = runner.sums()
        standings = judge(pattern, limits, thresholds, sums)
        yield Result(pattern, limits, tuple(runner.with_claims(standings)))


class _AskedOnce:
    """What every pattern asks of the facts, asked once: they do not change meanwhile."""

    def __init__(self, facts: FactSource) -> None:
        self.days = cache(facts.days)
        self.claims_by_month = cache(facts.claims_by_month)


class _Runner:
    """One pattern over one period and the months before it."""

    def __init__(
        self,
        facts: FactSource,
        asked_once: _AskedOnce,
        pattern: Pattern,
        thresholds: Thresholds,
        period: Period,
    ) -> None:
        self._facts = facts
        self._asked_once = asked_once
        self._pattern = pattern
        self._period = period
        self._before = _months_before(period.first, thresholds.past_months)
        first_day = (asked_once.days() or (_number(period.first), 0))[0]
        self._has_past = first_day < _number(period.first) and thresholds.past_months > 0
        self._given = thresholds.parameters(pattern)
        self._listed: _Listed = {}
        self._minutes = thresholds.minutes_a_pattern
        self._patience = Patience(float(self._minutes) * 60)

    def sums(self) -> dict[str, Sums]:
        """Return the sums of every practitioner."""
        found: dict[str, Sums] = defaultdict(Sums)
        if self._pattern.kind == "measure":
            self._measure(found)
        else:
            self._count_cases(found)
        return {number: own for number, own in found.items() if own.denominator}

    def with_claims(self, standings: Iterable[Standing]) -> Iterator[Standing]:
        """Add to those who are named the claims behind it."""
        standings = list(standings)
        named = {standing.practitioner for standing in standings if standing.reasons}
        claims = self._claims_of(named) if named else {}
        for standing in standings:
            if not standing.reasons:
                yield standing
                continue
            number = standing.practitioner
            cases = tuple(self._listed.get(number, {}).values())
            yield replace(standing, claims=tuple(sorted(set(claims[number]))), cases=cases)

    def _past(self) -> tuple[date, date]:
        return self._before, self._period.first - timedelta(days=1)

    def _measure(self, found: dict[str, Sums]) -> None:
        columns, statement = MEASURE_COLUMNS, self._pattern.statements[0]
        asked = (self._period.first, self._period.last)
        for number, _, numerator, denominator in self._rows(statement, columns, *asked):
            own = found[number]
            own.numerator, own.denominator = int(numerator), int(denominator)
        if not self._has_past:
            return
        for first, last in (asked, self._past()):
            for number, month, numerator, denominator in self._rows(
                statement, columns, first, last, by_month=True
            ):
                own = found[number]
                months = own.months if first == self._period.first else own.past
                months[month] = int(numerator), int(denominator)

    def _count_cases(self, found: dict[str, Sums]) -> None:
        asked = (self._period.first, self._period.last)
        self._listed, months = self._cases(*asked)
        for number, month, many in self._asked_once.claims_by_month(*map(_number, asked)):
            own = found[number]
            own.months[month] = months.get((number, month), 0), many
            own.denominator += many
        if self._has_past:
            _, months = self._cases(*self._past())
            for number, month, many in self._asked_once.claims_by_month(
                *map(_number, self._past())
            ):
                found[number].past[month] = months.get((number, month), 0), many
        for number, cases in self._listed.items():
            own = found[number]
            own.case_count = len(cases)
            own.numerator = len({claim for case in cases.values() for claim in case.claims})

    def _cases(self, first: date, last: date) -> tuple[_Listed, dict[tuple[str, str], int]]:
        """Return the cases by practitioner and key, and how many claims each month has."""
        listed: dict[str, dict[str, tuple[int, set[int]]]] = defaultdict(dict)
        months: dict[tuple[str, str], set[int]] = defaultdict(set)
        statement = self._pattern.statements[0]
        for number, month, key, claim, detail in self._rows(statement, CASE_COLUMNS, first, last):
            most, claims = listed[number].get(str(key), (int(detail), set()))
            claims.add(int(claim))
            listed[number][str(key)] = max(most, int(detail)), claims
            months[number, month].add(int(claim))
        made = {
            number: {
                key: Case(key, detail, tuple(sorted(claims)))
                for key, (detail, claims) in sorted(cases.items(), key=lambda case: min(case[1][1]))
            }
            for number, cases in listed.items()
        }
        return made, {where: len(claims) for where, claims in months.items()}

    def _claims_of(self, named: set[str]) -> Mapping[str, Sequence[int]]:
        found: dict[str, list[int]] = {number: [] for number in named}
        if self._pattern.kind == "cases":
            for number in named:
                cases = self._listed.get(number, {}).values()
                found[number] = [claim for case in cases for claim in case.claims]
            return found
        statement = self._pattern.statements[1]
        asked = (self._period.first, self._period.last)
        for number, claim in self._rows(statement, CLAIM_COLUMNS, *asked, named=named):
            found[number].append(int(claim))
        return found

    def _rows(
        self,
        statement: Statement,
        columns: Sequence[str],
        first: date,
        last: date,
        *,
        by_month: bool = False,
        named: Collection[str] = (),
    ) -> Iterator[tuple[Any, ...]]:
        parameters = {
            "first_day": _number(first),
            "last_day": _number(last),
            "by_month": int(by_month),
            **self._given,
        }
        try:
            for row in self._facts.rows(statement.text, columns, parameters, named, self._patience):
                self._patience.check()
                self._check(statement, columns, row)
                yield row
        except PatternSqlError as error:
            raise ConfigurationError(
                error.message,
                hint="A pattern reads the columns of claim_facts and its parameters: "
                "docs/patterns.md names them.",
                file=self._pattern.file,
                row=line_of(statement, error.word),
            ) from None
        except PatternTooLongError:
            unit = "minute" if self._minutes == "1" else "minutes"
            raise ConfigurationError(
                f"The pattern {self._pattern.id} did not end within {self._minutes} {unit}, and "
                "was stopped.",
                hint="Does its SQL ever end? A recursive WITH needs a condition. If it only takes "
                "long, ask for fewer days, or give it more time: minutes_a_pattern under [time] in "
                f"{FILE_NAME}.",
                file=self._pattern.file,
                row=statement.line,
            ) from None

    def _check(self, statement: Statement, columns: Sequence[str], row: tuple[Any, ...]) -> None:
        """Refuse a row with blanks, or with something else than a whole number for one."""
        for name, value in zip(columns, row, strict=True):
            text = name in {"practitioner", "period", "month"}
            if isinstance(value, str) if text else _is_whole(value, name):
                continue
            raise ConfigurationError(
                f"The column {name} holds {'no text' if text else 'no whole number'} in some row.",
                hint="Sums and counts are whole numbers; leave rows out that have none.",
                file=self._pattern.file,
                row=statement.line,
            )


def _is_whole(value: object, name: str) -> bool:
    """Tell whether it is one; sums of PostgreSQL come as decimals without a fraction."""
    if name == "case_key":
        return value is not None
    try:
        return value is not None and int(value) == value  # type: ignore[call-overload]
    except (TypeError, ValueError, OverflowError):
        return False


def _months_before(first: date, months: int) -> date:
    """Return the first day of the month so many months before."""
    count = first.year * 12 + first.month - 1 - months
    return date(count // 12, count % 12 + 1, 1)


def _number(day: date) -> int:
    return (day - _DAY_ZERO).days
