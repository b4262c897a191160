"""Fee schedules, code lists, settings and the environment, when they lie or are no such thing."""

# ruff: noqa: E501 - a bad input stands on one line, as its reader gets it

from collections.abc import Sequence
from pathlib import Path

from .case import Make, Table, later
from .place import Place

FEES = Table("fee schedule")
CODES = Table("code list of MSP's")
SETTINGS = Table("configuration")
OWN_LISTS = Table("code list of the workspace")
ENVIRONMENT = Table("environment")

FEE_HEAD = "# edition: 2026-12-01\nfee_item,amount,title\n"
ITEM = "01156000621300000000000000TRIGGER POINT\n"


def fees(content: str | bytes, *more: object) -> Make:
    """Import a fee schedule."""
    return lambda place: ["fees", "import", *more, place.write("fees.txt", content)]


def codes(content: str | bytes, kind: str = "diagnoses") -> Make:
    return lambda place: ["fees", "import", "--kind", kind, place.write("codes.txt", content)]


FEES.add("empty", fees(""), 4)
FEES.add("the wrong columns", fees("item,price\n01157,77.92\n"), 4)
FEES.add("a column twice", fees("fee_item,amount,amount,title\n01157,1,2,x\n"), 4, says="twice")
FEES.add(
    "a hundred thousand columns",
    later(
        lambda: fees("fee_item,amount,title," + ",".join(f"c{n}" for n in range(100_000)) + "\n")
    ),
    4,
)
for amount in (
    "-77.92",
    "-0",
    "NaN",
    "Infinity",
    "1e5",
    "1e999",
    "9" * 5_000,
    "77.923",
    "٧٧",
    "７７",
    "77,92",
    "$77.92",
    "=1+1",
    "0x10",
    "",
    "\u202e1",
):
    FEES.add(f"the amount {amount[:12]!r}", fees(f'{FEE_HEAD}01157,"{amount}",x\n'), 4)
FEES.add("an absurd amount", fees(f"{FEE_HEAD}01157,99999999.99,x\n"), 4, 5)
FEES.add("a fee of nothing", fees(f"{FEE_HEAD}01157,0.00,x\n"), 4, 5)
FEES.add("an item twice", fees(f"{FEE_HEAD}01157,1.00,x\n01157,2.00,x\n"), 4, says="already")
FEES.add("an item that is none", fees(f"{FEE_HEAD}../../etc/x,1.00,x\n"), 4)
for day in (
    "0000-00-00",
    "10000-01-01",
    "2026-02-30",
    "soon",
    "../../x",
    "2026-12-01/../x",
    "１９９９-01-01",
    "\u202e",
):
    FEES.add(
        f"the edition {day!r}", fees(f"# edition: {day}\nfee_item,amount,title\n01157,1.00,x\n"), 4
    )
    FEES.add(f"valid from {day!r}", fees(ITEM, "--from", day), 2)
