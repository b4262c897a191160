"""A value that is made quickly is in nothing else than a frozen dataclass."""

import copy
import pickle
from dataclasses import FrozenInstanceError, dataclass, field, replace

import pytest

from tpi_billing.model.quickly import quickly_made


@quickly_made
@dataclass(frozen=True, slots=True)
class Quick:
    """With every kind of default."""

    first: str
    second: int = 2
    third: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Slow:
    """The same without it."""

    first: str
    second: int = 2
    third: list[int] = field(default_factory=list)


@pytest.mark.parametrize(
    ("given", "named"),
    [
        (("a",), {}),
        (("a", 5), {}),
        (("a", 5, [1]), {}),
        ((), {"first": "a", "third": [1]}),
        (("a",), {"third": None}),
    ],
)
def test_it_takes_what_a_dataclass_takes(
    given: tuple[object, ...], named: dict[str, object]
) -> None:
    quick, slow = Quick(*given, **named), Slow(*given, **named)  # type: ignore[arg-type]
    assert type(quick) is Quick
    assert (quick.first, quick.second, quick.third) == (slow.first, slow.second, slow.third)
    assert repr(quick) == repr(slow).replace("Slow", "Quick")


@pytest.mark.parametrize(
    ("given", "named"), [((), {}), (("a", 1, [], 4), {}), (("a",), {"fourth": 4})]
)
def test_it_refuses_what_a_dataclass_refuses(
    given: tuple[object, ...], named: dict[str, object]
) -> None:
    with pytest.raises(TypeError):
        Slow(*given, **named)  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        Quick(*given, **named)  # type: ignore[arg-type]


def test_each_has_a_list_of_its_own() -> None:
    one, other = Quick("a"), Quick("a")
    one.third.append(1)
    assert other.third == []


def test_it_stays_frozen_equal_and_copied() -> None:
    one = Quick("a", 5, [1])
    with pytest.raises(FrozenInstanceError):
        one.second = 6  # type: ignore[misc]
    with pytest.raises(AttributeError):
        object.__setattr__(one, "fourth", 4)
    assert one == Quick("a", 5, [1])
    assert one != Quick("a", 6, [1])
    assert replace(one, second=6) == Quick("a", 6, [1])
    assert copy.copy(one) == one
    assert pickle.loads(pickle.dumps(one)) == one


def test_it_is_not_for_a_class_that_does_more_when_it_is_made() -> None:
    @dataclass(frozen=True, slots=True)
    class More:
        first: int

        def __post_init__(self) -> None:
            raise AssertionError

    with pytest.raises(TypeError):
        quickly_made(More)
