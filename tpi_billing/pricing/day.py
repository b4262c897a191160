"""Price everything that one patient had from one practitioner on one day, together.

The rules are data (`fee_codes/rules.toml`): which items exclude each other, which belong to
another, how many fees of a group are paid and at what percentage. Claims of the day that are
already billed keep their place: what comes later is priced around them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from tpi_billing.codes import CodeBook, Exclusion, Group, Inclusion
from tpi_billing.model.altered import altered
from tpi_billing.model.money import HalfCent, portion
from tpi_billing.pricing.lines import BilledItem, DayItem, Outcome, PricedLine

_OVER_LIMIT = "dtaf-over-three"
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")


def price_day(
    items: Sequence[DayItem],
    day: date,
    codes: CodeBook,
    half_cent: HalfCent,
    billed: Sequence[BilledItem] = (),
    repeated: frozenset[str] = frozenset(),
) -> tuple[PricedLine, ...]:
    """Price the day's items, one line for each in the same order; amounts in cents.

    Sessions are numbered in their order, so an item of an earlier session comes first. `repeated`
    are the injections that the patient had so recently that a visit beside them halves them.
    """
    lines = [_listed(item, day, codes) for item in items]
    _set_aside_repeats(lines, billed, codes)
    billed = [item for item in billed if not item.elsewhere]
    # Most days have one item, or items that no rule names: those rules are passed over.
    there = {item.fee_item for item in items} | {item.fee_item for item in billed}
    for exclusion in codes.rules.exclusions:
        if not exclusion.items.isdisjoint(there):
            _exclude(lines, billed, exclusion)
    for inclusion in codes.rules.inclusions:
        if not (inclusion.included.isdisjoint(there) or inclusion.beside.isdisjoint(there)):
            _include(lines, billed, inclusion)
    for group in codes.rules.groups:
        if not group.members.isdisjoint(there):
            _rank(lines, billed, group)
    _halve_repeated(lines, billed, codes, repeated)
    return tuple(_with_amount(line, half_cent) for line in lines)


_SEEN = frozenset({"visit", "exam", "counselling", "consultation", "limited-consultation"})


def _halve_repeated(
    lines: list[PricedLine],
    billed: Sequence[BilledItem],
    codes: CodeBook,
    repeated: frozenset[str],
) -> None:
    """Pay a repeated joint injection at part beside a visit (notes to 00014 and 00015)."""
    if not repeated:
        return
    there = {line.fee_item for line in lines if line.billed}
    there |= {item.fee_item for item in billed}
    if not any(codes.rules.item(code).kind in _SEEN for code in there):
        return
    for at, line in enumerate(lines):
        rule = codes.rules.repeat_of(line.fee_item)
        if line.billed and rule is not None and line.fee_item in repeated:
            percent = rule.unrelated_percent
            lines[at] = replace(
                line,
                percent=percent,
                because=f"{percent}%: given again within {rule.within_days} days, beside a visit",
            )


def _listed(item: DayItem, day: date, codes: CodeBook) -> PricedLine:
    fee_item = codes.fee_item(item.fee_item, day)
    if fee_item is None:
        because = f"{item.fee_item} is not in the fee schedule of {day}"
        return PricedLine(item, Outcome.NOT_PRICED, because=because)
    return PricedLine(
        item,
        Outcome.BILLED,
        unit_price_cents=fee_item.amount_cents,
        edition=fee_item.edition,
        price_status=fee_item.status,
        because="full fee",
    )


def _set_aside_repeats(
    lines: list[PricedLine], billed: Sequence[BilledItem], codes: CodeBook
) -> None:
    live: dict[str, list[BilledItem]] = {}
    for item in billed:
        live.setdefault(item.fee_item, []).append(item)
    asked: dict[str, list[DayItem]] = {}
    used = {(item.fee_item, item.ordinal) for item in billed if not item.elsewhere}
    for at, line in enumerate(lines):
        if line.outcome is Outcome.NOT_PRICED:
            continue
        claims, others = live.get(line.fee_item, []), list(asked.get(line.fee_item, []))
        asked.setdefault(line.fee_item, []).append(line.item)
        names = [line.item.asked_by] if line.item.asked_by else []
        names += [other.session_id for other in others]
        if line.item.second_service and (claims or names):
            units = sum(claim.units for claim in claims) + sum(one.units for one in others)
            lines[at] = _second_service(line, units, used, codes)
        elif claims:
            lines[at] = _already_billed(line, claims[0])
        elif names:
            lines[at] = _repeated(line, names[0])
        if lines[at].billed:
            used.add((line.fee_item, lines[at].ordinal))


def _second_service(
    line: PricedLine, before: int, used: set[tuple[str, int]], codes: CodeBook
) -> PricedLine:
    """Bill an equal item by decision, with the first free ordinal and within the day's units."""
    most = codes.rules.item(line.fee_item).units_per_day
    if most is not None and most > 1 and before + line.item.units > most:
        return replace(
            line,
            outcome=Outcome.EXCLUDED,
            finding="units-exceeded",
            because=f"{before} of {line.fee_item} are asked for already that day, "
            f"and at most {most} are paid",
        )
    ordinal = next(n for n in range(1, len(used) + 2) if (line.fee_item, n) not in used)
    because = "a second service, by decision"
    return replace(line, ordinal=ordinal, second_service=True, because=because)


def _already_billed(line: PricedLine, claim: BilledItem) -> PricedLine:
    who = ", by another practitioner," if claim.elsewhere else ""
    return replace(
        line,
        outcome=Outcome.ALREADY_BILLED,
        finding="duplicate-claim",
        beside=claim.session_id,
        because=f"{line.fee_item} of this day is already billed{who} in claim "
        f"{claim.claim_id} of batch {claim.batch_id}, from session {claim.session_id}",
    )


