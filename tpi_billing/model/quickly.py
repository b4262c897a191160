"""Frozen values of many parts, made quickly.

A frozen dataclass sets each of its parts by a call of `object.__setattr__`: of a claim's fifty that
was a sixth of the time of all checks. Here a value is, while it is being made, of a class with the
same slots that nothing guards, whose parts are set by plain assignments; then it is what it is.
"""

from dataclasses import MISSING, Field, fields
from typing import Any, TypeVar

_T = TypeVar("_T")


def quickly_made(cls: type[_T]) -> type[_T]:
    """Give a dataclass, frozen and with slots, such a constructor; its signature stays the same.

    To be written above `@dataclass(frozen=True, slots=True)`. Raise TypeError for a class with a
    `__post_init__`, or with parts that its constructor does not take by place.
    """
    parts = fields(cls)  # type: ignore[arg-type]
    if hasattr(cls, "__post_init__") or any(part.kw_only or not part.init for part in parts):
        raise TypeError(cls)
    slots = {"__slots__": cls.__slots__, "__module__": cls.__module__}  # type: ignore[attr-defined]
    unguarded = type(cls.__name__, cls.__bases__, slots)
    names: dict[str, Any] = {"_set": object.__setattr__, "_unguarded": unguarded, "_cls": cls}
    given = ", ".join(_parameter(part, names) for part in parts)
    lines = [
        f"def __init__(self, {given}):",
        "    _set(self, '__class__', _unguarded)",
        *(f"    self.{part.name} = {_value(part)}" for part in parts),
        "    self.__class__ = _cls",
    ]
    exec("\n".join(lines), names)  # noqa: S102 - as dataclasses itself makes its methods
    names["__init__"].__qualname__ = f"{cls.__qualname__}.__init__"
    cls.__init__ = names["__init__"]  # type: ignore[method-assign]
    return cls


def _parameter(part: Field[Any], names: dict[str, Any]) -> str:
    default = f"_default_{part.name}"
    if part.default is not MISSING:
        names[default] = part.default
    elif part.default_factory is not MISSING:
        names[default], names[f"_make_{part.name}"] = MISSING, part.default_factory
        names["_MISSING"] = MISSING
    else:
        return part.name
    return f"{part.name}={default}"


def _value(part: Field[Any]) -> str:
    if part.default_factory is MISSING:
        return part.name
    return f"_make_{part.name}() if {part.name} is _MISSING else {part.name}"
