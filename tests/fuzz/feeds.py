"""Feeds of readers that need something around them: a sample, a password, a workspace's folder."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import cache, partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

from tpi_billing.audit.facts.exporting import export_files
from tpi_billing.audit.sampling import reading
from tpi_billing.codes.adjustments import read_adjustment_codes
from tpi_billing.codes.explanatory import read_explanatory_codes
from tpi_billing.codes.files import CodeFiles, shipped_directory
from tpi_billing.codes.lists import (
    read_diagnoses,
    read_generic_referrers,
    read_insurers,
    read_locations,
    read_professions,
    read_submission_codes,
)
from tpi_billing.codes.overage import read_overage
from tpi_billing.codes.rules_file import read_rules
from tpi_billing.model.sample import Sample, SampledClaim, SampleScope, Stratum
from tpi_billing.protection import opened, sealed, take_passwords_from

from .recipes import workbook_of

SAMPLE = Sample(
    data_centre="T9999",
    scope=SampleScope(date(2026, 10, 1), date(2026, 10, 31)),
    stratified_by="",
    seed=7,
    strata=(Stratum(1, "", 6, 46_752, 3),),
    claims=tuple(SampledClaim(number, number - 3, 1, 7_792, 7_792) for number in (4, 5, 6)),
    sample_id=1,
    journal_hash="ab" * 32,
)
"""The sample that the seeds of reviews are of."""


def review(content: bytes, folder: Path) -> reading.Review:
    """Read a reviewer's workbook of the sample."""
    path = folder / "review.xlsx"
    path.write_bytes(workbook_of(content))
    unused: Any = None
    with patch.object(reading, "read_sample", lambda *_: SAMPLE):
        return reading.read_review(unused, "T9999", path, date(2026, 12, 1))


class _AnyItem:
    """Has every fee item: rules may name any."""

    def __contains__(self, code: object) -> bool:
        return isinstance(code, str) and code.isdigit()


OWN_LISTS: dict[str, Callable[[CodeFiles], object]] = {
    "adjustment_codes.csv": read_adjustment_codes,
    "diagnoses.csv": read_diagnoses,
    "explanatory_codes.csv": read_explanatory_codes,
    "insurers.csv": read_insurers,
    "overage.toml": read_overage,
    "professions.csv": read_professions,
    "referral_numbers.csv": read_generic_referrers,
    "rules.toml": lambda files: read_rules(files, _AnyItem()),
    "service_locations.csv": read_locations,
    "submission_codes.csv": read_submission_codes,
}
"""The lists that a workspace may have its own of, beside the calendar and the schedule."""


def own_list(content: bytes, folder: Path) -> None:
    """Read a list of the workspace; the first line has its name."""
    first, _, rest = content.partition(b"\n")
    name = first.removeprefix(b"== ").decode("ascii", "replace").strip()
    if name not in OWN_LISTS:
        name = sorted(OWN_LISTS)[len(first) % len(OWN_LISTS)]
    own = folder / "fee_codes"
    own.mkdir()
    (own / name).write_bytes(rest)
    OWN_LISTS[name](CodeFiles(shipped_directory(), folder))


def foreign_facts(content: bytes, folder: Path) -> None:
    """Take in facts of another system as CSV."""
    path = folder / "rows.csv"
    path.write_bytes(content)
    export_files([path], folder / "facts")


@dataclass(frozen=True)
class _Known:
    """The one password of these workbooks."""

    protect: bool = True

    def to_write(self) -> str:
        return "correct horse"

    def to_read(self, _: Path) -> Iterator[str]:
        yield self.to_write()


@contextmanager
def _password_known() -> Iterator[None]:
    take_passwords_from(_Known())
    try:
        yield
    finally:
        take_passwords_from(None)


def unseal(content: bytes, folder: Path) -> None:
    """Open a workbook behind a password."""
    path = folder / "export.xlsx"
    path.write_bytes(content)
    with _password_known(), opened(path) as file:
        file.read()


@cache
def protected(plain: bytes) -> bytes:
    """Return a workbook's bytes behind the password, which is hashed a hundred times only."""
    from msoffcrypto.method.ecma376_agile import ECMA376Agile

    quick = staticmethod(partial(ECMA376Agile.encrypt, spin_count=100))
    with _password_known(), patch.object(ECMA376Agile, "encrypt", quick):
        return sealed(plain)