def _repeated(line: PricedLine, earlier: str) -> PricedLine:
    who = " of another practitioner" if earlier == line.item.asked_by else " of the day"
    return replace(
        line,
        outcome=Outcome.REPEATED,
        finding="same-day-same-item",
        beside=earlier,
        because=f"{line.fee_item} is asked for by the earlier session {earlier}{who}",
    )


def _standing(lines: Iterable[PricedLine]) -> list[PricedLine]:
    return [line for line in lines if line.outcome in {Outcome.BILLED, Outcome.EXCLUDED}]


def _exclude(lines: list[PricedLine], billed: Sequence[BilledItem], exclusion: Exclusion) -> None:
    there = {line.fee_item for line in _standing(lines)} & exclusion.items
    there |= {item.fee_item for item in billed} & exclusion.items
    if len(there) < 2:
        return
    for at, line in enumerate(lines):
        if line.outcome is Outcome.BILLED and line.fee_item in there:
            others = " and ".join(sorted(there - {line.fee_item}))
            lines[at] = replace(
                line,
                outcome=Outcome.EXCLUDED,
                finding=exclusion.finding,
                beside=others,
                because=f"{line.fee_item} may not be billed beside {others} on one day",
            )


def _include(lines: list[PricedLine], billed: Sequence[BilledItem], inclusion: Inclusion) -> None:
    standing = _standing(lines)
    hosts = {line.fee_item for line in standing} | {item.fee_item for item in billed}
    hosts &= inclusion.beside
    if not hosts:
        return
    distance = _distance([*(line.item for line in standing), *billed], inclusion)
    limit = inclusion.within_cm
    if limit is not None and distance is not None and distance > limit:
        return
    host = min(hosts)
    unknown = limit is not None and distance is None
    why = _why_included(inclusion, host, distance)
    for at, line in enumerate(lines):
        if line.outcome is Outcome.BILLED and line.fee_item in inclusion.included:
            lines[at] = replace(
                line,
                outcome=Outcome.INCLUDED,
                finding=inclusion.finding,
                beside=host,
                because=why,
                distance_unknown=unknown,
            )
    _hold_late_hosts(lines, billed, inclusion)


def _hold_late_hosts(
    lines: list[PricedLine], billed: Sequence[BilledItem], inclusion: Inclusion
) -> None:
    """Stop a host whose included item was billed before it: together they would be overpaid."""
    early = [item for item in billed if item.fee_item in inclusion.included]
    if not early:
        return
    claim = early[0]
    for at, line in enumerate(lines):
        if line.outcome is Outcome.BILLED and line.fee_item in inclusion.beside:
            lines[at] = replace(
                line,
                outcome=Outcome.EXCLUDED,
                finding=inclusion.finding,
                beside=claim.fee_item,
                because=f"{claim.fee_item} would belong to {line.fee_item}, but is already billed "
                f"in claim {claim.claim_id} of batch {claim.batch_id}",
            )


def _distance(items: Iterable[DayItem | BilledItem], inclusion: Inclusion) -> Decimal | None:
    concerned = inclusion.included | inclusion.beside
    known = [
        item.block_distance_cm
        for item in items
        if item.fee_item in concerned and item.block_distance_cm is not None
    ]
    return min(known, default=None)


def _why_included(inclusion: Inclusion, host: str, distance: Decimal | None) -> str:
    if inclusion.within_cm is None:
        return f"included in {host}"
    if distance is None:
        return f"included in the block {host}: no distance is recorded, so it counts as close"
    return f"included in the block {host}: {distance.normalize():f} cm away"


def _rank(lines: list[PricedLine], billed: Sequence[BilledItem], group: Group) -> None:
    """Pay the group's largest fee in full and the next at their percentages, up to the maximum."""
    free = list(group.percents)
    taken = [item for item in billed if item.fee_item in group.members]
    for item in taken:
        if item.percent in free:
            free.remove(item.percent)
        elif free:
            free.pop()
    members = [
        at
        for at, line in enumerate(lines)
        if line.outcome is Outcome.BILLED and line.fee_item in group.members
    ]
    members.sort(key=lambda at: (-_fee(lines[at]), lines[at].item.session, lines[at].fee_item))
    for rank, at in enumerate(members):
        place = rank + len(taken)
        if rank >= len(free):
            lines[at] = replace(
                lines[at],
                outcome=Outcome.OVER_LIMIT,
                finding=_OVER_LIMIT,
                because=f"the {_ordinal(place)} fee of the day: at most {group.max_paid} are paid",
            )
        elif free[rank] != 100:
            lines[at] = replace(
                lines[at],
                percent=free[rank],
                because=f"{free[rank]}%: the {_ordinal(place)} block or injection fee of the day, "
                + _why_not_in_full(lines[at], taken),
            )


def _why_not_in_full(line: PricedLine, taken: Sequence[BilledItem]) -> str:
    """Say who has the full fee; money is lost where a smaller fee was billed in full before."""
    full = next((item for item in taken if item.percent == 100), None)
    if full is None:
        return "only the largest is paid in full"
    return (
        f"{full.fee_item} is billed in full already in claim {full.claim_id} of batch "
        f"{full.batch_id}; if that is the smaller fee, void the batch before it is sent"
    )


def _fee(line: PricedLine) -> int:
    return line.unit_price_cents * line.item.units


def _ordinal(place: int) -> str:
    return _ORDINALS[place] if place < len(_ORDINALS) else f"{place + 1}th"


def _with_amount(line: PricedLine, half_cent: HalfCent) -> PricedLine:
    if not line.billed:
        return line
    return altered(line, amount_cents=portion(_fee(line), line.percent, half_cent))
