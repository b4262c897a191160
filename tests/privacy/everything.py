"""Every command of the tool, each in the ways that show or write most; a test compares the list.

`{out}` is a folder for what is written, `{data}` has the files that a command reads. The exit
codes are those that the world of `hostile.world` leads to. A command that changes the ledger runs
on a copy of its own.
"""

from dataclasses import dataclass, field
from pathlib import Path

from hostile.world import AS_OF, OTHER_PHN, PHN

from tpi_billing.cli.commands import COMMANDS, Group


@dataclass(frozen=True)
class Way:
    """One way to give a command: its words, how it may end, and whether MSP must answer."""

    words: str
    codes: frozenset[int]
    msp: bool = False
    as_of: str = AS_OF
    typed: str = ""
    more: tuple[str, ...] = field(default=())

    def given(self, out: Path, data: Path) -> list[str]:
        """Return the words with their folders."""
        parts = [*self.words.split(), *self.more]
        return [part.replace("{out}", str(out)).replace("{data}", str(data)) for part in parts]


def _way(words: str, *codes: int, msp: bool = False, more: tuple[str, ...] = ()) -> Way:
    return Way(words, frozenset(codes or {0}), msp=msp, more=more)


WHY = ("--reason", f"call {PHN} back")
NOTE = ("--note", "SEE CHART")

