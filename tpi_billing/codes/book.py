"""The code book: every code list and rule, each read when it is first asked for."""

import datetime
from functools import cached_property
from pathlib import Path

from tpi_billing.codes.adjustments import AdjustmentCode, read_adjustment_codes
from tpi_billing.codes.calendar import Calendar, read_calendar
from tpi_billing.codes.explanatory import (
    ExplanatoryCode,
    near_codes,
    read_explanatory_codes,
    search_codes,
)
from tpi_billing.codes.fees import Edition, FeeItem, Schedule
from tpi_billing.codes.files import CodeFiles, shipped_directory
from tpi_billing.codes.lists import (
    Diagnosis,
    GenericReferrer,
    Insurer,
    Profession,
    ServiceLocation,
    SubmissionCode,
    plain_name,
    read_diagnoses,
    read_generic_referrers,
    read_insurers,
    read_locations,
    read_professions,
    read_submission_codes,
)
from tpi_billing.codes.overage import Overage, read_overage
from tpi_billing.codes.rulebook import Rules
from tpi_billing.codes.rules_file import read_rules
from tpi_billing.errors import ConfigurationError, Trouble

_LISTS = (
    "rules",
    "calendar",
    "_diagnoses",
    "_locations",
    "_submission_codes",
    "_insurers",
    "_generic_referrers",
    "_professions",
    "_explanatory_codes",
    "_adjustment_codes",
    "overage",
)


class CodeBook:
    """The lists in force: the shipped ones, and a workspace's own in their place.

    A list that is broken raises ConfigurationError when it is first asked for.
    """

    def __init__(self, files: CodeFiles) -> None:
        """Take where the lists are; `CodeBook.load` finds them."""
        self._files = files

    @classmethod
    def load(cls, workspace: Path | None = None) -> "CodeBook":
        """Find the lists, with those of `<workspace>/fee_codes` first; reads none of them yet.

        ConfigurationError when the shipped lists are missing, or when the workspace has a file
        that is no code list.
        """
        return cls(CodeFiles(shipped_directory(), workspace))

    def load_all(self) -> None:
        """Read every list now, so that whatever is broken is said at once.

        Raise one ConfigurationError with the troubles of all of them.
        """
        troubles: list[Trouble] = []
        for name in _LISTS:
            try:
                getattr(self, name)
            except ConfigurationError as error:
                troubles += error.troubles
        try:
            for edition in self.editions():
                self._schedule.items_on(edition.date)
        except ConfigurationError as error:
            troubles += error.troubles
        if troubles:
            raise ConfigurationError.of(troubles)

    # The fee schedule

    def editions(self) -> tuple[Edition, ...]:
        """Return every edition of the fee schedule, oldest first."""
        return self._schedule.editions

    def edition_on(self, day: datetime.date) -> Edition:
        """Return the latest edition of that day or before, else the first there is."""
        return self._schedule.edition_on(day)

    def fee_item(self, code: str, on: datetime.date) -> FeeItem | None:
        """Return the item as it stands on the day; None when that edition has none."""
        return self._schedule.items_on(on).get(code)

    def known_fee_item(self, code: str) -> bool:
        """Tell whether any edition has the item."""
        return code in self._known_items

    def search_fee_items(self, text: str, on: datetime.date) -> list[FeeItem]:
        """Return the items of the day whose number begins so, or whose title has every word.

        By number; case does not matter; nothing for a blank text.
        """
        words = text.casefold().split()
        if not words:
            return []
        found = [
            item
            for item in self._schedule.items_on(on).values()
            if item.code.startswith(text.strip())
            or all(word in item.title.casefold() for word in words)
        ]
        return sorted(found, key=lambda item: item.code)

    @cached_property
    def rules(self) -> Rules:
        """The rules of the fee items."""
        return read_rules(self._files, self._known_items)

    # Diagnoses

    def diagnosis(self, code: str) -> Diagnosis | None:
        """Return the diagnostic code, written without a dot, when MSP lists it."""
        return self._diagnoses.get(code)

    def is_listed_diagnosis(self, code: str) -> bool:
        """Tell whether MSP lists the diagnostic code."""
        return code in self._diagnoses

    # MSP's answers

    @property
    def explanatory_codes(self) -> tuple[ExplanatoryCode, ...]:
        """Every explanatory code, those that this kind of clinic meets first."""
        return tuple(self._explanatory_codes.values())

    def explanatory_code(self, code: str) -> ExplanatoryCode | None:
        """Return the explanatory code, whatever its case."""
        return self._explanatory_codes.get(code.strip().upper())

    def search_explanatory_codes(self, text: str) -> list[ExplanatoryCode]:
        """Return the codes that mention every word: in meaning, cause, action, family or check.

        Those whose meaning or family says it come first; nothing for a blank text.
        """
        return search_codes(self._explanatory_codes, text)

    def near_explanatory_codes(self, text: str) -> list[ExplanatoryCode]:
        """Return a few codes that may have been meant by one that does not exist."""
        return near_codes(self._explanatory_codes, text.strip().upper())

    def adjustment_code(self, code: str) -> AdjustmentCode | None:
        """Return what an adjustment of a remittance is for; None when its code is not known."""
        return self._adjustment_codes.get(code.strip().upper())

    @cached_property
    def overage(self) -> Overage:
        """What MSP asks about claims that come later than 90 days."""
        return read_overage(self._files)

    # The short lists

    @property
    def locations(self) -> tuple[ServiceLocation, ...]:
        """Every service location, older ones included."""
        return tuple(self._locations.values())

    def location(self, code: str, on: datetime.date) -> ServiceLocation | None:
        """Return the service location when a service of that day may carry it."""
        location = self._locations.get(code)
        return location if location and location.valid_on(on) else None

    def submission_code(self, code: str) -> SubmissionCode | None:
        """Return the submission code."""
        return self._submission_codes.get(code)

    def insurer(self, code: str) -> Insurer | None:
        """Return the insurer by the session's word, such as `MSP` or `AB`."""
        return self._insurers.get(code)

    def generic_referrer(self, number: str) -> GenericReferrer | None:
        """Return what a generic referral number stands for; None for a practitioner's own."""
        return self._generic_referrers.get(number)

    def profession(self, text: str) -> Profession | None:
        """Return the profession of any of its names, whatever the case, spaces and dots."""
        return self._professions.get(plain_name(text))

    @cached_property
    def calendar(self) -> Calendar:
        """Holidays and close-off dates."""
        return read_calendar(self._files)

    @cached_property
    def _schedule(self) -> Schedule:
        return Schedule(self._files)

    @cached_property
    def _known_items(self) -> frozenset[str]:
        return self._schedule.known()

    @cached_property
    def _diagnoses(self) -> dict[str, Diagnosis]:
        return read_diagnoses(self._files)

    @cached_property
    def _locations(self) -> dict[str, ServiceLocation]:
        return read_locations(self._files)

    @cached_property
    def _submission_codes(self) -> dict[str, SubmissionCode]:
        return read_submission_codes(self._files)

    @cached_property
    def _insurers(self) -> dict[str, Insurer]:
        return read_insurers(self._files)

    @cached_property
    def _generic_referrers(self) -> dict[str, GenericReferrer]:
        return read_generic_referrers(self._files)

    @cached_property
    def _professions(self) -> dict[str, Profession]:
        return read_professions(self._files)

    @cached_property
    def _explanatory_codes(self) -> dict[str, ExplanatoryCode]:
        return read_explanatory_codes(self._files)

    @cached_property
    def _adjustment_codes(self) -> dict[str, AdjustmentCode]:
        return read_adjustment_codes(self._files)
