"""What a review came to: how often the charts did not support the claims, and what that costs."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from tpi_billing.audit.sampling.checklist import ELEMENTS, NO
from tpi_billing.audit.sampling.estimates import Money, Part, Rate, money, rate
from tpi_billing.model.sample import Judgement, Sample, SampledClaim, Stratum, Verdict


@dataclass(frozen=True, slots=True)
class Found:
    """How many of the reviewed claims something is true of, and of how many of all claims."""

    count: int
    rate: Rate


@dataclass(frozen=True, slots=True)
class StratumResult:
    """One stratum; `wrong` is None while none of its claims has been reviewed."""

    stratum: Stratum
    reviewed: int
    wrong: Found | None
    overpaid_cents: int


@dataclass(frozen=True, slots=True)
class Results:
    """What the verdicts of a sample come to so far.

    Estimates are about the `population` claims (with `population_cents` on them) of the strata
    from which at least one was reviewed. `kinds` has the bad verdicts, `elements` the titles of
    the checklist with how often the record lacks them. `overpaid_cents` is what MSP paid beyond
    what is right, claim by claim; what it paid too little is not set against it.
    """

    sample: Sample
    reviewed: int
    population: int
    population_cents: int
    wrong: Found
    kinds: Mapping[Verdict, Found]
    elements: Mapping[str, Found]
    strata: tuple[StratumResult, ...]
    reviewed_cents: int
    overpaid_cents: int
    underpaid_cents: int
    estimate: Money

    @property
    def uncovered(self) -> int:
        """How many claims of the population are in strata from which none was reviewed."""
        return self.sample.population - self.population


@dataclass(frozen=True, slots=True)
class _Reviewed:
    claim: SampledClaim
    judgement: Judgement

    @property
    def overpaid(self) -> int:
        return max(self.claim.stake_cents - self.judgement.right_cents, 0)

    @property
    def underpaid(self) -> int:
        return max(self.judgement.right_cents - self.claim.stake_cents, 0)

    @property
    def wrong(self) -> bool:
        return self.judgement.verdict is not Verdict.SUPPORTED


_Group = tuple[Stratum, Sequence[_Reviewed]]


def results(sample: Sample, judgements: Mapping[int, Judgement]) -> Results | None:
    """Work out what the verdicts come to; None before the first."""
    groups: list[_Group] = [
        (
            stratum,
            [
                _Reviewed(claim, judgements[claim.claim_id])
                for claim in sample.claims
                if claim.stratum == stratum.number and claim.claim_id in judgements
            ],
        )
        for stratum in sample.strata
    ]
    covered = [group for group in groups if group[1]]
    if not covered:
        return None
    everything = [one for _, members in covered for one in members]
    return Results(
        sample=sample,
        reviewed=len(everything),
        population=sum(stratum.population for stratum, _ in covered),
        population_cents=sum(stratum.population_cents for stratum, _ in covered),
        wrong=_found(covered, lambda one: one.wrong),
        kinds={
            kind: _found(covered, _is(kind)) for kind in Verdict if kind is not Verdict.SUPPORTED
        },
        elements={element.title: _found(covered, _lacks(element.key)) for element in ELEMENTS},
        strata=tuple(_of_stratum(group) for group in groups),
        reviewed_cents=sum(one.claim.stake_cents for one in everything),
        overpaid_cents=sum(one.overpaid for one in everything),
        underpaid_cents=sum(one.underpaid for one in everything),
        estimate=money([_part(group) for group in covered]),
    )


def _is(kind: Verdict) -> Callable[[_Reviewed], bool]:
    return lambda one: one.judgement.verdict is kind


def _lacks(key: str) -> Callable[[_Reviewed], bool]:
    return lambda one: one.judgement.answers.get(key) == NO


def _found(groups: Sequence[_Group], true: Callable[[_Reviewed], bool]) -> Found:
    counts = [sum(1 for one in members if true(one)) for _, members in groups]
    return Found(sum(counts), rate([_part(group) for group in groups], counts))


def _part(group: _Group) -> Part:
    stratum, members = group
    return Part(
        stratum.population,
        stratum.population_cents,
        tuple(one.overpaid for one in members),
        tuple(one.claim.stake_cents for one in members),
    )


def _of_stratum(group: _Group) -> StratumResult:
    stratum, members = group
    wrong = _found([group], lambda one: one.wrong) if members else None
    return StratumResult(stratum, len(members), wrong, sum(one.overpaid for one in members))
