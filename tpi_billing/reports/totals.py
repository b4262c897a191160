"""Sums of a batch's claims, and whether they tie to what the batch says of itself."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from tpi_billing.model.batch import HeldSession
from tpi_billing.model.claim import Claim
from tpi_billing.reports.wording import money


@dataclass(frozen=True, slots=True)
class Total:
    """The claims that share something: a practitioner, a fee item, an insurer."""

    code: str
    name: str
    claims: int
    units: int
    amount_cents: int


def total_of(claims: Sequence[Claim], code: str, name: str = "") -> Total:
    """Add claims up."""
    return Total(
        code,
        name,
        len(claims),
        sum(claim.units for claim in claims),
        sum(claim.amount_cents for claim in claims),
    )


def totals_by(
    claims: Iterable[Claim], code: Callable[[Claim], str], names: Mapping[str, str]
) -> tuple[Total, ...]:
    """Add claims up by what `code` returns, the largest amount first."""
    groups: dict[str, list[Claim]] = {}
    for claim in claims:
        groups.setdefault(code(claim), []).append(claim)
    totals = (total_of(group, key, names.get(key, "")) for key, group in groups.items())
    return tuple(sorted(totals, key=lambda total: (-total.amount_cents, total.code)))


def tie(found_cents: int, batch_cents: int) -> str:
    """Say how a sum stands to the batch's amount; `""` when it ties."""
    difference = found_cents - batch_cents
    return f"differs by {money(difference)} from the batch total" if difference else ""


@dataclass(frozen=True, slots=True)
class ReferralTotal:
    """What one referrer's referral of one patient brought into the batch.

    `patients` counts all patients of that referrer in the batch.
    """

    code: str
    number: str
    name: str
    profession: str
    referred_on: date | None
    surname: str
    first_name: str
    phn: str
    patients: int
    claims: int
    first_day: date
    last_day: date
    amount_cents: int


def referral_totals(claims: Iterable[Claim]) -> tuple[ReferralTotal, ...]:
    """Add claims up by referral and patient, in the order of the referrers' numbers."""
    groups: dict[tuple[object, ...], list[Claim]] = {}
    patients: dict[tuple[str, str], set[str]] = {}
    for claim in claims:
        referrer = (claim.referral_number, claim.referral_name)
        key = (*referrer, claim.referral_code, claim.referral_date, claim.patient_key)
        groups.setdefault(key, []).append(claim)
        patients.setdefault(referrer, set()).add(claim.patient_key)
    rows = (
        _referral_total(group, len(patients[group[0].referral_number, group[0].referral_name]))
        for group in groups.values()
    )
    return tuple(
        sorted(
            rows,
            key=lambda row: (row.number, row.name, row.surname, row.first_name, row.first_day),
        )
    )


def _referral_total(claims: Sequence[Claim], patients: int) -> ReferralTotal:
    first = claims[0]
    days = [claim.service_date for claim in claims]
    return ReferralTotal(
        code=first.referral_code,
        number=first.referral_number,
        name=first.referral_name,
        profession=first.referral_profession,
        referred_on=first.referral_date,
        surname=first.surname,
        first_name=first.first_name,
        phn=first.phn,
        patients=patients,
        claims=len(claims),
        first_day=min(days),
        last_day=max(days),
        amount_cents=sum(claim.amount_cents for claim in claims),
    )


def reasons(held: Iterable[HeldSession]) -> tuple[tuple[str, int], ...]:
    """Count the held sessions of each check, the commonest first.

    A session with several faults counts once in each.
    """
    counts = Counter(
        code for session in held for code in {f.code for f in session.findings if f.holds}
    )
    return tuple(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
