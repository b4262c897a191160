"""The same three months of a clerk to whom everything happens that can."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from tpi_billing.demo.stand_in import PASSWORD, USERNAME
from tpi_billing.teleplan.exchange.service import TeleplanService

from .quarter import VISITS_A_MONTH, Clerk

RACE_DAY = date(2026, 9, 22)
"""Between the close-off of September 17 and its remittance."""
AWAY = (date(2026, 10, 13), date(2026, 10, 20), date(2026, 10, 27))
"""Weeks in which MSP's files are fetched, and nobody does anything else."""


@dataclass
class UnluckyClerk(Clerk):
    """A clerk to whom everything happens: files cut off, taken in twice or in the wrong order.

    Some batches are uploaded by hand, and told of weeks later. For three weeks nobody works.
    """

    kept_back: Path | None = None
    pickups: int = 0
    batches: int = 0
    unconfirmed: list[int] = field(default_factory=list)
    untold: int | None = None
    raced: int | None = None

    def week(self, day: date) -> None:
        """Do what a week asks for, unless nobody is there but for the fetching."""
        if day in AWAY:
            self.fetch()
            return
        if day == RACE_DAY:
            self.ask_for_what_msp_takes_back_anyway()
        super().week(day)

    def answer_everything(self) -> None:
        """Tell what was uploaded by hand, then answer; what came before that counts only now."""
        self.confirm()
        super().answer_everything()

    def confirm(self) -> None:
        """Tell of every upload what MSP's page said."""
        if self.untold is not None:
            self.say("batch", "sent", self.untold)
            self.unconfirmed.append(self.untold)
            self.untold = None
        for batch_id in self.unconfirmed:
            if self.say("batch", "show", batch_id)["state"] == "accepted":
                continue  # MSP's answers have shown already that it has the file
            said = self.say("batch", "confirm", batch_id, "--reason", "SUCCESS")
            self.done["settled late"] += said["settled"]
        self.unconfirmed.clear()

    def ask_for_what_msp_takes_back_anyway(self) -> None:
        """Ask for a payment that MSP has taken back on a remittance that is not out yet."""
        paid = {one["claim_id"] for one in self.claims("--state", "paid")}
        self.raced = min(n for n in paid if self.judged(n).ruling.recovered_after == 1)
        self.take_back(self.raced, self.number_by_support(self.raced))

    def fetch(self) -> None:
        """Download by hand: every third file is kept back a week, and each comes cut off first."""
        with TeleplanService(self.msp.url, pause=0.0) as service:
            service.sign_on(USERNAME, PASSWORD)
            content = service.pick_up(remittances=True).content
        waiting, self.kept_back = self.kept_back, None
        if content:
            self.pickups += 1
            whole, part = (
                self.clinic.workspace / f"{name}-{self.pickups}.txt" for name in ("whole", "part")
            )
            whole.write_bytes(content)
            part.write_bytes(content[: len(content) * 3 // 5])
            if self.pickups % 3 == 0 and self.msp.today.day > 14:
                self.kept_back = whole
            else:
                for file in (part, whole, whole, part):
                    self.say("remittance", "import", file)
        if waiting is not None:
            self.say("remittance", "import", waiting)

    def send(self, batch_id: int) -> None:
        """Upload every second batch by hand and say only that; of the last before AWAY, nothing."""
        self.confirm()  # the next file's numbers follow those of this one
        self.batches += 1
        silent = self.msp.today + timedelta(days=7) == AWAY[0] and self.is_big(batch_id)
        if self.batches % 2 and not silent:
            super().send(batch_id)
            return
        self.upload(batch_id)
        if silent:
            self.untold = batch_id
            return
        self.say("batch", "sent", batch_id)
        self.unconfirmed.append(batch_id)

    def is_big(self, batch_id: int) -> bool:
        """Tell a month's batch from those of corrections."""
        return len(self.claims("--batch", batch_id)) > VISITS_A_MONTH / 2

    def upload(self, batch_id: int) -> None:
        """Give a batch's files to MSP's page."""
        self.say("batch", "export", batch_id)
        folder = self.clinic.workspace / "out" / f"batch-{batch_id:04d}"
        with TeleplanService(self.msp.url, pause=0.0) as service:
            service.sign_on(USERNAME, PASSWORD)
            for file in sorted(folder.glob("*teleplan*.txt")):
                assert service.submit(file.name, file.read_bytes()).succeeded
