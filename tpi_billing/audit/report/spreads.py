"""How values lie: days to submission by the week, and five values for each practitioner."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, pairwise
from operator import itemgetter

from tpi_billing.audit.patterns.finding import Result
from tpi_billing.audit.report.figures import Box, Distribution, Span, Spread, Submission
from tpi_billing.ledger.audit_figures import Waited
from tpi_billing.model.claim import DAYS_TO_SUBMIT

_WEEK = 7


def submission_of(waited: Sequence[Waited], limit: int = DAYS_TO_SUBMIT) -> Submission:
    """Gather days to submission by the week up to the last day in time, and what lies behind."""
    sent = [(one.days, one) for one in waited if one.days is not None]
    others = [one for one in waited if one.days is None]
    edges = [*range(0, limit + 1, _WEEK), limit + 1]
    spans = [_span(sent, low, high - 1) for low, high in pairwise(edges)]
    late = _span(sent, limit + 1, None)
    count = sum(one.claims for _, one in sent)
    return Submission(
        (*spans, late),
        limit,
        count,
        _at(sent, _rank(count, 1, 2)),
        max((days for days, _ in sent), default=None),
        late.claims,
        sum(one.claims for one in others),
        sum(one.cents for one in others),
    )


def _span(sent: Iterable[tuple[int, Waited]], first: int, last: int | None) -> Span:
    # A clock that was wrong may have sent a claim before its service: that is no wait.
    here = [
        one
        for days, one in sent
        if max(days, 0) >= first and (last is None or max(days, 0) <= last)
    ]
    return Span(first, last, sum(one.claims for one in here), sum(one.cents for one in here))


def _at(sent: Sequence[tuple[int, Waited]], rank: int) -> int | None:
    """Return the days of the claim of a rank, counted from 0 in order of days."""
    for days, one in sent:
        if rank < one.claims:
            return days
        rank -= one.claims
    return None


def distribution_of(result: Result, values: Iterable[tuple[str, int]]) -> Distribution:
    """Put a pattern's standings beside the values behind them.

    The values come sorted by practitioner and size; one practitioner's are held at a time.
    """
    boxes = dict(_boxes(values))
    rows = [
        Spread(standing, boxes[standing.practitioner])
        for standing in result.standings
        if standing.figure is not None and standing.practitioner in boxes
    ]
    rows.sort(key=lambda row: (-(row.standing.figure or 0), row.standing.practitioner))
    return Distribution(result, tuple(rows))


def _boxes(values: Iterable[tuple[str, int]]) -> Iterator[tuple[str, Box]]:
    for number, pairs in groupby(values, itemgetter(0)):
        yield number, box_of([value for _, value in pairs])


def box_of(values: Sequence[int]) -> Box:
    """Return where sorted values lie, of which there must be one."""
    many = len(values)
    lower, middle, upper = (values[_rank(many, part, 4)] for part in (1, 2, 3))
    return Box(many, values[0], lower, middle, upper, values[-1])


def _rank(many: int, part: int, of: int) -> int:
    """Return the place, from 0, up to which `part` in `of` values lie: the nearest rank."""
    return max(-(-many * part // of) - 1, 0)
