"""Exports that are no good: CSV and JSON Lines, to `sessions import`."""

import json
import os
from collections.abc import Sequence
from pathlib import Path

from end_to_end.clinic import visit
from privacy.marks import PERSON

from .case import Make, Table, later
from .place import Place
from .world import PHN

CSV = Table("export as CSV")
JSON = Table("export as JSON Lines")
DEVICES = Table("what is no file")
CELLS = Table("a cell of an export")

GOOD = visit(70, phn=PHN, session_id="W70", **PERSON)
NAMES = list(GOOD)
HEAD = ",".join(NAMES) + "\n"


def line(**changes: str) -> str:
    """Write a visit as a line of CSV, every cell quoted."""
    cells = [({**GOOD, **changes}).get(name, "").replace('"', '""') for name in NAMES]
    return ",".join(f'"{cell}"' for cell in cells) + "\n"


def csv(content: str | bytes, *more: object, name: str = "bad.csv") -> Make:
    """Import these bytes."""

    def make(place: Place) -> Sequence[object]:
        return ["sessions", "import", place.write(name, content), *more]

    return make


WHOLE = HEAD + line()
LEAST = "session_id,status,service_date,practitioner_number"

CSV.add("empty", csv(""), 4, says="empty")
CSV.add("only a byte order mark", csv(b"\xef\xbb\xbf"), 4, says="empty")
CSV.add("zero bytes", csv(WHOLE.encode() + b"\0\0\0"), 4, says="zero bytes")
CSV.add("UTF-16 without its mark", csv(WHOLE.encode("utf-16-le")), 4, says="zero bytes")
CSV.add("UTF-16 cut in half", csv(WHOLE.encode("utf-16")[:-1]), 4, says="UTF-16")
CSV.add("UTF-16 with half of a pair", csv(WHOLE.encode("utf-16") + b"\x00\xd8"), 4, says="UTF-16")
CSV.add("UTF-32", csv(WHOLE.encode("utf-32")), 4, says="UTF-32")
CSV.add("UTF-7", csv(WHOLE.encode("utf-7") + b"+AD0-1+-"), 1)
CSV.add("EBCDIC", csv(WHOLE.encode("cp037")), 4)
CSV.add("a byte that no coding has", csv(WHOLE.encode() + b"\x81,\x8d\n"), 4, says="neither UTF-8")
CSV.add(
    "two codings",
    later(lambda: csv(HEAD.encode() + line(city="é").encode() + "é".encode("cp1252"))),
    4,
)
CSV.add("overlong UTF-8", csv(HEAD.encode() + line().encode() + b"\xc0\xaf\xc0\xae"), 0, 1, 4)
CSV.add("halves of characters", csv(HEAD + line(note="\ud800x\udfff")), 0, 1, 4)
CSV.add("a quotation mark never closed", csv(HEAD + '"W71,' + "a,b\n" * 30), 4, says="never closed")
CSV.add("quotation marks all over", csv(HEAD + '"' * 9_999 + "\n" + line()), 0, 1, 4)
CSV.add(
    "a cell of five megabytes",
    later(lambda: csv(HEAD + line(note="x" * 5 * 2**20))),
    4,
    says="never closed",
)
CSV.add("a session id of a megabyte", later(lambda: csv(HEAD + line(session_id="7" * 2**20))), 1)
CSV.add("only separators", later(lambda: csv("," * 2**20)), 4)
CSV.add("only line ends", later(lambda: csv("\n" * 2**20)), 4)
CSV.add("only carriage returns", later(lambda: csv("\r" * 2**20)), 4)
CSV.add("lone carriage returns", csv(WHOLE.replace("\n", "\r")), 0, 1)
CSV.add("every line end there is", csv(WHOLE.replace("\n", "\r\r\n\x0b\x0c\x1c\x85")), 0, 1, 4)
CSV.add("no end of line", later(lambda: csv(HEAD + "x," * 3_000_000)), 0, 1, 4)
CSV.add("a line of forty megabytes", later(lambda: csv(HEAD + "x" * 40 * 2**20)), 4)
CSV.add(
    "a row of five million cells",
    later(lambda: csv(HEAD + line().strip() + "," * 5_000_000 + "\n")),
    0,
    1,
    4,
)
CSV.add(
    "a row of a million quoted line ends", later(lambda: csv(HEAD + '"\n",' * 3_000_000 + "\n")), 4
)
CSV.add(
    "a million columns", later(lambda: csv(",".join(f"c{n}" for n in range(1_000_000)) + "\n")), 4
)
CSV.add(
    "a million columns besides the right ones",
    later(lambda: csv(f"{LEAST}," + ",".join(f"c{n}" for n in range(1_000_000)) + "\n")),
    4,
    says="columns",
)
CSV.add(
    "a million columns of one name", later(lambda: csv(f"{LEAST}," + "phn," * 1_000_000 + "\n")), 4
)
CSV.add(
    "headers of a hundred thousand letters",
    later(lambda: csv(("session_ix" * 10_000 + ",") * 20)),
    4,
)
CSV.add("the right names, each twice", csv(HEAD.strip() + "," + HEAD + line()), 4, says="are both")
CSV.add("headers of zero width", csv("\u200bsession\u200b_id,st\u00adatus," + HEAD), 4)
CSV.add("headers from right to left", csv("\u202esession_id," + WHOLE), 0, 1, 4)
CSV.add("headers with commands", csv("\x1b]0;owned\x07,\x1b[2J," + WHOLE), 0, 1, 4)
CSV.add("headers that are formulas", csv("\"=cmd|' /C calc'!A0\"," + HEAD + "1," + line()), 0, 1)
CSV.add("a web page", csv("<!DOCTYPE html><html>" + WHOLE), 4, says="web page")
CSV.add("a PDF", csv(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + b"\x00\x01" * 999), 4)
CSV.add("a program", csv(b"\x7fELF\x02\x01\x01" + bytes(range(256)) * 40), 4)
CSV.add("a workbook of the old kind", csv(bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 4_096), 4)
CSV.add("a picture", csv(b"\x89PNG\r\n\x1a\n" + bytes(range(256))), 4)
CSV.add("compressed", csv(b"\x1f\x8b\x08\x00" + bytes(range(256))), 4)
CSV.add(
    "random bytes", later(lambda: csv(bytes((n * 7_919 + n * n) % 251 for n in range(50_000)))), 4
)
CSV.add("an export in another's mapping", csv(WHOLE, "--mapping", "my-emr"), 4)
CSV.add("a mapping that is none", csv(WHOLE, "--mapping", "../../etc/passwd"), 2)
CSV.add("a mapping with commands", csv(WHOLE, "--mapping", "\x1b[2J\u202e"), 2)
CSV.add("a sheet of a text file", csv(WHOLE, "--sheet", "\x1b[2J\u202e"), 4)
CSV.add("the same row five thousand times", later(lambda: csv(HEAD + line() * 5_000)), 1)
CSV.add(
    "ten thousand bad rows", later(lambda: csv(LEAST + "\n" + "x,completed,soon,y\n" * 10_000)), 1
)
CSV.add(
    "three hundred thousand blank rows", later(lambda: csv(HEAD + ",,,\n" * 300_000 + line())), 0, 1
)

