"""The short code lists: diagnoses, locations, submission codes, insurers, referrers."""

import datetime
import re
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from tpi_billing.codes.files import CodeFiles
from tpi_billing.codes.rows import Record, read_records

InsurerKind = Literal["msp", "icbc", "worksafe", "private", "reciprocal", "quebec"]
Need = Literal["note", "approval", "original-file-number"]


def _parts(text: object) -> object:
    """Split a cell of several values at its semicolons."""
    if isinstance(text, str):
        return tuple(part.strip() for part in text.split(";") if part.strip())
    return text


def _day(text: object) -> object:
    return datetime.date.fromisoformat(text.strip()) if isinstance(text, str) else text


Parts = Annotated[tuple[str, ...], BeforeValidator(_parts)]
Day = Annotated[datetime.date, BeforeValidator(_day)]
_A_DAY = "a date such as 2021-10-01"


class Diagnosis(Record):
    """A diagnostic code that MSP accepts; `usual` for the injections of this kind of clinic."""

    code: str = Field(
        pattern=r"^[0-9EV][0-9]{2,4}$", description="an ICD-9 code without a dot, such as 7291"
    )
    label: str = Field("", description="a short text")
    usual: bool = Field(False, description="yes or no")


class ServiceLocation(Record):
    """A place of service (Teleplan C02 P40) and the service dates that may carry it."""

    code: str = Field(pattern=r"^[A-Z]$", description="one capital letter")
    meaning: str = Field(description="filled in")
    valid_from: Day | None = Field(None, description=_A_DAY)
    valid_to: Day | None = Field(None, description=_A_DAY)

    def valid_on(self, day: datetime.date) -> bool:
        """Tell whether a service of that day may carry the code; both ends count."""
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_to is None or day <= self.valid_to
        )


class SubmissionCode(Record):
    """A submission code (Teleplan C02 P34) and what a claim with it must carry."""

    code: str = Field(pattern=r"^[0-9A-Z]$", description="one digit or capital letter")
    meaning: str = Field(description="filled in")
    needs: Annotated[tuple[Need, ...], BeforeValidator(_parts)] = Field(
        (), description="note, approval or original-file-number, separated by ;"
    )


class Insurer(Record):
    """Who pays: the session's word, and what the claim says (Teleplan C02 P100, often blank)."""

    code: str = Field(pattern=r"^[A-Z]{2,10}$", description="two to ten capital letters")
    teleplan_code: str = Field("", pattern=r"^[A-Z]{2}$", description="two capital letters")
    kind: InsurerKind = Field(description="msp, icbc, worksafe, private, reciprocal or quebec")
    meaning: str = Field(description="filled in")


class GenericReferrer(Record):
    """A number for referrers who have none of their own (Preamble, referring practitioner).

    `profession` is a name of the professions list, blank for an organization.
    """

    number: str = Field(pattern=r"^[0-9]{5}$", description="five digits")
    meaning: str = Field(description="filled in")
    profession: str = Field("", description="a profession")
    name_required: bool = Field(description="yes or no")


class Profession(Record):
    """A profession and whether it may refer for a consultation (Preamble D.2.1)."""

    name: str = Field(validation_alias="profession", description="filled in")
    aliases: Parts = Field((), description="names separated by ;")
    accepted: Parts = Field(
        min_length=1, description="always, never, or the fields it may refer for, separated by ;"
    )
    reason: str = Field("", description="a short text")

    def may_refer_for(self, field: str) -> bool:
        """Tell whether MSP accepts its referral to a consultant of that field."""
        return self.accepted == ("always",) or field in self.accepted

    @property
    def always_accepted(self) -> bool:
        """Tell whether it may refer for any consultation."""
        return self.accepted == ("always",)

    @property
    def never_accepted(self) -> bool:
        """Tell whether it may refer for none."""
        return self.accepted == ("never",)


def read_diagnoses(files: CodeFiles) -> dict[str, Diagnosis]:
    """Read the diagnostic codes by code."""
    return read_records(files.locate("diagnoses.csv"), Diagnosis, lambda each: (each.code,))


def read_locations(files: CodeFiles) -> dict[str, ServiceLocation]:
    """Read the service locations by letter."""
    path = files.locate("service_locations.csv")
    return read_records(path, ServiceLocation, lambda each: (each.code,))


def read_submission_codes(files: CodeFiles) -> dict[str, SubmissionCode]:
    """Read the submission codes by code."""
    path = files.locate("submission_codes.csv")
    return read_records(path, SubmissionCode, lambda each: (each.code,))


def read_insurers(files: CodeFiles) -> dict[str, Insurer]:
    """Read the insurers by the session's word."""
    return read_records(files.locate("insurers.csv"), Insurer, lambda each: (each.code,))


def read_generic_referrers(files: CodeFiles) -> dict[str, GenericReferrer]:
    """Read the generic referral numbers by number."""
    path = files.locate("referral_numbers.csv")
    return read_records(path, GenericReferrer, lambda each: (each.number,))


def read_professions(files: CodeFiles) -> dict[str, Profession]:
    """Read the professions, each under all of its names as `plain_name` writes them."""
    return read_records(
        files.locate("professions.csv"),
        Profession,
        lambda each: {plain_name(name) for name in (each.name, *each.aliases)},
    )


def plain_name(text: str) -> str:
    """Write a profession's name without case, spaces, dots, hyphens: `R.M.T.` is `rmt`."""
    return re.sub(r"[\s.\-_']+", "", text).casefold()