COMMAND_WAYS: dict[str, tuple[Way, ...]] = {
    "init": (_way("init {out}/new"),),
    "demo": (_way("demo {out}/demo"),),
    "doctor": (_way("doctor", 0, 1),),
    "sessions import": (
        _way("sessions import {data}/export.csv", 1),
        _way("sessions import {data}/export.csv --corrections {out}/fix.xlsx", 1),
        _way("sessions import {data}/changed.csv", 1),
        _way("sessions import {data}/export.xlsx --corrections {out}/fix.xlsx", 1),
        _way("sessions import {data}/export.jsonl --dry-run", 1),
        _way("sessions import {data}/broken.csv", 4),
        _way("sessions import {data}/no-header.csv", 4),
        _way("sessions import {data}/shifted.csv", 1),
        _way("sessions import {data}/broken.jsonl", 4),
        _way("sessions import {data}/export.csv --mapping my-emr", 4),
    ),
    "sessions template": (_way("sessions template {out}/template.xlsx"),),
    "sessions list": (_way("sessions list"),),
    "sessions show": (
        *(_way(f"sessions show W{n}", 0, 1, 2) for n in (1, 20, 22, 23, 25, 26, 29, 30, 31, 34)),
        _way("sessions show", 0, 1, 2, more=(PHN,)),
        _way("sessions show", 2, more=(OTHER_PHN,)),
    ),
    "sessions gaps": (
        _way("sessions gaps --month 2026-10", 0, 1),
        _way("sessions gaps --month 2026-10 --counts {data}/export.csv", 4),
    ),
    "sessions second-service": (
        _way("sessions second-service W28 --item 01157", 0, 1, more=WHY),
        _way("sessions second-service --item 01157", 2, more=(OTHER_PHN, *WHY)),
    ),
    "referrals import": (
        _way("referrals import {data}/referrals.csv", 0, 1),
        _way("referrals import {data}/export.csv", 1, 4),
    ),
    "referrals add": (
        _way(f"referrals add --phn {OTHER_PHN} --number 35546 --date 2026-09-01"),
        _way("referrals add --phn 9999999999 --number 35546 --date 2026-09-01", 0, 1, 2),
        _way("referrals add --number 35546 --date 2026-09-01 --patient-id Vantablackwood", 0, 1),
        _way(
            "referrals add --number Ompherelli --date 2026-09-01",
            1,
            2,
            more=("--phn", PHN, "--name", "Ompherelli"),
        ),
    ),
    "referrals list": (
        _way("referrals list"),
        _way(f"referrals list --patient {PHN}"),
        _way("referrals list --patient Vantablackwood"),
    ),
    "referrals updated": (
        _way("referrals updated 1 --on 2026-11-30", more=("--note", "Gloamwhistle drawer")),
        _way("referrals updated 99 --on 2026-11-30", 2),
    ),
    "referrals close": (_way("referrals close 1 --on 2026-11-30", more=WHY),),
    "referrals reopen": (_way("referrals reopen 1", 0, 2, 5, more=WHY),),
    "referrals missing": (
        _way("referrals missing", 0, 1),
        _way("referrals missing --xlsx {out}/missing.xlsx --letters {out}/faxes", 0, 1),
    ),
    "check": (_way("check", 1), _way("check --xlsx {out}/findings.xlsx", 1)),
    "worklist": (_way("worklist", 1), _way("worklist --xlsx {out}/worklist.xlsx", 1)),
    "ledger backup": (_way("ledger backup --out {out}/copies", 0, 1),),
    "ledger restore": (_way("ledger restore {data}/export.csv", 2, 3, 4, 5, 6),),
    "ledger export": (_way("ledger export --out {out}/plain", 0, 1),),
    "ledger move": (_way("ledger move", 2, 3, 5),),
    "ledger roles": (_way("ledger roles", 0, 2, 3, 5),),
    "overage summary": (
        _way("overage summary", 0, 1),
        _way("overage summary --xlsx {out}/overage.xlsx", 0, 1),
    ),
    "overage approve": (
        _way("overage approve --reference 12-345 --session W31", 0, 1, more=WHY),
        _way("overage approve --reference 12-345 --session", 1, 2, more=(OTHER_PHN, *WHY)),
    ),
    "batch create": (
        _way("batch create --month 2026-10 --dry-run", 0, 1),
        _way("batch create --month 2026-10", 0, 1),
    ),
    "batch list": (_way("batch list"),),
    "batch show": (_way("batch show 1", 0, 1), _way("batch show 2", 0, 1)),
    "batch export": (
        _way("batch export 2 --out {out}/batch", 0, 1),
        _way("batch export 2", 0, 1),
        _way("batch export 2 --out {data}/export.csv", 4),
    ),
    "batch sent": (_way("batch sent 2"),),
    "batch confirm": (_way("batch confirm 2", 0, 1, 2, 5, more=("--reason", f"{PHN}")),),
    "batch void": (_way("batch void 2", more=WHY), _way("batch void 1", 5, more=WHY)),
    "submit": (
        _way("submit 2", 7, msp=True),
        _way("submit 1", 5, msp=True),
        _way("submit 2", 3, 7),
    ),
    "pickup": (_way("pickup", 0, 1, msp=True), _way("pickup", 3, 7)),
    "remittance import": (
        _way("remittance import {data}/remit.txt", 0, 1),
        _way("remittance import {data}/strange.txt", 0, 1),
        _way("remittance import {data}/export.csv", 4),
    ),
    "remittance list": (_way("remittance list", 0, 1),),
    "remittance show": (_way("remittance show 2026-11-12", 0, 1), _way("remittance show 1", 0, 1)),
    "claims list": (_way("claims list"),),
    "claims show": tuple(_way(f"claims show {n}", 0, 1) for n in range(1, 10)),
    "claims trace": (
        _way("claims trace 1", 0, 1),
        _way(f"claims trace --patient {PHN} --all", 0, 1),
        _way("claims trace --patient Vantablackwood", 0, 1, 2),
        _way("claims trace 3 --page {out}/trace.html", 0, 1),
    ),
    "claims correct": (
        _way("claims correct 1", 0, 1),
        _way(f"claims correct 1 --set phn={OTHER_PHN}", 0, 1, more=WHY),
        _way("claims correct 1 --set patient_surname=Vantablackwood9 --set phn=9999999999", 0, 1),
        _way("claims correct 1 --set session_id=Vantablackwood", 2),
        _way("claims correct --export {out}/correct.xlsx", 0, 1),
        _way("claims correct --import {data}/correct.xlsx", 0, 1, 4),
        _way("claims correct 3 --from-import", 0, 1, 2, 5),
    ),
    "claims resubmit": (_way("claims resubmit 2", 0, 1, more=(*WHY, *NOTE)),),
    "claims debit": (
        _way("claims debit 4 --file-number 0000000004", 0, 1, more=(*WHY, *NOTE)),
        _way("claims debit 4", 5, more=(*WHY, *NOTE)),
    ),
    "claims write-off": (_way("claims write-off 2 3", more=WHY),),
    "close": (_way("close 2026-11 --dry-run", 0, 1, 5), _way("close 2026-11", 0, 1, 5)),
    **{
        f"report {name}": (
            _way(f"report {name}", 0, 1),
            _way(f"report {name} --csv {{out}}/r.csv --xlsx {{out}}/r.xlsx", 0, 1),
        )
        for name in ("books", "remittances", "receivables", "refusals", "expected", "adjustments")
    },
    "report write-offs": (
        _way("report write-offs", 0, 1),
        _way("report write-offs --csv {out}/r.csv --xlsx {out}/r.xlsx", 0, 1),
    ),
    "report month-end": (_way("report month-end 2026-11 {out}/m.xlsx", 0, 1),),
    "audit verify": (_way("audit verify"),),
    "audit log": (_way("audit log"),),
    "audit facts": (_way("audit facts --out {out}/facts", 0, 1),),
    "audit patterns": (
        _way("audit patterns", 0, 1),
        _way("audit patterns --xlsx {out}/patterns.xlsx", 0, 1),
    ),
    "audit report": (_way("audit report --month 2026-10 --out {out}/audit", 0, 1),),
    "audit sample": (
        _way("audit sample --month 2026-10 --seed 8 --size 4 {out}/review.xlsx", 0, 1),
    ),
    "audit review": (
        _way("audit review {data}/s.xlsx", 0, 1),
        _way("audit review {data}/export.xlsx", 4),
    ),
    "fees show": (_way("fees show 01157"),),
    "fees search": (_way("fees search trigger"),),
    "fees price": (_way("fees price 01157"),),
    "fees import": (
        _way("fees import {data}/export.csv", 3, 4),
        _way("fees import {data}/export.csv --kind diagnoses", 3, 4),
        _way("fees import {data}/export.csv --kind explanatory", 3, 4),
    ),
    "fees diff": (_way("fees diff", 0, 1, 2),),
    "codes explain": (_way("codes explain AB"),),
    "codes search": (_way("codes search referral"),),
    "eligibility": (
        _way(f"eligibility {PHN} 1970-02-03", 0, 1, msp=True),
        _way("eligibility 9999999999 1970-02-03", 2, msp=True),
        _way(f"eligibility {PHN} 1970-02-03", 3, 7),
    ),
    "teleplan log": (_way("teleplan log", 0, 1, 7, msp=True),),
    "teleplan lists": (_way("teleplan lists", 0, 1, 7, msp=True),),
    "teleplan password": (_way("teleplan password --store", msp=True),),
    "teleplan number": (
        _way("teleplan number"),
        _way("teleplan number set 5000", 0, 1, 5, more=WHY),
    ),
}


def all_commands() -> list[str]:
    """Name every command that there is."""
    names: list[str] = []
    for name, entry in COMMANDS.items():
        below = list(entry.commands) if isinstance(entry, Group) else []
        names += [f"{name} {each}" for each in below] or [name]
    return names