CONTROLS = "".join(map(chr, range(1, 9))) + "\x0b\x0c\x0e\x1b[31m\x7f\x85\x9b"
TURNED = "\u202eABC\u2066\u200f\u200b\ufeff\u2028"
for column in NAMES:
    for what, text in (("control characters", CONTROLS), ("turned letters", TURNED)):
        CELLS.add(f"{what} in {column}", csv(HEAD + line(**{column: f"x{text}y"})), 0, 1)
    CELLS.add(f"four thousand signs in {column}", csv(HEAD + line(**{column: "9-" * 2_000})), 0, 1)

_OUT_OF_RANGE = (
    *("0000-00-00", "0001-01-01", "9999-12-31", "10000-01-01", "2026-02-30", "-2026-01-01"),
    *("1e9", "99999999", "20261313", "2026-10-13T99:99:99", "٢٠٢٦-١٠-١٣", "２０２６-10-13"),
)
for day in _OUT_OF_RANGE:
    CELLS.add(
        f"days {day}",
        csv(
            HEAD
            + line(service_date=day)
            + line(session_id="W71", birth_date=day, referral_date=day)
        ),
        0,
        1,
    )
_NUMBERS = (
    "NaN",
    "Infinity",
    "-Infinity",
    "1e999",
    "-1",
    "9" * 5_000,
    "0x10",
    "1_0",
    "٣",
    "３",
    "1e-999",
)
_COUNTED = {
    "trigger_point_injections": "",
    "volume_ml": "",
    "billed_amount": "",
    "series_number": "",
}
for number in _NUMBERS:
    wide = [*NAMES, *(name for name in _COUNTED if name not in NAMES), "block_distance_cm"]
    cells = {**GOOD, **dict.fromkeys([*_COUNTED, "block_distance_cm"], number)}
    rows = ",".join(wide) + "\n" + ",".join(f'"{cells[name]}"' for name in wide) + "\n"
    CELLS.add(f"numbers {number[:12]}", csv(rows), 0, 1)