FEES.add("the first day there is", fees(ITEM, "--from", "0001-01-01"), 2)
FEES.add("the last day there is", fees(ITEM, "--from", "9999-12-31"), 5)
FEES.add(
    "overlapping the edition of that day",
    later(lambda: fees("# edition: 2026-01-31\nfee_item,amount,title\n01157,1.00,x\n")),
    5,
)
FEES.add(
    "complete or not, who knows", fees("# complete: maybe\n" + FEE_HEAD + "01157,1.00,x\n"), 4, 5
)
FEES.add(
    "most prices halved",
    later(lambda: fees("# complete: yes\n" + FEE_HEAD + "01156,31.07,x\n01157,38.96,x\n")),
    5,
)
FEES.add(
    "titles that are formulas",
    later(
        lambda: fees(
            FEE_HEAD
            + "".join(f'0115{n},62.13,"{sign}1+1"\n' for n, sign in enumerate("=+-@＝＋－＠"))
        )
    ),
    5,
)
FEES.add(
    "titles with commands",
    fees(f'{FEE_HEAD}01157,77.92,"\x1b[2J\u202eowned\x9b"\n'),
    0,
    1,
    5,
    writes=("clinic/fee_codes/",),
)
FEES.add(
    "a title of a megabyte",
    later(lambda: fees(f'{FEE_HEAD}01157,77.92,"{"x" * 2**20}"\n')),
    0,
    1,
    4,
    5,
)
FEES.add(
    "a quotation mark never closed",
    later(lambda: fees(f'{FEE_HEAD}01157,77.92,"x\n' + "01156,1.00,x\n" * 999)),
    4,
)
FEES.add(
    "MSP's file with letters in an amount",
    fees(ITEM + ITEM.replace("0006213", "00O6213")),
    4,
    says="cents",
)
FEES.add(
    "MSP's file with a minus",
    later(lambda: fees(ITEM.replace("0006213", "-006213"), "--from", "2026-12-01")),
    4,
)
FEES.add("MSP's file with an item twice", fees(ITEM * 2, "--from", "2026-12-01"), 4)
FEES.add("MSP's file without a day", fees(ITEM), 2, says="--from")
FEES.add("MSP's file whose lines are short", fees("0115600062\n" + ITEM), 4, says="short")
FEES.add("a hundred thousand spoiled lines", later(lambda: fees("01156,x\n" * 100_000)), 4)
FEES.add(
    "a hundred thousand lines of it twice",
    later(lambda: fees(ITEM * 100_000, "--from", "2026-12-01")),
    4,
)
FEES.add("a million carriage returns", later(lambda: fees(ITEM + "\r" * 1_000_000 + "x")), 2, 4)
FEES.add("a line of ten megabytes", later(lambda: fees("01156" + "9" * 10 * 2**20)), 2, 4)
FEES.add("twenty-one megabytes", later(lambda: fees(b"x" * 21 * 2**20)), 4, says="megabytes")
FEES.add("zero bytes", fees(ITEM + "\0"), 4, says="not a text file")
FEES.add("a workbook", fees(b"PK\x03\x04" + bytes(99)), 4)
FEES.add("UTF-16", fees(ITEM.encode("utf-16")), 4)
FEES.add("bytes of no coding", fees(ITEM.encode() + b"\x81\x8d\n"), 4, says="neither")
FEES.add(
    "a web page", later(lambda: fees("<!DOCTYPE html><html><body>Sign on again</body></html>\n")), 4
)
FEES.add(
    "what Teleplan did not deliver",
    fees(ITEM + "#TID=1;Result=FAILURE;Filename=;Msgs=x\n"),
    4,
    says="did not deliver",
)
FEES.add("remarks without an end", later(lambda: fees("#" * 2_000_000 + "\n" + ITEM)), 2, 4)

for kind in ("diagnoses", "explanatory"):
    CODES.add(f"{kind}: empty", codes("", kind), 4)
    CODES.add(f"{kind}: a web page", codes("<html>\n<body>\n</html>", kind), 4)
    CODES.add(
        f"{kind}: a code twice, otherwise",
        codes("729 ONE\n729 TWO\nAB ONE\nAB TWO\n", kind),
        4,
        says="already",
    )
    CODES.add(
        f"{kind}: a hundred thousand codes twice",
        codes("".join(f"729 T{n}\nAB T{n}\n" for n in range(50_000)), kind),
        4,
    )
    CODES.add(
        f"{kind}: titles that are formulas",
        codes(
            "".join(f"72{n} {sign}1+1\nA{n} {sign}1+1\n" for n, sign in enumerate("=+-@＝＋－＠")),
            kind,
        ),
        5,
    )
    CODES.add(
        f"{kind}: titles with commands",
        codes("729 \x1b[2J\u202e\x9bOWNED\nAB \x1b[2J\u202eOWNED\n", kind),
        5,
    )
    CODES.add(
        f"{kind}: only blanks behind a code",
        codes("729" + " " * 2_000_000 + "\nAB" + " " * 2_000_000, kind),
        4,
    )
    CODES.add(f"{kind}: zero bytes", codes("729 X\0\n", kind), 4)
    CODES.add(f"{kind}: bytes of no coding", codes(b"729 \x81\nAB \x81\n", kind), 4)
