"""A clinic that bad inputs are given to, and the process that commands run in."""

from collections.abc import Iterator

import pytest

from .confined import Confined
from .place import Place, make_world


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Place:
    return make_world(tmp_path_factory.mktemp("hostile") / "world")


@pytest.fixture(scope="session")
def confined() -> Iterator[Confined]:
    with Confined() as process:
        yield process