for at in ("24:00", "99:99", "-1:00", "1e9", "９:00", "12:00 xm", "00000000000000009:00"):
    CELLS.add(f"times {at}", csv(HEAD + line(start_time=at, end_time=at)), 0, 1)
for sites in (";" * 3_999, "left trapezius; " * 249, "x;" * 1_999, "(" * 3_999, "hip " * 999):
    CELLS.add(
        f"sites {sites[:9]!r} over and over", csv(HEAD + line(trigger_point_sites=sites)), 0, 1
    )
for items in ("01157x99999999999", "01157; " * 500, "x" * 3_999, "01157x-1", "00015x0", "٠١١٥٧"):
    CELLS.add(
        f"fee items {items[:18]!r}",
        csv(HEAD.strip() + ",fee_items\n" + line().strip() + f',"{items}"\n'),
        0,
        1,
    )


def json_lines(*lines: str | bytes, more: Sequence[object] = ()) -> Make:
    """Import these lines."""
    whole = b"".join(
        (one if isinstance(one, bytes) else one.encode("utf-8", "surrogatepass")) + b"\n"
        for one in lines
    )
    return csv(whole, *more, name="bad.jsonl")


GOOD_LINE = json.dumps(GOOD)
DEEP = 100_000


def _with(key: str, value: str) -> str:
    others = {name: text for name, text in GOOD.items() if name != key or key == "phn"}
    return json.dumps(others)[:-1] + f', "{key}": {value}}}'


JSON.add(
    "a list nested deeply",
    later(lambda: json_lines(GOOD_LINE, _with("x", "[" * DEEP + "]" * DEEP))),
    4,
    says="deep",
)
JSON.add(
    "objects nested deeply",
    later(lambda: json_lines(GOOD_LINE, '{"a":' * DEEP + "1" + "}" * DEEP)),
    4,
)
JSON.add(
    "nested deeply and never closed", later(lambda: json_lines(GOOD_LINE, '{"a":' + "[" * DEEP)), 4
)
JSON.add("NaN", json_lines(_with("volume_ml", "NaN")), 4, says="NaN")
JSON.add("infinity", json_lines(_with("volume_ml", "-Infinity")), 4, says="Infinity")
JSON.add("a huge number", json_lines(_with("volume_ml", "1e999")), 0, 1)
JSON.add(
    "a number of a hundred thousand digits",
    later(lambda: json_lines(_with("volume_ml", "9" * 100_000))),
    0,
    1,
)
JSON.add("minus nothing", json_lines(_with("billed_amount", "-0.0")), 0, 1)
JSON.add(
    "half of a character", json_lines(_with("note", '"\\ud800"')), 4, says="half of a character"
)
JSON.add("half of a character as a key", json_lines(_with("\\udfff", '"x"')), 4)
JSON.add("a zero character", json_lines(_with("note", '"a\\u0000b"')), 0, 1)
JSON.add("commands as a key", json_lines(_with("\\u001b[2J\\u202e", '"x"')), 0, 1)
JSON.add("a key twice", json_lines(_with("phn", f'"{PHN}"')), 4, says="twice")
JSON.add("an object as a value", json_lines(_with("note", '{"a": 1}')), 4, says="must be text")
JSON.add("a list of lists", json_lines(_with("note", "[[1]]")), 4)
JSON.add("a list at the top", json_lines("[1, 2]"), 4)
JSON.add("no object but a text", json_lines(GOOD_LINE, '"text"'), 4, says="not a JSON object")
JSON.add("cut off", json_lines(GOOD_LINE, GOOD_LINE[:-9]), 4, says="not valid JSON")
JSON.add("two objects on a line", json_lines(GOOD_LINE + GOOD_LINE), 4)
JSON.add("a remark", json_lines(GOOD_LINE, "// remark"), 4)
JSON.add("single quotes", json_lines(GOOD_LINE, "{'a': 1}"), 4)
JSON.add(
    "a thousand keys",
    later(lambda: json_lines(json.dumps({**GOOD, **{f"k{n}": "" for n in range(999)}}))),
    4,
)
JSON.add(
    "half a million keys",
    later(lambda: json_lines(GOOD_LINE, json.dumps({f"k{n}": "" for n in range(500_000)}))),
    4,
    says="columns",
)
JSON.add(
    "other keys on every line",
    later(lambda: json_lines(GOOD_LINE, *(f'{{"k{n}": 1}}' for n in range(5_000)))),
    4,
)
JSON.add("a key of five megabytes", later(lambda: json_lines(_with("k" * 5 * 2**20, "1"))), 0, 1, 4)
JSON.add(
    "a value of five megabytes",
    later(lambda: json_lines(_with("note", f'"{"x" * 5 * 2**20}"'))),
    0,
    1,
    4,
)
JSON.add(
    "a line of forty megabytes",
    later(lambda: json_lines(GOOD_LINE, _with("note", f'"{"x" * 40 * 2**20}"'))),
    4,
)
JSON.add(
    "a line of four million numbers",
    later(lambda: json_lines(GOOD_LINE, _with("x", f"[{'1,' * 3_000_000}1]"))),
    0,
    1,
    4,
)
JSON.add("a hundred thousand bad lines", later(lambda: json_lines(GOOD_LINE, *["{"] * 100_000)), 4)
JSON.add("zero bytes", json_lines(GOOD_LINE.encode() + b"\0"), 4)
JSON.add("UTF-16", csv(GOOD_LINE.encode("utf-16"), name="bad.jsonl"), 0, 1)


