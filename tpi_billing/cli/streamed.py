"""A list for scripts whose members are made when they are written, however many there are."""

from collections.abc import Callable, Iterator
from typing import Any


class Streamed(list[Any]):
    """Stands for a list within a command's data; masking its members is up to who makes them."""

    def __init__(self, members: Callable[[], Iterator[Any]]) -> None:
        super().__init__()
        self._members = members

    def __bool__(self) -> bool:
        return any(True for _ in self._members())

    def __iter__(self) -> Iterator[Any]:
        return self._members()
