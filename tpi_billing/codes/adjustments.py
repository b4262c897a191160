"""What MSP's adjustment codes mean, in our own words: money of a remittance that no claim made."""

from typing import Literal

from pydantic import Field

from tpi_billing.codes.files import CodeFiles
from tpi_billing.codes.rows import Record, read_records


class AdjustmentCode(Record):
    """A code of an adjustment (Teleplan S23, S24 column 36, and within S01 and S02).

    `certainty` is of the meaning: documented follows from MSP's own list, inferred from use.
    """

    code: str = Field(pattern=r"^[0-9A-Z]{2}$", description="two digits or capital letters")
    meaning: str = Field(description="filled in")
    explanation: str = Field("", description="a sentence")
    source: str = Field(description="filled in")
    certainty: Literal["documented", "inferred"] = Field(description="documented or inferred")


def read_adjustment_codes(files: CodeFiles) -> dict[str, AdjustmentCode]:
    """Read the adjustment codes by code."""
    path = files.locate("adjustment_codes.csv")
    return read_records(path, AdjustmentCode, lambda each: (each.code,))
