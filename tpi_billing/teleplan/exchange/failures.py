"""How an exchange with MSP can fail, told apart by what may have happened there."""

from tpi_billing.errors import NetworkError


class NotReachedError(NetworkError):
    """Nothing was sent: MSP was not reached. It is safe to try again."""

    code = "teleplan-not-reached"


class NoAnswerError(NetworkError):
    """Something was sent and no answer came: MSP may have taken it or not."""

    code = "teleplan-no-answer"


class RefusedError(NetworkError):
    """MSP answered that it did not do what was asked."""

    code = "teleplan-refused"


class SessionLostError(NetworkError):
    """MSP says that nobody is signed on any more; what was asked was not done."""

    code = "teleplan-session-lost"


class PasswordExpiredError(NetworkError):
    """The password is older than 42 days and must be changed first."""

    code = "teleplan-password-expired"
