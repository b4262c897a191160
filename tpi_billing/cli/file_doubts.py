"""What `sessions import` says of whole files: their months, and whether they are the right ones."""

from typing import Any

from tpi_billing.cli.paragraph import put
from tpi_billing.cli.screen import Screen

_NAMED = 6


def show_file_doubts(screen: Screen, data: dict[str, Any]) -> None:
    """Write the months of the visits, and what is odd about the files."""
    months = list(data["months"])
    if months:
        named = ", ".join(months[:_NAMED])
        more = f" and {len(months) - _NAMED} more months" if len(months) > _NAMED else ""
        put(screen, f"Completed visits of {named}{more}.")
    for doubt in data["doubts"]:
        screen.line()
        put(screen, f"Look at the file first: {doubt['message']}")
        put(screen, f"-> {doubt['hint']}", "  ", "     ")
    if data["doubts"]:
        screen.line()
