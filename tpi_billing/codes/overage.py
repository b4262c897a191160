"""Claims later than 90 days: what MSP's form asks, and which reasons lead where."""

from collections import Counter
from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from tpi_billing.codes.files import CodeFiles
from tpi_billing.codes.toml import TomlFile, TomlTable
from tpi_billing.toml_lines import Place

Certainty = Literal["printed", "inferred"]
Answer = Literal["no-approval", "ask", "not-accepted"]

_CODES: dict[Answer, tuple[str, ...]] = {
    "no-approval": ("C", "X", "I", "W"),
    "ask": ("A",),
    "not-accepted": ("",),
}
"""Which submission codes go with each answer (Teleplan C02 P34)."""


class AskedDetail(TomlTable):
    """One thing that the form asks for; `longest` in characters, `most` in entries."""

    id: str = Field(min_length=1)
    what: str = Field(min_length=1)
    required: bool = True
    longest: int | None = Field(None, ge=1)
    most: int | None = Field(None, ge=1)
    source: str = Field(min_length=1)
    certainty: Certainty


class LateReason(TomlTable):
    """Why a claim may be late, and where that leads.

    `answer` is `no-approval` when the claim is sent without the form under `submission_code`,
    `ask` when MSP decides on the form (then code A), `not-accepted` when it never does.
    """

    id: str = Field(min_length=1)
    reason: str = Field(min_length=1)
    answer: Answer
    submission_code: Literal["", "A", "C", "I", "W", "X"] = ""
    source: str = Field(min_length=1)
    certainty: Certainty


class Overage(TomlTable):
    """MSP's rules of claims that come later than `days` after their service.

    `approved_months` is how far back approval usually reaches, `exceptional_months` how far at
    the very most (MSP billing facts, section 4).
    """

    form: str = Field(min_length=1)
    title: str = Field(min_length=1)
    days: int = Field(ge=1)
    approved_months: int = Field(ge=1)
    exceptional_months: int = Field(ge=1)
    answer: str = Field(min_length=1)
    disagreement: str = Field(min_length=1)
    disagreement_source: str = Field(min_length=1)
    asks: tuple[AskedDetail, ...] = Field(min_length=1)
    reasons: tuple[LateReason, ...] = Field(min_length=1)


def read_overage(files: CodeFiles) -> Overage:
    """Read `overage.toml`; ConfigurationError with every trouble of it."""
    file = TomlFile(files.locate("overage.toml"))
    data = file.parse(Overage)
    for place, message in _slips(data):
        file.add(place, message)
    file.raise_troubles()
    return data


def _slips(data: Overage) -> Iterator[tuple[Place, str]]:
    """Yield where and what: ids that stand twice, codes that do not go with their answer."""
    if data.exceptional_months < data.approved_months:
        yield ("exceptional_months",), "exceptional_months is below approved_months"
    for name in ("asks", "reasons"):
        ids = [entry.id for entry in getattr(data, name)]
        times = Counter(ids)
        for index, each in enumerate(ids):
            if times[each] > 1:
                yield (name, index, "id"), f"the id {each} stands more than once"
    for index, reason in enumerate(data.reasons):
        if reason.submission_code not in _CODES[reason.answer]:
            known = ", ".join(_CODES[reason.answer]) or "none"
            yield (
                ("reasons", index, "submission_code"),
                f"with {reason.answer} the submission code is {known}",
            )