CODES.add("of a kind that there is not", codes("729 X\n", "../../x"), 2)


def settings(
    text: str | bytes, *, whole: bool = False, words: Sequence[object] = ("sessions", "list")
) -> Make:
    """Give the configuration more lines, or only these; then use it."""

    def make(place: Place) -> Sequence[object]:
        path = place.clinic.workspace / "tpi-billing.toml"
        more = text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")
        path.write_bytes(more if whole else path.read_bytes() + b"\n" + more)
        return words

    return make


def changed(old: str, new: str, *words: object) -> Make:
    """Change a setting; then use it."""

    def make(place: Place) -> Sequence[object]:
        place.settings(old, new)
        return words or ("sessions", "list")

    return make


SETTINGS.add("empty", settings("", whole=True), 3)
SETTINGS.add(
    "lists nested deeply", later(lambda: settings("x = " + "[" * 50_000)), 3, says="nested"
)
SETTINGS.add(
    "lists nested deeply and closed",
    later(lambda: settings("x = " + "[" * 50_000 + "]" * 50_000)),
    3,
    says="nested",
)
SETTINGS.add(
    "tables nested deeply", later(lambda: settings("x = " + "{a=" * 50_000 + "1" + "}" * 50_000)), 3
)
SETTINGS.add(
    "a key of fifty thousand parts", later(lambda: settings("a" + ".a" * 50_000 + " = 1")), 3
)
SETTINGS.add(
    "a section of fifty thousand parts", later(lambda: settings("[a" + ".a" * 50_000 + "]")), 3
)
SETTINGS.add(
    "a number of ten thousand digits",
    later(lambda: settings("x = " + "9" * 10_000)),
    3,
    says="digits",
)
SETTINGS.add("numbers that are none", settings("[policy]\ndue_soon_days = nan\n"), 3)
SETTINGS.add("endless days", settings("[policy]\nseries_min_days = inf\n"), 3)
SETTINGS.add("a negative number", settings("[policy]\nseries_length = -1\n"), 3)
SETTINGS.add("a huge number", settings(f"[policy]\nseries_length = {10**400}\n"), 3)
SETTINGS.add("a text for a number", settings('[policy]\nseries_length = "5"\n'), 3)
SETTINGS.add("a text with half a character", settings('x = "\\uD800"'), 3)
SETTINGS.add("a text with a zero character", settings('[mappings.a]\nsheet = "\\u0000"\n'), 0, 1, 3)
SETTINGS.add("bytes of no UTF-8", settings(b'x = "\xff\xfe"'), 3, says="UTF-8")
SETTINGS.add("UTF-16", settings('x = "1"'.encode("utf-16"), whole=True), 3)
SETTINGS.add("zero bytes", settings(b"x = 1\0"), 3)
SETTINGS.add(
    "a hundred thousand number signs", later(lambda: settings("x = y" + "#" * 100_000 + '"')), 3
)
SETTINGS.add(
    "a hundred thousand quotation marks", later(lambda: settings("x = " + '"' * 100_000)), 3
)
SETTINGS.add(
    "ten thousand keys that are none",
    later(lambda: settings("".join(f"k{n} = 1\n" for n in range(10_000)))),
    3,
)
SETTINGS.add(
    "ten thousand sections that are none",
    later(lambda: settings("".join(f"[s{n}]\n" for n in range(10_000)))),
    3,
)
SETTINGS.add("a key with commands", settings('"\\u001b[2J\\u202e" = 1'), 3)
SETTINGS.add("five megabytes", later(lambda: settings("#" * 5 * 2**20)), 3, says="kilobytes")
SETTINGS.add(
    "a health number for a practitioner", changed('number = "99001"', 'number = "9151065434"'), 3
)
SETTINGS.add(
    "a practitioner twice",
    later(
        lambda: settings('[[practitioners]]\nnumber = "99001"\nname = "x"\nspecialty = "family"\n')
    ),
    3,
    says="already",
)
SETTINGS.add(
    "a day that is none",
    later(
        lambda: settings(
            '[[practitioners]]\nnumber = "99077"\nname = "x"\nspecialty = "family"\nactive_from = 2026-02-30\n'
        )
    ),
    3,
)
SETTINGS.add("a check that must not be off", settings('[checks]\nmissing-value = "off"\n'), 3)
for text in (
    '"%"',
    '"%d"',
    '"' + "%d" * 999 + '"',
    '"%Z%z%p%c%x"',
    '"\\u0000%Y%m%d"',
    '"' + "[a-z" * 99 + '"',
    '"%Y-%m-%d' + "(a+)+$" * 9 + '"',
):
    SETTINGS.add(
        f"the format of days {text[:16]}",
        lambda place, text=text: [
            *settings(f"[mappings.bad]\ndates = [{text}]\n", words=("sessions", "import"))(place),
            place.write(
                "export.csv",
                "session_id,status,service_date,practitioner_number\nW1,completed,13/10/2026,99001\n",
            ),
            "--mapping",
            "bad",
        ],
        *(0, 1, 3),
    )
