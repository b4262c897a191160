"""What a rule is: a check's id and the function that looks for it."""

from collections.abc import Callable
from dataclasses import dataclass

from tpi_billing.checks.context import Visit
from tpi_billing.model.finding import Problem

Found = Problem | list[Problem] | None
"""What a rule returns: nothing on a clean session, otherwise one problem or several."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of the table; `find` returns problems whose code is `check_id`."""

    check_id: str
    find: Callable[[Visit], Found]
