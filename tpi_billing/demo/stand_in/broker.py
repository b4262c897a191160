"""What the stand-in does when it is asked: one small function for each action."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from tpi_billing import clock
from tpi_billing.codes import CodeBook
from tpi_billing.codes.files import CodeFiles
from tpi_billing.demo.stand_in import submission
from tpi_billing.demo.stand_in.answer import (
    EXPIRED_PASSWORD,
    LINE_END,
    Answer,
    failure,
    lines,
    not_signed_on,
)
from tpi_billing.demo.stand_in.coverage import check_coverage
from tpi_billing.demo.stand_in.cycle import Cycle
from tpi_billing.demo.stand_in.forms import Form
from tpi_billing.demo.stand_in.information import information
from tpi_billing.demo.stand_in.judge import Judge
from tpi_billing.demo.stand_in.pickup import pick_up
from tpi_billing.demo.stand_in.rules import ALL_PAID, Habits
from tpi_billing.demo.stand_in.sessions import Session, Sessions
from tpi_billing.demo.stand_in.state import CommittedFile, State

_CURRENT_LOG = "CURRENT"
_WHEN_EXPIRED = frozenset({"AchangePW", "AsignOff"})


@dataclass
class Broker:
    """The stand-in without its server; whoever calls it lets in one request at a time."""

    state: State
    files: CodeFiles
    habits: Habits = ALL_PAID
    seed: int = 7
    limits: submission.Limits = field(default_factory=submission.Limits)
    labels_on_own_lines: bool = False
    strangers: set[str] = field(default_factory=set)
    coverage_ends: dict[str, date] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Read what is needed of the code lists."""
        self.codes = CodeBook(self.files)
        self.cycle = Cycle(self.codes.calendar)
        self.sessions = Sessions()

    def sign_on(self, form: Form, today: date) -> tuple[Answer, list[str]]:
        """Sign a user on; return the answer and the cookies to set."""
        account = self.state.account
        username = form.fields.get("username", "")
        if not account.knows(username, form.fields.get("password", "")):
            return failure("USER NAME OR PASSWORD NOT VALID"), []
        expired = account.has_expired(today)
        _, cookies = self.sessions.open(username, expired=expired)
        self._log(today, f"AsignOn {'EXPIRED.PASSWORD' if expired else 'SUCCESS'}")
        if expired:
            return Answer(result=EXPIRED_PASSWORD, message="THE PASSWORD HAS EXPIRED"), cookies
        return Answer(), cookies

    def ask(self, action: str, form: Form, session: Session | None, today: date) -> Answer:
        """Do what somebody asks who says to be signed on."""
        if session is None or (session.expired and action not in _WHEN_EXPIRED):
            return not_signed_on()
        if action == "AsignOff":
            self.sessions.close(session)
            return Answer()
        if action == "AchangePW":
            return self._change_password(form, session, today)
        do = self._actions().get(action)
        return failure(f"ACTION NOT KNOWN: {action[:40]}") if do is None else do(form, today)

    def _actions(self) -> dict[str, Callable[[Form, date], Answer]]:
        return {
            "AputRemit": self._submit,
            "AputAscii": self._test_file,
            "AgetRemit": self._pick_up,
            "AgetAscii": self._information,
            "AgetLog": self._get_log,
            "AgetLogList": lambda _form, _today: Answer(lines([_CURRENT_LOG])),
            "AcheckE45": self._coverage,
        }

    def _change_password(self, form: Form, session: Session, today: date) -> Answer:
        said, account = form.fields, self.state.account
        new = said.get("new.password", "")
        if not account.knows(said.get("username", ""), said.get("password", "")):
            return failure("USER NAME OR PASSWORD NOT VALID")
        if not new or new != said.get("confirm.password"):
            return failure("NEW PASSWORD AND ITS CONFIRMATION ARE NOT THE SAME")
        if account.knows(account.username, new):
            return failure("NEW PASSWORD IS THE OLD ONE")
        account.change(new, today)
        session.expired = False
        self._log(today, "AchangePW SUCCESS")
        return Answer()

    def _submit(self, form: Form, today: date) -> Answer:
        if "submitFile" not in form.files:
            return failure("No parser object (contact Teleplan Help Desk)")
        state = self.state
        name, content = form.files["submitFile"]
        checked = submission.check(
            content, state.data_centre, state.last_committed, state.expected_number, self.limits
        )
        if isinstance(checked, str):
            self._log(today, f"AputRemit FAILURE {checked}")
            return failure(checked)
        judge = Judge(state, self.cycle, self.codes, self.habits, self.seed)
        for claim in checked.claims:
            judge.judge(claim, today)
        state.last_committed = checked.last_number
        first, last, claims = checked.first_number, checked.last_number, len(checked.claims)
        text = content.decode("latin-1")
        state.files.append(CommittedFile(today, text, first, last, claims))
        self._log(today, f"AputRemit SUCCESS RECORDS {first:07} TO {last:07} CLAIMS {claims}")
        return Answer(message=f"{claims} CLAIMS TAKEN", filename=_plain(name))

    def _test_file(self, form: Form, today: date) -> Answer:
        if "submitASCII" not in form.files:
            return failure("No parser object (contact Teleplan Help Desk)")
        self._log(today, "AputAscii SUCCESS")
        return Answer(filename=_plain(form.files["submitASCII"][0]))

    def _pick_up(self, form: Form, today: date) -> Answer:
        wanted = form.fields.get("remittance")
        if wanted not in {"true", "false"}:
            return failure("REMITTANCE MUST BE TRUE OR FALSE")
        content, mark = pick_up(self.state, self.cycle, today, with_remittances=wanted == "true")
        records = content.count(LINE_END.encode("ascii"))

        def delivered() -> None:
            mark()
            self._log(today, f"AgetRemit SUCCESS {records} RECORDS")

        return Answer(content, filename=f"{self.state.data_centre}.TXT", delivered=delivered)

    def _information(self, form: Form, today: date) -> Answer:
        which = form.fields.get("filechar", "")
        found = information(which, self.files, today)
        if found is None:
            return failure("NO SUCH FILE")
        return Answer(lines(found), filename=f"LIST{which}.TXT")

    def _get_log(self, form: Form, _today: date) -> Answer:
        if form.fields.get("LOGNAME") != _CURRENT_LOG:
            return failure("NO SUCH LOG")
        # The time is this computer's own: what was sent before it, by the same clock, is in here.
        last = f"{clock.now()} LAST COMMITTED:{self.state.last_committed:07}"
        return Answer(lines([*self.state.log, last]), filename=_CURRENT_LOG)

    def _coverage(self, form: Form, today: date) -> Answer:
        own_lines = self.labels_on_own_lines
        return check_coverage(
            form.fields, today, self.strangers, self.coverage_ends, own_lines=own_lines
        )

    def _log(self, today: date, words: str) -> None:
        self.state.log.append(f"{today} {self.state.data_centre} {words}")


def _plain(name: str) -> str:
    return "".join(char for char in name if char.isalnum() or char in "-_.")[:40]