SETTINGS.add(
    "a mapping of a column that is none", settings('[mappings.bad.columns]\n"../../x" = "y"\n'), 3
)
SETTINGS.add(
    "a mapping of one header to two columns",
    later(lambda: settings('[mappings.bad.columns]\nphn = "A"\nsession_id = "A"\n')),
    0,
    1,
    3,
)
SETTINGS.add(
    "a mapping of twenty thousand words",
    later(
        lambda: settings(
            "[mappings.bad.values.status]\n"
            + "".join(f'"w{n}" = "completed"\n' for n in range(20_000))
        )
    ),
    0,
    1,
)
SETTINGS.add(
    "a mapping with a path for its name", settings('[mappings."../../x"]\nsheet = "x"\n'), 0, 1, 3
)
for url in (
    "http://elsewhere.example/",
    "file:///etc/passwd",
    "javascript:alert(1)",
    "https://user:pass@elsewhere.example/",
    "https://[::1",
    "https://host:99999/",
    "https://\\u202e.example/",
    "//elsewhere",
    "",
    "https://teleplan.hnet.bc.ca@elsewhere.example/",
    "https://x/?a=b",
    "http://127.0.0.1.elsewhere.example/",
    "http://localhost@elsewhere.example/",
    "https://a b/",
    "https://" + "a" * 9_999,
):
    SETTINGS.add(
        f"the address {url[:40]!r}",
        lambda place, url=url: [*_address(place, url), "teleplan", "log"],
        *(3, 7),
        environment={
            "TPI_BILLING_TELEPLAN_PASSWORD": "x",
            "TPI_BILLING_TELEPLAN_TIMEOUT": "1",
            "HTTPS_PROXY": "http://127.0.0.1:1",
            "https_proxy": "http://127.0.0.1:1",
        },
    )


def _address(place: Place, url: str) -> list[object]:
    path = place.clinic.workspace / "tpi-billing.toml"
    text = path.read_text(encoding="utf-8").partition("[teleplan]")[0]
    path.write_text(f'{text}[teleplan]\nurl = "{url}"\nusername = "x"\n', encoding="utf-8")
    return []


