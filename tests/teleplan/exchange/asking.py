"""Everything that the client can be asked, by the name of the action that it posts."""

from collections.abc import Callable
from datetime import date

from made_up import adults, content_of, only_file

from tpi_billing.demo.stand_in import PASSWORD, USERNAME
from tpi_billing.teleplan.exchange.coverage import coverage_form
from tpi_billing.teleplan.exchange.reply import Reply
from tpi_billing.teleplan.exchange.service import TeleplanService

Client = Callable[..., TeleplanService]
TODAY = date(2026, 11, 5)
PHN = "9151065434"
BORN = date(1975, 3, 2)
NEW_PASSWORD = "another-1"
FILE = content_of(only_file(*adults(1), first_number=101))
"""A VS1 and one claim, numbers 101 and 102."""

QUESTIONS: dict[str, Callable[[TeleplanService], Reply]] = {
    "AputRemit": lambda service: service.submit("0001-1.txt", FILE),
    "AgetRemit": lambda service: service.pick_up(remittances=True),
    "AgetLog": lambda service: service.log(),
    "AgetLogList": lambda service: service.log_list(),
    "AgetAscii": lambda service: service.information("0"),
    "AcheckE45": lambda service: service.eligibility(coverage_form(PHN, BORN, None)),
    "AchangePW": lambda service: service.change_password(USERNAME, PASSWORD, NEW_PASSWORD),
}
REPEATED = ("AgetLog", "AgetLogList", "AgetAscii")
"""Reading them twice is the same as reading them once."""
ASKED_ONCE = ("AputRemit", "AgetRemit", "AcheckE45", "AchangePW")
