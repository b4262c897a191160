"""Every command that changes something, from which stage of a month, and with which words.

`test_every_command` fails when one is missing.
"""

from dataclasses import dataclass
from typing import Literal

from tpi_billing.cli.commands import COMMANDS, Group
from tpi_billing.cli.read_only import LOOKING

from .stages import LATER, PHN, RIGHT

_DAY = "2026-11-05"


@dataclass(frozen=True)
class Case:
    """A command to disturb: `{place}` in its words is the workspace.

    `talks`: it needs MSP; `takes`: the files that it reads; `asked`: what a person types when it
    asks for a password. `slow` ones are tried at fewer points. `own_names`: each run writes files
    under names of its own. `goes_back`: to an earlier ledger, which may hold less. `moves`: into
    another ledger, `{elsewhere}` in its words: a new file, or a new database of the server.
    `script`: it prints SQL, which an administrator runs. `only`: with ledgers in files, or on a
    server.
    """

    name: str
    stage: str
    words: tuple[str, ...]
    talks: bool = False
    takes: tuple[str, ...] = ()
    as_of: str = _DAY
    asked: tuple[str, ...] = ()
    slow: bool = False
    own_names: bool = False
    goes_back: bool = False
    moves: Literal["", "to a file", "to a server"] = ""
    script: bool = False
    only: Literal["", "files", "server"] = ""

    @property
    def label(self) -> str:
        """Its name, with what tells it from another case of the same command."""
        return " ".join([self.name, *({"--resolve"} & {*self.words}), self.moves]).strip()


def _case(name: str, stage: str, more: str = "", **options: object) -> Case:
    words = tuple(word.replace("_", " ") for word in more.split())
    return Case(name, stage, (*name.split(), *words), **options)  # type: ignore[arg-type]


_NEW_PASSWORD = "Another-2"
CASES = (
    Case("init", "nothing", ("init", "{place}"), only="files"),
    Case("demo", "nothing", ("demo", "{place}"), slow=True, only="files"),
    _case("sessions import", "clinic", "{place}/visits.csv --corrections {place}/fix.xlsx",
          takes=("visits.csv",)),
    _case("sessions second-service", "imported", "N2001 --item 01157 --reason again"),
    _case("referrals import", "clinic", "{place}/referrals.csv", takes=("referrals.csv",)),
    _case("referrals add", "clinic", f"--phn {PHN} --number 35546 --date 2026-09-01"),
    _case("referrals updated", "referred", "1 --on 2026-10-30 --note letter"),
    _case("referrals close", "referred", "1 --on 2026-11-01 --reason ended"),
    _case("referrals reopen", "referred", "2 --reason wrong"),
    _case("referrals missing", "imported", "--xlsx {place}/calls.xlsx --letters {place}/letters"),
    _case("overage approve", "imported",
          "--reference 12-345 --reason letter --session N1011"),
    _case("batch create", "imported", "--month 2026-10"),
    _case("batch export", "billed", "1"),
    _case("batch sent", "billed", "1"),
    _case("batch confirm", "uploaded", "1 --reason TID_005"),
    _case("batch void", "billed", "1 --reason wrong_month"),
    _case("submit", "billed", "1", talks=True),
    _case("submit", "in doubt", "1 --resolve", talks=True),
    _case("pickup", "sent", talks=True),
    _case("remittance import", "accepted", "{place}/remit.txt", takes=("remit.txt",),
          as_of="2026-11-20"),
    _case("claims correct", "answered", f"1 --set {RIGHT} --reason typo", as_of="2026-11-20"),
    _case("claims resubmit", "answered", "--code-of AF --note COVERED --reason back",
          as_of="2026-11-20"),
    _case("claims debit", "answered",
          "4 --note WRONG_PATIENT --file-number 0000000004 --reason wrong", as_of="2026-11-20"),
    _case("claims write-off", "answered", "1 --reason agreed", as_of="2026-11-20"),
    _case("close", "answered", "2026-11", as_of=LATER),
    _case("audit sample", "accepted", "--month 2026-10 --seed 7 --size 3 {place}/sample.xlsx"),
    _case("audit review", "drawn", "{place}/review.xlsx", takes=("review.xlsx",)),
    _case("fees import", "clinic", "{place}/prices.csv", takes=("prices.csv",)),
    _case("eligibility", "billed", f"{PHN} 1970-02-03", talks=True),
    _case("teleplan log", "sent", talks=True),
    _case("teleplan lists", "billed", "1 --out {place}/list.txt", talks=True),
    _case("teleplan password", "billed", talks=True, asked=(_NEW_PASSWORD, _NEW_PASSWORD)),
    _case("teleplan number", "imported", "set 901 --reason TETA-022"),
    _case("ledger backup", "billed", "--out {place}/copies", own_names=True),
    _case("ledger restore", "backed up", "{place}/copies/*.db", own_names=True,
          goes_back=True, only="files"),
    _case("ledger export", "billed", "--out {place}/plain"),
    _case("ledger move", "answered", "--to {elsewhere}", moves="to a file"),
    _case("ledger move", "in a file", "--to {elsewhere}", moves="to a server", only="server"),
    _case("ledger roles", "billed", "--data-centres", script=True, only="server"),
)  # fmt: skip


def changing() -> set[str]:
    """Return every command of the tool that is not known to look only."""
    names = set()
    for name, entry in COMMANDS.items():
        inner = entry.commands if isinstance(entry, Group) else {}
        names |= {f"{name} {one}" for one in inner} if inner else {name}
    return names - LOOKING