for database in (
    "",
    "mysql://x",
    "sqlite:////proc/none/ledger.db",
    "sqlite:///led\\u0000ger.db",
    "sqlite:///fee_codes",
    "nonsense",
    "postgresql+psycopg://127.0.0.1:1/x",
    "sqlite:///" + "x" * 999,
    "sqlite+pysqlcipher:///x",
    "python://os.system",
    "sqlite:///../outside/secret.csv",
):
    SETTINGS.add(
        f"the database {database[:30]!r}",
        lambda place, database=database: [*_database(place, database), "sessions", "list"],
        *(3, 4, 5, 6, 7),
    )


def _database(place: Place, database: str) -> list[object]:
    path = place.clinic.workspace / "tpi-billing.toml"
    lines = [
        one
        for one in path.read_text(encoding="utf-8").splitlines()
        if not one.startswith("database =")
    ]
    path.write_text("\n".join([f'database = "{database}"', *lines]) + "\n", encoding="utf-8")
    return []


def _linked(name: str, target: str, *words: object) -> Make:
    """Put a link to something endless in the place of a file of the workspace."""

    def make(place: Place) -> Sequence[object]:
        path = place.clinic.workspace / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        path.symlink_to(target)
        return words

    return make


SETTINGS.add(
    "a device",
    later(lambda: _linked("tpi-billing.toml", "/dev/zero", "sessions", "list")),
    3,
    needs="/dev/zero",
)
for name, words in {
    "fee_codes/schedule/2026-12-01.csv": ("fees", "show", "01157"),
    "patterns/thresholds.toml": ("audit", "patterns"),
    "patterns/endless.sql": ("audit", "patterns"),
}.items():
    OWN_LISTS.add(f"{name} is a device", _linked(name, "/dev/zero", *words), 3, needs="/dev/zero")
    OWN_LISTS.add(
        f"{name} is a link to itself",
        _linked(name, Path(name).name, *words),
        0,
        1,
        3,
        needs="/dev/zero",
    )


def own(name: str, content: str | bytes, *words: object) -> Make:
    """Give the workspace a list of its own; then use it."""

    def make(place: Place) -> Sequence[object]:
        path = place.clinic.workspace / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return words

    return make


DEEP = "x = " + "[" * 50_000
for name in ("rules.toml", "calendar.toml"):
    OWN_LISTS.add(f"{name} nested deeply", own(f"fee_codes/{name}", DEEP, "doctor"), 3)
    OWN_LISTS.add(
        f"{name} with a huge number", own(f"fee_codes/{name}", "x = " + "9" * 9_999, "doctor"), 3
    )
    OWN_LISTS.add(f"{name} that is empty", own(f"fee_codes/{name}", "", "doctor"), 3)
    OWN_LISTS.add(f"{name} of no UTF-8", own(f"fee_codes/{name}", b"\xff\xfe\x00", "doctor"), 3)
OWN_LISTS.add(
    "thresholds nested deeply",
    later(lambda: own("patterns/thresholds.toml", DEEP, "audit", "patterns")),
    3,
)
for value in (
    '"NaN"',
    '"Infinity"',
    '"1e999999999"',
    '"-1"',
    "nan",
    '"9' + "9" * 6_000 + '"',
    '"٣"',
):
    OWN_LISTS.add(
        f"a threshold of {value[:14]}",
        own(
            "patterns/thresholds.toml",
            f'[statistics]\nreason = "x"\noutlier_deviations = {value}\n',
            "audit",
            "patterns",
        ),
        0,
        1,
        3,
        keeps=True,
    )
    OWN_LISTS.add(
        f"a limit of {value[:14]}",
        own(
            "patterns/thresholds.toml",
            f'[measures.services-per-day]\nreason = "x"\nlimit = {value}\n',
            "audit",
            "patterns",
        ),
        0,
        1,
        3,
        keeps=True,
    )
for value in ("99999999999999999999", "-1", "0", "1.5", '"1"'):
    OWN_LISTS.add(
        f"{value} months of the past",
        own(
            "patterns/thresholds.toml",
            f'[statistics]\nreason = "x"\npast_months = {value}\n',
            "audit",
            "patterns",
        ),
        0,
        1,
        3,
        keeps=True,
    )
