"""A bad input: what it is, which command gets it, and how that must end."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from .place import Place
from .world import AS_OF

Make = Callable[[Place], Sequence[object]]
"""Writes the input, and returns the command's words."""


def later(made: Callable[[], Make]) -> Make:
    """Make an input only when it is given: some are large, and most runs give only a few."""

    def make(place: Place) -> Sequence[object]:
        return made()(place)

    return make


@dataclass(frozen=True)
class Case:
    """One bad input, by name.

    `codes` are the exit codes that it may lead to, `says` what must then be told. `keeps` tells
    that the ledger may not change at all, `writes` which files may be new or other, as beginnings
    of their names in the place.
    """

    reader: str
    name: str
    make: Make
    codes: frozenset[int]
    says: tuple[str, ...] = ()
    keeps: bool = True
    writes: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    as_of: str = AS_OF
    needs: str = ""

    @property
    def id(self) -> str:
        return f"{self.reader}: {self.name}"


@dataclass
class Table:
    """The cases of one reader, in the order in which they were added."""

    reader: str
    cases: list[Case] = field(default_factory=list)

    def add(
        self,
        name: str,
        make: Make,
        *codes: int,
        says: str | Sequence[str] = (),
        keeps: bool | None = None,
        **more: object,
    ) -> None:
        """Add a case; one that may end well may also change the ledger."""
        told = (says,) if isinstance(says, str) else tuple(says)
        kept = not {0, 1} & set(codes) if keeps is None else keeps
        new = Case(self.reader, name, make, frozenset(codes), told, kept, **more)  # type: ignore[arg-type]
        assert new.id not in {one.id for one in self.cases}, new.id
        self.cases.append(new)
