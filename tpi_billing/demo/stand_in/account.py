"""The stand-in's one account: user name, password as a digest, and the day it was set."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import date

PASSWORD_DAYS = 42


@dataclass(slots=True)
class Account:
    """Who may sign on; the password itself is kept nowhere."""

    username: str
    salt: str
    digest: str
    set_on: date

    @classmethod
    def new(cls, username: str, password: str, today: date) -> "Account":
        """Make an account whose password begins today."""
        salt = secrets.token_hex(8)
        return cls(username, salt, _digest(salt, password), today)

    def knows(self, username: str, password: str) -> bool:
        """Tell whether user name and password are right."""
        right = hmac.compare_digest(_digest(self.salt, password), self.digest)
        return right and username == self.username

    def has_expired(self, today: date) -> bool:
        """Tell whether the password is older than 42 days."""
        return (today - self.set_on).days > PASSWORD_DAYS

    def change(self, password: str, today: date) -> None:
        """Set a new password."""
        self.digest, self.set_on = _digest(self.salt, password), today


def _digest(salt: str, password: str) -> str:
    made = hashlib.scrypt(password.encode("utf-8"), salt=salt.encode("ascii"), n=1024, r=8, p=1)
    return made.hex()
