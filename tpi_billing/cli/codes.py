"""`codes`: what MSP's explanatory codes mean and what to do about each."""

import re
import textwrap
from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tpi_billing.cli.result import Result
from tpi_billing.cli.screen import Screen
from tpi_billing.cli.settings import Settings
from tpi_billing.errors import Trouble, UsageError
from tpi_billing.model.catalogue import CHECK

if TYPE_CHECKING:
    from tpi_billing.codes import CodeBook, ExplanatoryCode, Overage

_WIDTH = 80
_LABEL = 12
_CODE_LENGTH = 2
_SEPARATORS = re.compile(r"[\s,;]+")


def explain(
    ctx: typer.Context,
    codes: Annotated[
        list[str],
        typer.Argument(metavar="CODE...", help="Codes of a refusal or remittance; '*A' in quotes."),
    ],
) -> Result:
    """Explain explanatory codes, and what to do.

    For each: its cause, the field at fault, who acts, what can be sent again and by when, and
    which check catches it beforehand.

    Example: tpi-billing codes explain VM BV
    """
    settings: Settings = ctx.obj
    found = _found(settings.codes, codes)
    late = settings.codes.overage if any(each.resubmit == "approval" for each in found) else None

    def show(screen: Screen) -> None:
        for each in found:
            _show_code(screen, each)
            if late is not None and each.resubmit == "approval":
                _show_overage(screen, late)

    return Result({"codes": [_row(each) for each in found]}, show)


def search(
    ctx: typer.Context,
    words: Annotated[
        list[str], typer.Argument(metavar="WORD...", help="Words of meaning, cause, cure, family.")
    ],
    limit: Annotated[int | None, typer.Option(min=1, help="So many at most.")] = None,
) -> Result:
    """Find explanatory codes by word.

    Example: tpi-billing codes search referral
    """
    settings: Settings = ctx.obj
    every = settings.codes.search_explanatory_codes(" ".join(words))
    found = every[:limit]

    def show(screen: Screen) -> None:
        if found:
            screen.table(
                ("code", "family", "meaning"),
                ((each.code, each.family, each.meaning) for each in found),
                wrap=("meaning",),
            )
        said = f"{len(found)} of {len(every)} codes." if len(found) < len(every) else ""
        screen.remark(f"{said or f'{len(every)} codes.'} One whole: tpi-billing codes explain VM")

    return Result({"codes": [_row(each) for each in found]}, show)


def _found(book: "CodeBook", asked: Iterable[str]) -> list["ExplanatoryCode"]:
    """Return the codes asked for, each once; raise one UsageError that names all unknown ones."""
    names = [name for text in asked for name in _SEPARATORS.split(text) if name]
    found: dict[str, ExplanatoryCode] = {}
    troubles: list[Trouble] = []
    for name in dict.fromkeys(name.upper() for name in names):
        code = book.explanatory_code(name)
        if code is not None:
            found[code.code] = code
        else:
            troubles.append(_unknown(book, name))
    if troubles:
        raise UsageError.of(troubles)
    if not found:
        raise UsageError("No explanatory code was given.", hint="tpi-billing codes explain VM")
    return list(found.values())


def _unknown(book: "CodeBook", name: str) -> Trouble:
    """Say that there is no such code; longer text may be a patient's and is not repeated."""
    by_word = "Find one by word: tpi-billing codes search referral"
    if len(name) != _CODE_LENGTH:
        return Trouble("An explanatory code has two characters.", by_word)
    near = ", ".join(each.code for each in book.near_explanatory_codes(name))
    hint = f"Near ones: {near}. {by_word}" if near else by_word
    return Trouble(f"MSP has no explanatory code {name}.", hint)


def _row(code: "ExplanatoryCode") -> dict[str, Any]:
    return code.model_dump(mode="json")


_OUTCOME = {
    "refused": "refused",
    "reduced": "paid in part",
    "changed": "paid as something else",
    "paid-information": "information",
    "held": "held by MSP",
    "reversed": "payment taken back",
}
_WHO = {"clinic": "the clinic", "patient": "the patient", "msp": "MSP", "nobody": "nobody"}
_AGAIN = {
    "no": "no",
    "wait": "no, MSP is at work on it",
    "same": "yes, unchanged",
    "corrected": "yes, corrected",
    "appeal": "yes, to be judged again, with a note",
    "coverage": "yes, once the coverage is put right, with a note",
    "approval": "yes, once MSP has approved the late claim",
    "payer": "to whoever has to pay it",
    "debit": "yes, to have the payment taken back, with a note",
}
_UNTIL = {
    "service+90": "90 days after the service; later only with MSP's approval",
    "remittance+90": "90 days after the remittance that brought the code",
    "approval": "what MSP's letter of approval says",
}
_CERTAINTY = {
    "documented": "the meaning follows from MSP's list or a printed rule",
    "inferred": "our reading, to be confirmed with MSP",
}


def _show_code(screen: Screen, code: "ExplanatoryCode") -> None:
    screen.heading(f"{code.code}  {_OUTCOME[code.outcome]}  ({code.family})")
    checks = (f"{each}: {CHECK[each].title}" for each in code.prevented_by)
    _facts(
        screen,
        [
            ("meaning", code.meaning),
            ("cause", code.cause),
            ("field", _field(code.field)),
            ("who acts", _WHO[code.who]),
            ("what to do", code.action),
            ("send again", _again(code)),
            ("until", _until(code)),
            ("our check", "; ".join(checks)),
            ("how sure", _CERTAINTY[code.certainty]),
        ],
    )


def _field(p: str) -> str:
    """Name a field of the claim record as its layout does, without what it holds when blank."""
    from tpi_billing.teleplan.records.c02 import C02

    if p == "N01":
        return "N01 note: the note record"
    for field in C02.fields:
        if p and field.p == p:
            return f"{p} {field.label}: {field.meaning.partition(';')[0]}"
    return p


def _again(code: "ExplanatoryCode") -> str:
    said = _AGAIN[code.resubmit]
    return f"{said}, submission code {code.submission_code}" if code.submission_code else said


def _until(code: "ExplanatoryCode") -> str:
    if not code.submission_code:
        return ""
    return _UNTIL.get(code.deadline, "no limit is known")


def _show_overage(screen: Screen, late: "Overage") -> None:
    refused = [each.reason for each in late.reasons if each.answer == "not-accepted"]
    free = [
        f"{each.submission_code}: {each.reason}"
        for each in late.reasons
        if each.answer == "no-approval"
    ]
    screen.heading(f"{late.form}  {late.title}")
    _facts(
        screen,
        [
            ("reaches back", f"{late.approved_months} months, rarely {late.exceptional_months}"),
            ("asks for", "; ".join(each.what for each in late.asks if each.required)),
            ("not accepted", "; ".join(refused)),
            ("not needed", "; ".join(free)),
            ("then", late.answer),
        ],
    )


def _facts(screen: Screen, pairs: Iterable[tuple[str, str]]) -> None:
    """Write names and texts in two columns of 80 characters, leaving out blank texts."""
    for name, text in pairs:
        if text:
            start = f"{name.ljust(_LABEL)}  "
            lines = textwrap.wrap(text, _WIDTH - len(start), break_on_hyphens=False)
            for line in lines:
                screen.line(start + line)
                start = " " * len(start)