for content in (
    "fee_item,amount,title\n01157,-1,x\n",
    "item,price\n",
    '"',
    "\0",
    "fee_item,amount,title\n" + "01157,1.00,x\n" * 2,
    "a," * 99_999,
):
    OWN_LISTS.add(
        f"an edition of {len(content)} characters, {content[:24]!r}",
        own("fee_codes/schedule/2026-12-01.csv", content, "fees", "show", "01157"),
        3,
    )
for name in (
    "soon.csv",
    "2026-02-30.csv",
    "..csv",
    "2026-12-01 .csv",
    "99999-01-01.csv",
    "0000-00-00.csv",
):
    OWN_LISTS.add(
        f"an edition called {name}",
        own(
            f"fee_codes/schedule/{name}",
            "fee_item,amount,title\n01157,1.00,x\n",
            "fees",
            "show",
            "01157",
        ),
        0,
        1,
        3,
        keeps=True,
    )
OWN_LISTS.add(
    "a list that nobody knows", own("fee_codes/rulez.toml", "x = 1", "check"), 3, says="rules.toml"
)

for variable, texts, codes_ in (
    (
        "TPI_BILLING_TELEPLAN_TIMEOUT",
        ("nan", "inf", "-1", "1e999", "soon", "9" * 999, "\u202e", "1_0_0_0"),
        (3,),
    ),
    ("TPI_BILLING_TELEPLAN_PATIENCE", ("nan", "-inf", "x"), (3, 7)),
):
    for text in texts:
        ENVIRONMENT.add(
            f"{variable} is {text[:9]!r}",
            lambda _place, variable=variable: [
                "pickup" if "PATIENCE" in variable else "teleplan",
                *(() if "PATIENCE" in variable else ("log",)),
            ],
            *codes_,
            environment={
                "TPI_BILLING_TELEPLAN_PASSWORD": "x",
                "TPI_BILLING_TELEPLAN_TIMEOUT": "1",
                variable: text,
            },
        )
for text in (
    "",
    " ",
    "=1+1",
    "a\nb",
    "\x1b[2J\u202e",
    "x" * 9_999,
    "../../x",
    "'; DROP TABLE journal; --",
    "\udcff",
):
    ENVIRONMENT.add(
        f"TPI_BILLING_ACTOR is {text[:12]!r}",
        lambda place: ["--actor", "", *_nobody(place)],
        *(0, 1, 2),
        environment={"TPI_BILLING_ACTOR": text},
        needs="posix",
    )


def _nobody(_place: Place) -> list[object]:
    return ["referrals", "updated", "1", "--on", "2026-12-01"]


for text in ("/proc/none", "~", "\x1b[2J", "x" * 5_000, "\udcff"):
    ENVIRONMENT.add(
        f"the workspace {text[:12]!r}",
        lambda _place, text=text: ["--workspace", text, "sessions", "list"],
        *(2, 3, 4),
        needs="posix",
    )
for day in (
    "0001-01-01",
    "9999-12-31",
    "0000-00-00",
    "10000-01-01",
    "soon",
    "2026-W01",
    "20261105",
    "２０２６-11-05",
):
    for words in (
        ("check",),
        ("worklist",),
        ("audit", "patterns"),
        ("audit", "report", "--month", "2026-10", "--out", "out"),
        ("report", "receivables"),
        ("referrals", "missing"),
        ("fees", "price", "01157"),
        ("sessions", "gaps", "--month", "2026-10"),
        ("close", "2026-11", "--dry-run"),
    ):
        ENVIRONMENT.add(
            f"today is {day}, {' '.join(words[:2])}",
            lambda place, words=words: [place.out if word == "out" else word for word in words],
            *(0, 1, 2, 5),
            as_of=day,
            writes=("out/", "clinic/"),
        )
