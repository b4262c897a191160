"""What `--debug` shows of a failure: where it happened, and never what the data said.

The words of an exception may quote a cell, a row or a whole statement. They are left out but for
those of this tool's own failures, which name no patient, and what the system says of a file.
"""

import traceback
from collections.abc import Iterator

from tpi_billing.errors import BillingError
from tpi_billing.model.masking import mask_health_numbers_in


def trace_of(error: BaseException) -> Iterator[str]:
    """Yield the lines of a failure's traceback, the first cause first, each with its line end."""
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if cause is not None and cause is not error:
        yield from trace_of(cause)
        yield "\nand then:\n\n"
    yield "Traceback (most recent call last):\n"
    yield from traceback.format_tb(error.__traceback__)
    yield f"{type(error).__module__}.{type(error).__qualname__}: {_said(error)}\n"


def _said(error: BaseException) -> str:
    if isinstance(error, BillingError):
        return mask_health_numbers_in(str(error))
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return "(its words are left out: they may quote a patient's data)"
