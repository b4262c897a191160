"""The one JSON object on standard output, written as it is made: findings may be very many.

The text is that of `json.dump` with an indent of 2, whose encoder takes several times as long.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from json.encoder import encode_basestring
from typing import Any, TextIO

_AT_ONCE = 2_000
_ENCODER = json.JSONEncoder(ensure_ascii=False, indent=2)


def write_object(stream: TextIO, envelope: Mapping[str, Any]) -> None:
    """Write an object; its `findings` are flat objects, which need not be in memory together."""
    pieces = _pieces(envelope)
    while text := "".join(islice(pieces, _AT_ONCE)):
        stream.write(text)


def _pieces(envelope: Mapping[str, Any]) -> Iterator[str]:
    before = "{"
    for key, value in envelope.items():
        yield f'{before}\n  "{key}": '
        before = ","
        if key == "findings":
            yield from _flat_objects(value)
        else:
            # A line feed within a text is escaped: one that stands here begins a line.
            yield from (piece.replace("\n", "\n  ") for piece in _ENCODER.iterencode(value))
    yield "\n}\n"


def _flat_objects(values: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    before = "["
    for value in values:
        lines = ",\n      ".join([f'"{key}": {_scalar(one)}' for key, one in value.items()])
        yield f"{before}\n    {{\n      {lines}\n    }}"
        before = ","
    yield "[]" if before == "[" else "\n  ]"


def _scalar(value: Any) -> str:
    return encode_basestring(value) if isinstance(value, str) else json.dumps(value)
