"""Days and times as files hold them become `2026-10-31` and `09:00`; nothing is guessed."""

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from tpi_billing.errors import ConfigurationError
from tpi_billing.intake.shown import Cell, shown

EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 - a spreadsheet's days have no time zone
_SECONDS_A_DAY = 86_400
_FIRST_SERIAL, _LAST_SERIAL = 367, 109_575
"""Serial days from 1901 to 2199: smaller numbers are more likely a mistake than a date."""

_TIME = re.compile(
    r"(\d{1,2}):(\d{2})(?::\d{2}(?:\.\d+)?)?(?:\s*([ap])\.?\s?m\.?)?", re.IGNORECASE | re.ASCII
)
_HOUR = re.compile(r"(\d{1,2})\s*([ap])\.?\s?m\.?", re.IGNORECASE | re.ASCII)
_DATE_AND_TIME = re.compile(
    r"(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2})?)(?:\.\d+)?Z?", re.ASCII
)
_PLAIN_DATE = re.compile(r"\d{8}", re.ASCII)


def check_formats(formats: tuple[str, ...]) -> None:
    """Raise ConfigurationError for a format of the mapping that does not name a whole day."""
    sample = datetime(2026, 10, 31)  # noqa: DTZ001
    for form in formats:
        try:
            read = datetime.strptime(sample.strftime(form), form)  # noqa: DTZ007
        except (ValueError, re.error):  # the latter for a part that stands twice
            read = None
        if read is None or read.date() != sample.date():
            raise ConfigurationError(
                f"The mapping's date format {form} does not name a day, a month and a year.",
                hint='Write it with %d, %m or %b, and %Y, such as dates = ["%d-%b-%Y"].',
            )


def day_reader(
    formats: tuple[str, ...], epoch: datetime, restored: Callable[[str], None]
) -> Callable[[str, Cell], str]:
    """Return a function of column and cell that gives the ISO day, or the text as it stood.

    The mapping's formats come first, and two of them that disagree leave the text alone. A bare
    number is a day counted from `epoch`, and `restored` is told its column.
    """

    @lru_cache(maxsize=50_000)
    def of_text(text: str) -> str:
        return _iso_day(text, formats)

    def read(column: str, cell: Cell) -> str:
        if isinstance(cell, str):
            return of_text(cell.strip())
        if isinstance(cell, datetime):
            return cell.date().isoformat()
        if isinstance(cell, int | float) and not isinstance(cell, bool):
            if _FIRST_SERIAL <= cell < _LAST_SERIAL:
                restored(column)
                return (epoch + timedelta(days=int(cell))).date().isoformat()
            return of_text(shown(cell))
        return shown(cell)

    return read


def _iso_day(text: str, formats: tuple[str, ...]) -> str:
    """Return a day as ISO text, or the text itself if it is none or could be several."""
    days = {day for form in formats if (day := _day_of(text, form)) is not None}
    if len(days) == 1:
        return days.pop().isoformat()
    if days:
        return text
    if _PLAIN_DATE.fullmatch(text):
        day = _day_of(text, "%Y%m%d")
        return text if day is None else day.isoformat()
    match = _DATE_AND_TIME.fullmatch(text)
    return match[1] if match else text


def _day_of(text: str, form: str) -> date | None:
    try:
        return datetime.strptime(text, form).date()  # noqa: DTZ007
    except ValueError:
        return None


def time_of_day(cell: Cell) -> str:
    """Return `HH:MM`, seconds dropped, or the text as it stood if it is no time of day."""
    if isinstance(cell, str):
        return _iso_time(cell.strip())
    if isinstance(cell, datetime | time):
        return f"{cell.hour:02d}:{cell.minute:02d}"
    if isinstance(cell, timedelta):
        return _from_seconds(cell.total_seconds(), shown(cell))
    if isinstance(cell, float) and 0 < cell < 1:
        return _from_seconds(cell * _SECONDS_A_DAY, shown(cell))
    return _iso_time(shown(cell))


def _from_seconds(seconds: float, otherwise: str) -> str:
    minutes = round(seconds) // 60
    return f"{minutes // 60:02d}:{minutes % 60:02d}" if 0 <= minutes < 24 * 60 else otherwise


@lru_cache(maxsize=5_000)
def _iso_time(text: str) -> str:
    """Return `HH:MM`, or the text itself if it is no time of day; seconds are dropped."""
    if match := _DATE_AND_TIME.fullmatch(text):
        text = match[2]
    if text.isascii() and text.isdigit() and len(text) in {3, 4}:
        hour, minute, half = text[:-2], text[-2:], None
    elif match := _TIME.fullmatch(text):
        hour, minute, half = match.groups()
    elif match := _HOUR.fullmatch(text):
        hour, minute, half = match[1], "00", match[2]
    else:
        return text
    hours = int(hour)
    if half is not None:
        if not 1 <= hours <= 12:
            return text
        hours = hours % 12 + (12 if half.lower() == "p" else 0)
    return f"{hours:02d}:{minute}" if hours < 24 and int(minute) < 60 else text
