"""Posted forms: fields written one after the other, or multipart with a file."""

import re
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

_BOUNDARY = re.compile(r'multipart/form-data\s*;.*?boundary="?([^";,]+)"?', re.IGNORECASE)
_NAME = re.compile(rb'[;\s]name="([^"]*)"')
_FILENAME = re.compile(rb'[;\s]filename="([^"]*)"')


@dataclass(slots=True)
class Form:
    """What was posted: fields by name, and files by field as name and bytes."""

    fields: dict[str, str] = field(default_factory=dict)
    files: dict[str, tuple[str, bytes]] = field(default_factory=dict)


def read_form(content_type: str, body: bytes) -> Form:
    """Read a posted form; what is not understood is left out."""
    found = _BOUNDARY.match(content_type)
    if found is None:
        pairs = parse_qsl(body.decode("latin-1"), keep_blank_values=True)
        return Form(fields=dict(pairs))
    form = Form()
    mark = b"--" + found[1].encode("latin-1", "replace")
    for part in (b"\r\n" + body).split(b"\r\n" + mark)[1:]:
        head, blank, content = part.partition(b"\r\n\r\n")
        name = _NAME.search(head)
        if not blank or name is None:
            continue
        key, filename = name[1].decode("latin-1"), _FILENAME.search(head)
        if filename is None:
            form.fields[key] = content.decode("utf-8", "replace")
        else:
            form.files[key] = (filename[1].decode("latin-1"), content)
    return form
