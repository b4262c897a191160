"""Something that is not what was written: in words, and where."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that is not what was written, in words; and where, as far as that applies.

    Values are not told: they are patients' data.
    """

    message: str
    table: str = ""
    record: str = ""
    fields: tuple[str, ...] = ()