def named(name: str) -> Make:
    """Import a good export that is called so."""
    return csv(WHOLE, name=name)


def _no_file(make: str) -> Make:
    def given(place: Place) -> Sequence[object]:
        path = place.data / "bad"
        if make == "fifo":
            os.mkfifo(path)
        elif make == "loop":
            path.symlink_to(path)
        elif make == "folder":
            path.mkdir()
        else:
            path.symlink_to(make)
        return ["sessions", "import", path]

    return given


DEVICES.add("an endless device", _no_file("/dev/zero"), 4, needs="/dev/zero")
DEVICES.add("a device of chance", _no_file("/dev/urandom"), 4, needs="/dev/urandom")
DEVICES.add("a pipe that nobody writes to", _no_file("fifo"), 4, needs="/dev/zero")
DEVICES.add("a link to itself", _no_file("loop"), 4, needs="/dev/zero")
DEVICES.add("a folder", _no_file("folder"), 4, says="folder")
for command in (
    *(("remittance", "import"), ("fees", "import"), ("fees", "import", "--kind", "diagnoses")),
    *(("referrals", "import"), ("claims", "correct", "--import"), ("audit", "review")),
    *(("ledger", "restore"), ("sessions", "gaps", "--month", "2026-10", "--counts")),
):
    for thing, path in (("an endless device", "/dev/zero"), ("a folder", "/")):
        DEVICES.add(
            f"{thing} to {' '.join(command)}",
            lambda _place, words=command, path=path: [*words, Path(path)],
            4,
            needs="/dev/zero",
        )
DEVICES.add(
    "a pipe that nobody writes to, to fees import",
    lambda place: ["fees", "import", _no_file("fifo")(place)[-1]],
    4,
    needs="/dev/zero",
)

NAMES_OF_FILES = Table("the name of a file")
for name in (
    *(
        "CON.csv",
        "NUL",
        "aux",
        "trailing.csv.",
        "blank .csv ",
        "-rf.csv",
        "--json",
        "~",
        "%TEMP%.csv",
    ),
    *(
        "..\\..\\up.csv",
        "C:\\x.csv",
        "a\nb.csv",
        "a\x1b[2Jb.csv",
        "a\u202evsc.exe",
        "=1+1.csv",
        "@x.csv",
    ),
    *(
        "x" * 240 + ".csv",
        "$(touch owned).csv",
        "`id`.csv",
        "a;b|c&d.csv",
        "\ufeff.csv",
        f"{PHN}.csv",
    ),
):
    NAMES_OF_FILES.add(
        repr(name[:24]),
        lambda place, name=name: ["sessions", "import", "--", named(name)(place)[-1]],
        0,
        1,
        needs="posix",
    )
NAMES_OF_FILES.add(
    "bytes that are no UTF-8",
    lambda place: ["sessions", "import", place.write(os.fsdecode(b"a\xff\xfe.csv"), WHOLE)],
    2,
    needs="posix",
)
