"""Which automatic backups are kept: the latest ones, then one a week, then one a month."""

from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path

from tpi_billing.drafts import discard
from tpi_billing.ledger.keeping.manifest import Name, manifest_of

KEEP_LAST = 7
"""A slip is mostly noticed within days."""
KEEP_WEEKS = 8
"""A batch is answered and closed within two months."""
KEEP_MONTHS = 24
"""MSP audits what is older, and the export and the journal are what answers that."""


def to_delete(names: Iterable[Name], made: Name) -> list[Name]:
    """Return the automatic backups that the rule no longer keeps once `made` is there.

    Kept are the last 7, the last one of each of 8 weeks, and of each of 24 months; weeks and
    months without a backup do not count. One that claims to be later than `made` is kept as well:
    a clock was wrong, and nobody knows which.
    """
    ours = [
        name
        for name in names
        if name.kind == "auto" and name.data_centre == made.data_centre and _day(name) is not None
    ]
    past = sorted(
        (name for name in ours if name.day <= made.day),
        key=lambda name: (name.day, name.entries),
        reverse=True,
    )
    kept = {
        made,
        *past[:KEEP_LAST],
        *_last_of_each(past, _week, KEEP_WEEKS),
        *_last_of_each(past, lambda name: name.day[:7], KEEP_MONTHS),
    }
    return [name for name in past if name not in kept]


def prune(folder: Path, made: Name) -> tuple[Path, ...]:
    """Delete what the rule no longer keeps; what cannot be deleted stays."""
    found = {name: path for path in folder.glob("auto-*.db") if (name := Name.read(path.name))}
    gone = [found[name] for name in to_delete(found, made)]
    for path in gone:
        discard(path)
        discard(manifest_of(path))
    return tuple(path for path in gone if not path.exists())


def _last_of_each(
    latest_first: Iterable[Name], period: Callable[[Name], str], count: int
) -> list[Name]:
    found: dict[str, Name] = {}
    for name in latest_first:
        found.setdefault(period(name), name)
    return list(found.values())[:count]


def _week(name: Name) -> str:
    year, week, _ = date.fromisoformat(name.day).isocalendar()
    return f"{year}-{week:02d}"


def _day(name: Name) -> date | None:
    try:
        return date.fromisoformat(name.day)
    except ValueError:
        return None
