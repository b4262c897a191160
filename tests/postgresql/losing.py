"""Loses the connection to the server at the n-th step of a command: its backend is ended there.

Steps are the statements that go to the server, and the moments before and after each commit.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import databases
import sqlalchemy as sa
from sqlalchemy.engine.default import DefaultDialect

_END = "SELECT pg_terminate_backend(%s, 10000)"
"""Ends a backend, and waits up to ten seconds until it is gone."""


@dataclass
class Steps:
    """How many steps were taken; at the step `deadly` the connection is lost (0: never)."""

    deadly: int = 0
    taken: int = 0
    after_commit: bool = False

    def step(self, connection: Any, *, committed: bool = False) -> None:
        self.taken += 1
        if self.taken == self.deadly:
            self.after_commit = committed
            with databases.server().connect() as other:
                other.exec_driver_sql(_END, (connection.info.backend_pid,))


@contextmanager
def losing(steps: Steps) -> Iterator[None]:
    """Put the steps before everything that commands of this process ask of a server."""

    def asked(connection: sa.Connection, *_: object) -> None:
        if connection.engine is not databases.server():
            steps.step(connection.connection.driver_connection)

    commit = DefaultDialect.do_commit

    def committing(self: Any, connection: Any) -> None:
        steps.step(connection.driver_connection)
        commit(self, connection)
        steps.step(connection.driver_connection, committed=True)

    sa.event.listen(sa.Engine, "before_cursor_execute", asked)
    DefaultDialect.do_commit = committing  # type: ignore[method-assign]
    try:
        yield
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", asked)
        DefaultDialect.do_commit = commit  # type: ignore[method-assign]
