"""The client of MSP's web service: one form post for each thing it can be asked.

Every cookie received is sent back unaltered on every later request and forgotten at sign off.
Only what is harmless to repeat is repeated: a submission whose reply is lost never is.
"""

import contextlib
import time
from collections.abc import Mapping
from types import TracebackType
from typing import Self

from tpi_billing.model.masking import mask_numbers_in
from tpi_billing.teleplan.exchange.failures import (
    NoAnswerError,
    NotReachedError,
    PasswordExpiredError,
    RefusedError,
    SessionLostError,
)
from tpi_billing.teleplan.exchange.reply import (
    EXPIRED_PASSWORD,
    Reply,
    read_reply,
    session_is_lost,
)
from tpi_billing.teleplan.exchange.transport import File, Wire

TEST_SITE = "https://tlpt2.moh.hnet.bc.ca/TeleplanBroker"
"""MSP's test site: the same credentials, and claims there are never paid."""

_TRIES = 3
_LONGEST_MESSAGE = 500
_MOST_BYTES = 256 * 2**20
_AGAIN = "Try again later."
_REFUSED = "See tpi-billing teleplan log, or call the Teleplan help desk."


class TeleplanService:
    """A conversation with MSP: sign on, ask, sign off. Use it in a `with` block.

    Every method returns MSP's reply. It raises NotReachedError when nothing was sent,
    NoAnswerError when something was and no reply came, SessionLostError when nobody is signed on,
    and, except where it says otherwise, RefusedError when MSP did not do what was asked.
    """

    def __init__(
        self,
        url: str,
        *,
        timeout: float = 60.0,
        longest: float = 900.0,
        most_bytes: int = _MOST_BYTES,
        pause: float = 2.0,
    ) -> None:
        """Take the service's address and how patient to be, in seconds and bytes.

        `timeout` is how long MSP may be silent, `longest` how long a reply may take, `pause` what
        lies between two tries. Raise ConfigurationError for an address that is not https.
        """
        self._wire = Wire(url, timeout=timeout, longest=longest, most_bytes=most_bytes)
        self._pause = pause
        self._signed_on = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            self.sign_off()
        finally:
            self._wire.close()

    def sign_on(self, username: str, password: str) -> Reply:
        """Sign on, which must come first.

        Raise PasswordExpiredError when the password is too old: it can only be changed then.
        """
        self._wire.forget_cookies()
        form = {"username": username, "password": password}
        reply = self._repeatedly("AsignOn", form)
        if reply.result == EXPIRED_PASSWORD:
            self._signed_on = True
            raise PasswordExpiredError(
                "The Teleplan password has expired; one lasts 42 days.",
                hint="Change it with: tpi-billing teleplan password",
            )
        hint = "Check the user name, and the password that this computer keeps."
        self._done(reply, (password,), hint)
        self._signed_on = True
        return reply

    def change_password(self, username: str, old: str, new: str) -> Reply:
        """Change the password, also an expired one; signs on for it if nobody is signed on."""
        if not self._signed_on:
            with contextlib.suppress(PasswordExpiredError):
                self.sign_on(username, old)
        form = {
            "username": username,
            "password": old,
            "new.password": new,
            "confirm.password": new,
        }
        unsure = "The old password or the new one holds now: try both before calling Teleplan."
        return self._done(self._ask("AchangePW", form, if_lost=unsure), (old, new))

    def submit(self, name: str, content: bytes) -> Reply:
        """Send a file of claims, once. NoAnswerError leaves open whether MSP has it.

        A refusal of MSP's is a reply like any other here: it is the proof of what happened.
        """
        unsure = "MSP may have the file: find out before it is sent again."
        return self._ask("AputRemit", {}, file=("submitFile", name, content), if_lost=unsure)

    def pick_up(self, *, remittances: bool) -> Reply:
        """Fetch refusals and messages, with the remittances when asked for.

        Never repeated by itself: MSP may count as fetched what never arrived.
        """
        unsure = "Fetch again. If there is nothing then, ask the Teleplan help desk to send it."
        form = {"remittance": "true" if remittances else "false"}
        return self._done(self._ask("AgetRemit", form, if_lost=unsure))

    def log(self, name: str = "CURRENT") -> Reply:
        """Fetch a log of what was sent and fetched."""
        form = {"LOGNAME": name, "LOGTYPE": "L", "MODE": "DOWNLOAD"}
        return self._done(self._repeatedly("AgetLog", form))

    def log_list(self) -> Reply:
        """Fetch the list of logs."""
        return self._done(self._repeatedly("AgetLogList", {}))

    def information(self, which: str) -> Reply:
        """Fetch an information file: 1 explanatory codes, 2 and I diagnoses, 3 fees, ..."""
        return self._done(self._repeatedly("AgetAscii", {"filechar": which}))

    def eligibility(self, form: Mapping[str, str]) -> Reply:
        """Ask about one patient's coverage; that MSP does not know the patient is a reply too."""
        return self._ask("AcheckE45", form)

    def sign_off(self) -> None:
        """Sign off and forget the cookies; a failure here changes nothing and is let go."""
        try:
            if self._signed_on:
                with contextlib.suppress(NotReachedError, NoAnswerError, SessionLostError):
                    self._ask("AsignOff", {})
        finally:
            self._forget()

    def _forget(self) -> None:
        self._signed_on = False
        self._wire.forget_cookies()

    def _done(self, reply: Reply, secrets: tuple[str, ...] = (), hint: str = _REFUSED) -> Reply:
        """Return the reply if MSP did what was asked; its words are told without secrets."""
        if reply.succeeded:
            return reply
        told = reply.messages or reply.result
        for secret in filter(None, secrets):  # before it is cut or masked to its last digits
            told = told.replace(secret, "***")
        told = mask_numbers_in(told[:_LONGEST_MESSAGE])
        raise RefusedError(f"Teleplan refused: {told.rstrip('.')}.", hint=hint)

    def _repeatedly(self, action: str, form: Mapping[str, str]) -> Reply:
        """Ask what may be asked twice, again and again until an answer comes."""
        for _ in range(_TRIES - 1):
            with contextlib.suppress(NotReachedError, NoAnswerError):
                return self._ask(action, form)
            time.sleep(self._pause)
        return self._ask(action, form)

    def _ask(
        self,
        action: str,
        form: Mapping[str, str],
        file: File | None = None,
        if_lost: str = _AGAIN,
    ) -> Reply:
        raw = self._wire.post({"ExternalAction": action, **form}, file, if_lost)
        reply = read_reply(raw)
        if reply is not None and reply.succeeded:
            return reply
        if session_is_lost(raw):
            self._forget()
            raise SessionLostError(
                "Teleplan says that nobody is signed on any more; nothing was done.",
                hint="Run the command again.",
            )
        if reply is None:
            message = "What came back is no answer of Teleplan's: it has no result at its end."
            raise NoAnswerError(message, hint=if_lost)
        return reply
