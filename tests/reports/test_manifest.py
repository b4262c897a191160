"""The manifest: the golden file, and that nothing in it ever changes."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from tpi_billing.model.batch import BatchContents
from tpi_billing.model.claim import BatchState, Claim
from tpi_billing.reports.manifest import manifest
from tpi_billing.reports.publishing import NewFile

GOLDEN = Path(__file__).parent / "golden" / "manifest.json"
# `abc` and nothing: the examples of the standard that defines SHA-256.
FILES = [
    NewFile(Path("out") / "batch-0003-2026-10.xlsx", "workbook", b"abc"),
    NewFile(Path("out") / "batch-0003-2026-10-claims.csv", "csv", b""),
]
BatchOf = Callable[..., BatchContents]


def two_claims(claim: Claim) -> list[Claim]:
    """77.92 and 19.27: 97.19."""
    return [claim, replace(claim, claim_id=2, session_id="V1002", amount_cents=1927)]


def test_the_golden_file(plain_claim: Claim, batch_of: BatchOf) -> None:
    written = manifest(batch_of(two_claims(plain_claim)), FILES)
    assert written.decode("ascii").splitlines() == GOLDEN.read_text("ascii").splitlines()
    assert written.endswith(b"}\n")


def test_what_becomes_of_the_batch_does_not_change_it(
    plain_claim: Claim, batch_of: BatchOf
) -> None:
    contents = batch_of([plain_claim])
    sent = replace(contents, batch=replace(contents.batch, state=BatchState.ACCEPTED))
    assert manifest(sent, FILES) == manifest(contents, FILES)


def test_it_says_nothing_about_patients(contents: BatchContents) -> None:
    written = manifest(contents, FILES).decode("ascii")
    for claim in contents.claims:
        assert claim.phn not in written
        assert claim.surname not in written


def test_names_of_files_survive_whatever_they_are_made_of(
    plain_claim: Claim, batch_of: BatchOf
) -> None:
    contents = batch_of([plain_claim])
    (source,) = contents.sources
    strange = replace(contents, sources=(replace(source, name="Octobre é \udcff.csv"),))
    (read,) = json.loads(manifest(strange, FILES))["sources"]
    assert read["name"] == "Octobre é \udcff.csv"
