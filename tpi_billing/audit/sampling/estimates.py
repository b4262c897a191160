"""From a sample to all claims: error rates and overpaid money, each with an interval.

Rates have the exact binomial interval of Clopper and Pearson: it never promises more than the
sample gives, also where little or nothing was found wrong, which is where others fall short. A
stratified sample is weighted, and its interval that of Korn and Graubard: the same, with the size
that a simple sample of the same precision would have (never more than the sample has).

Money is the mean overpaid per claim times the claims of each stratum, which is right on the average
whatever the amounts are. Its interval is made in the same way, of the share of the money that is
overpaid: few claims have all of it, and there Student's t ends too low far too often. It assumes
that the amounts do not differ by orders of magnitude; with few claims `few` says that it is weak.

Sums are exact fractions; floats are only inside the intervals, which are rounded outward.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor

from tpi_billing.errors import ConfigurationError

CONFIDENCE = 95
"""Of a hundred samples, so many have the truth within their interval."""

FEW_CLAIMS, FEW_OVERPAID = 30, 10
"""Below so many reviewed, or overpaid, claims the figure of money says little."""

_TAIL = (1 - CONFIDENCE / 100) / 2


@dataclass(frozen=True, slots=True)
class Part:
    """A stratum: its claims and their money in cents, and what was reviewed of it.

    Each reviewed claim has its overpaid cents, and what stands on it (`stakes`).
    """

    population: int
    population_cents: int
    overpaid: tuple[int, ...]
    stakes: tuple[int, ...]

    @property
    def reviewed(self) -> int:
        """How many of its claims were reviewed."""
        return len(self.stakes)

    @property
    def complete(self) -> bool:
        """Tell whether every claim of the stratum was reviewed, so that nothing is estimated."""
        return self.reviewed == self.population


@dataclass(frozen=True, slots=True)
class Rate:
    """A share of all claims, and where it lies with the confidence; each from 0 to 1."""

    share: Fraction
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Money:
    """Cents overpaid on all claims, with bounds rounded outward.

    `few`: too few claims for the bounds to be trusted.
    """

    cents: int
    low_cents: int
    high_cents: int
    few: bool


def insist_on_statistics() -> None:
    """Raise ConfigurationError with the command to install it when the library is not there."""
    try:
        import scipy.special  # noqa: F401
    except ModuleNotFoundError:
        raise ConfigurationError(
            "Error rates need a library for statistics that is not installed.",
            hint='Install it with: pip install "tpi-billing[audit]"',
        ) from None


def rate(parts: Sequence[Part], wrong: Sequence[int]) -> Rate:
    """Estimate which share of the claims is wrong; `wrong` counts those of each part.

    At least one claim of each part must be reviewed.
    """
    population = sum(part.population for part in parts)
    reviewed, found = sum(part.reviewed for part in parts), sum(wrong)
    share = Fraction(0)
    for part, count in zip(parts, wrong, strict=True):
        share += Fraction(part.population, population) * Fraction(count, part.reviewed)
    if all(part.complete for part in parts):
        return Rate(share, float(share), float(share))
    pooled = Fraction(found * (reviewed - found), reviewed * max(reviewed - 1, 1))
    variance = Fraction(0)
    for part, count in zip(parts, wrong, strict=True):
        size = part.reviewed
        spread = Fraction(count * (size - count), size * (size - 1)) if size > 1 else pooled
        variance += _of_stratum(part, spread)
    low, high = _weighted(share, variance / population**2, parts)
    return Rate(share, low, high)


def money(parts: Sequence[Part]) -> Money:
    """Estimate the cents overpaid on all claims; at least one of each part must be reviewed.

    The bounds keep to what is certain: no less than was found, no more than stands on the claims
    less what was found right.
    """
    reviewed = sum(part.reviewed for part in parts)
    everything = [one for part in parts for one in part.overpaid]
    found, hits = sum(everything), sum(1 for one in everything if one)
    population_cents = sum(part.population_cents for part in parts)
    ceiling = population_cents - sum(sum(part.stakes) - sum(part.overpaid) for part in parts)
    whole = Fraction(0)
    for part in parts:
        whole += part.population * Fraction(sum(part.overpaid), part.reviewed)
    cents = floor(whole + Fraction(1, 2))
    if all(part.complete for part in parts) or not population_cents:
        return Money(cents, cents, cents, few=False)
    few = reviewed < FEW_CLAIMS or hits < FEW_OVERPAID
    if reviewed <= len(parts) and hits:
        return Money(cents, found, max(ceiling, cents), few=True)
    pooled = _spread(everything) if reviewed > 1 else Fraction(0)
    variance = Fraction(0)
    for part in parts:
        spread = _spread(part.overpaid) if part.reviewed > 1 else pooled
        variance += _of_stratum(part, spread)
    share = min(whole / population_cents, Fraction(1))
    low, high = _weighted(share, variance / population_cents**2, parts)
    return Money(
        cents,
        max(found, floor(low * population_cents)),
        max(min(ceiling, ceil(high * population_cents)), cents),
        few=few,
    )


def _of_stratum(part: Part, spread: Fraction) -> Fraction:
    """Return the variance of a stratum's estimated total; nothing of it is left when complete."""
    unseen = 1 - Fraction(part.reviewed, part.population)
    return part.population**2 * unseen * spread / part.reviewed


def _weighted(share: Fraction, variance: Fraction, parts: Sequence[Part]) -> tuple[float, float]:
    """Return the bounds of Korn and Graubard for a share that was estimated with a variance."""
    reviewed = sum(part.reviewed for part in parts)
    effective = float(reviewed)
    if variance and 0 < share < 1:
        freedom = max(reviewed - len(parts), 1)
        wider = _t(reviewed - 1) / _t(freedom)
        # A simple sample of that size would have the variance share * (1 - share) / (size - 1).
        alike = float(share * (1 - share) / variance) + 1
        effective = min(effective, alike * wider**2)
    return _exact(float(share), max(effective, 1.0))


def _spread(values: Sequence[int]) -> Fraction:
    mean = Fraction(sum(values), len(values))
    return sum(((one - mean) ** 2 for one in values), Fraction(0)) / (len(values) - 1)


def _exact(share: float, size: float) -> tuple[float, float]:
    """Return the bounds of Clopper and Pearson; the size need not be whole."""
    from scipy.special import betaincinv

    hits = share * size
    low = 0.0 if hits <= 0 else float(betaincinv(hits, size - hits + 1, _TAIL))
    high = 1.0 if hits >= size else float(betaincinv(hits + 1, size - hits, 1 - _TAIL))
    return low, high


def _t(freedom: int) -> float:
    from scipy.special import stdtrit

    return float(stdtrit(freedom, 1 - _TAIL))
