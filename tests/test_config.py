"""The clinic's configuration (design, section 9): what it may say, and every mistake named."""

import re
from datetime import date
from pathlib import Path

import pytest

from tpi_billing.config import FILE_NAME, Config, load, parse
from tpi_billing.errors import ConfigurationError, Trouble
from tpi_billing.model.catalogue import CHECK, CHECKS, Check
from tpi_billing.model.finding import Severity

EXAMPLE = Path(__file__).parent.parent / "tpi_billing" / "example.toml"
CLINIC = """\
[clinic]
name = "Made-up Clinic"
data_centre = "T9999"
payee_number = "A9999"
location_code = "Q"
"""
PRACTITIONER = """\
[[practitioners]]
number = "99001"
name = "Avery Example"
specialty = "family"
"""
SMALLEST = CLINIC + PRACTITIONER
"""Nine lines: the shortest configuration there is."""


def mistakes(text: str) -> list[Trouble]:
    with pytest.raises(ConfigurationError) as caught:
        parse(text, "clinic/tpi-billing.toml")
    assert caught.value.exit_code == 3
    assert {one.file for one in caught.value.troubles} == {"clinic/tpi-billing.toml"}
    return list(caught.value.troubles)


def only_mistake(text: str) -> Trouble:
    found = mistakes(text)
    assert len(found) == 1, found
    return found[0]


# What is left out


def test_what_is_left_out_has_the_defaults_of_the_contract() -> None:
    config = parse(SMALLEST, FILE_NAME)
    assert config.database == "sqlite:///ledger.db"
    assert config.clinic.clarification_code == "00"
    assert config.clinic.facility_number == "00000"
    assert config.policy.referral_for_treatment == "required"
    assert config.policy.due_soon_days == 14
    assert config.policy.half_cent == "half-up"
    assert config.policy.series_min_days == 10
    assert config.policy.series_length == 5
    assert config.teleplan.url == "https://teleplan.hnet.bc.ca/TeleplanBroker"
    assert config.teleplan.username == ""
    assert config.mappings == {}
    practitioner = config.practitioners[0]
    assert practitioner.payee_number is None
    assert practitioner.fee_items is None
    assert practitioner.active_on(date(1900, 1, 1))


@pytest.mark.parametrize(
    ("left_out", "missing"),
    [
        (CLINIC, ["clinic"]),
        (PRACTITIONER, ["practitioners"]),
        ('name = "Made-up Clinic"\n', ["clinic.name"]),
        ('data_centre = "T9999"\n', ["clinic.data_centre"]),
        ('payee_number = "A9999"\n', ["clinic.payee_number"]),
        ('location_code = "Q"\n', ["clinic.location_code"]),
        ('number = "99001"\n', ["practitioners.number"]),
        ('name = "Avery Example"\n', ["practitioners.name"]),
        ('specialty = "family"\n', ["practitioners.specialty"]),
        (SMALLEST, ["clinic", "practitioners"]),
    ],
)
def test_what_must_be_there(left_out: str, missing: list[str]) -> None:
    found = mistakes(SMALLEST.replace(left_out, ""))
    assert [one.message for one in found] == [f"{key} is missing." for key in missing]
    assert all(one.hint for one in found)


def test_a_missing_key_is_shown_at_its_own_section() -> None:
    second = PRACTITIONER.replace("99001", "99002")
    first = PRACTITIONER.replace('specialty = "family"\n', "")
    assert only_mistake(CLINIC + first + second).row == 6


def test_there_must_be_a_practitioner() -> None:
    assert only_mistake("practitioners = []\n" + CLINIC).message == "practitioners is empty."


# Unknown keys


@pytest.mark.parametrize(
    ("text", "row", "message", "hint"),
    [
        (
            'databse = "sqlite:///ledger.db"\n' + SMALLEST,
            1,
            "databse is not a setting.",
            "Did you mean database?",
        ),
        (
            SMALLEST.replace("payee_number", "payee_numbr"),
            4,
            "clinic.payee_numbr is not a setting.",
            "Did you mean payee_number?",
        ),
        (SMALLEST + "[polcy]\n", 10, "polcy is not a setting.", "Did you mean policy?"),
        (
            SMALLEST + "[policy]\n\n# a remark\nhalf_cents = 'down'\n",
            13,
            "policy.half_cents is not a setting.",
            "Did you mean half_cent?",
        ),
        (
            SMALLEST + PRACTITIONER.replace("99001", "99002") + "speciality = 'other'\n",
            14,
            "practitioners.speciality is not a setting.",
            "Did you mean specialty?",
        ),
        (
            SMALLEST + "[mappings.my-emr]\ndate = ['%d-%b-%Y']\n",
            11,
            "mappings.my-emr.date is not a setting.",
            "Did you mean dates?",
        ),
        (
            SMALLEST + '[mappings."my emr"]\nsheets = "Visits"\n',
            11,
            "mappings.my emr.sheets is not a setting.",
            "Did you mean sheet?",
        ),
        (
            SMALLEST + "[teleplan]\npassword = 'x'\n",  # never in this file (design, section 8)
            11,
            "teleplan.password is not a setting.",
            "Remove it.",
        ),
    ],
)
def test_an_unknown_key(text: str, row: int, message: str, hint: str) -> None:
    found = [one for one in mistakes(text) if not one.message.endswith("is missing.")]
    assert [(one.row, one.message, one.hint) for one in found] == [(row, message, hint)]


def test_the_same_unknown_key_of_two_sections_is_shown_at_each() -> None:
    both = SMALLEST + "[mappings.one]\nshet = 'A'\n[mappings.two]\nsheet = 'B'\nshet = 'C'\n"
    assert [one.row for one in mistakes(both)] == [11, 14]


# Values


@pytest.mark.parametrize(
    ("line", "value", "words"),
    [
        ('data_centre = "T9999"', "T99999", "five digits or capital letters"),
        ('data_centre = "T9999"', "t9999", "five digits or capital letters"),
        ('payee_number = "A9999"', "", "five digits or capital letters"),
        ('location_code = "Q"', "QQ", "one capital letter"),
        ('location_code = "Q"', "q", "one capital letter"),
        ('number = "99001"', "9900", "five digits or capital letters"),
        ('number = "99001"', "99001\\n", "five digits or capital letters"),
        (
            'specialty = "family"',
            "surgeon",
            "'family', 'anesthesiology', 'physical-medicine' or 'other'",
        ),
    ],
)
def test_a_value_of_another_form(line: str, value: str, words: str) -> None:
    wrong = f'{line[: line.index("=") + 1]} "{value}"'
    found = only_mistake(SMALLEST.replace(line, wrong))
    assert found.message.endswith(f" must be {words}.")
    assert found.row == SMALLEST.splitlines().index(line) + 1


@pytest.mark.parametrize(
    ("section", "right", "wrong"),
    [
        ("policy", "due_soon_days = 0", "due_soon_days = -1"),
        ("policy", "due_soon_days = 90", "due_soon_days = 91"),
        ("policy", "due_soon_days = 14", 'due_soon_days = "14"'),
        ("policy", "due_soon_days = 14", "due_soon_days = 14.5"),
        ("policy", "due_soon_days = 1", "due_soon_days = true"),
        ("policy", "series_min_days = 0", "series_min_days = -1"),
        ("policy", "series_min_days = 365", "series_min_days = 366"),
        ("policy", "series_length = 1", "series_length = 0"),
        ("policy", "series_length = 100", "series_length = 101"),
        ("policy", 'half_cent = "half-up"', 'half_cent = "up"'),
        ("policy", 'half_cent = "half-even"', 'half_cent = "even"'),
        ("policy", 'half_cent = "down"', "half_cent = 1"),
        ("policy", 'referral_for_treatment = "optional"', 'referral_for_treatment = "no"'),
        ("checks", 'daily-volume = "off"', 'daily-volume = "none"'),
        ("checks", 'daily-volume = "info"', "daily-volume = false"),
        ("mappings.my-emr", 'dates = ["%d-%b-%Y"]', 'dates = "%d-%b-%Y"'),
        ("mappings.my-emr", 'sheet = "2026"', "sheet = 2026"),
        ("mappings.my-emr.columns", 'note = "Remarks"', "note = 5"),
    ],
)
def test_both_sides_of_what_a_setting_allows(section: str, right: str, wrong: str) -> None:
    parse(f"{SMALLEST}[{section}]\n{right}\n", FILE_NAME)
    assert only_mistake(f"{SMALLEST}[{section}]\n{wrong}\n").row == 11


def test_every_mistake_is_said_at_once_in_the_order_of_the_file() -> None:
    text = """\
database = 5
datbase = "sqlite:///ledger.db"
[clinic]
name = "Made-up Clinic"
data_centre = 9999
payee_number = "A9999"
location_code = "Q"
[[practitioners]]
number = 99001
name = "Avery Example"
specialty = "family"
[policy]
due_soon_days = "soon"
[checks]
phn-missing = "off"
no-such-check = "off"
[mappings.my-emr.columns]
visit_number = "Visit #"
"""
    assert [one.row for one in mistakes(text)] == [1, 2, 5, 9, 13, 15, 16, 18]


def test_a_number_without_quotes_loses_its_zeros_and_must_be_text() -> None:
    found = only_mistake(SMALLEST.replace('"99001"', "99001"))
    assert (found.row, found.message) == (7, "practitioners.number must be text.")
    assert "quotes" in found.hint


def test_a_key_where_a_section_is_meant() -> None:
    found = only_mistake("teleplan = 'x'\n" + SMALLEST)
    assert (found.row, found.message) == (1, "teleplan must be a section.")


# Practitioners


def test_a_practitioner_is_listed_once() -> None:
    again = PRACTITIONER.replace("Avery", "Other")
    found = only_mistake(CLINIC + PRACTITIONER + PRACTITIONER.replace("99001", "99002") + again)
    assert (found.row, found.message) == (15, "Practitioner 99001 is listed already.")


def test_a_practitioner_is_found_by_number() -> None:
    config = parse(SMALLEST, FILE_NAME)
    assert config.practitioner("99001") == config.practitioners[0]
    assert config.practitioner("99009") is None
    assert config.practitioner("") is None


@pytest.mark.parametrize(
    ("day", "active"),
    [
        (date(2026, 9, 30), False),
        (date(2026, 10, 1), True),  # the first day counts
        (date(2026, 10, 15), True),
        (date(2026, 10, 31), True),  # and the last
        (date(2026, 11, 1), False),
    ],
)
def test_a_practitioner_is_active_from_the_first_day_to_the_last(day: date, active: bool) -> None:
    text = SMALLEST + "active_from = 2026-10-01\nactive_to = 2026-10-31\n"
    assert parse(text, FILE_NAME).practitioners[0].active_on(day) is active


# Severities


@pytest.mark.parametrize("check", [check for check in CHECKS if check.locked])
@pytest.mark.parametrize("setting", ["warning", "info", "off"])
def test_a_check_that_msp_would_surely_refuse_cannot_be_lowered(
    check: object, setting: str
) -> None:
    found = only_mistake(f'{SMALLEST}[checks]\n{check.id} = "{setting}"\n')
    assert (found.row, found.message) == (11, f"{check.id} cannot be lowered to {setting}.")


@pytest.mark.parametrize("check", CHECKS)
def test_every_check_can_stay_an_error_or_be_raised_to_one(check: Check) -> None:
    config = parse(f'{SMALLEST}[checks]\n{check.id} = "error"\n', FILE_NAME)
    assert config.severity(check.id) is Severity.ERROR


@pytest.mark.parametrize(
    ("setting", "severity"),
    [
        ("error", Severity.ERROR),
        ("warning", Severity.WARNING),
        ("info", Severity.INFO),
        ("off", None),
    ],
)
def test_any_other_check_can_be_moved(setting: str, severity: Severity | None) -> None:
    text = f'{SMALLEST}[checks]\nseries-frequency = "{setting}"\n'
    assert parse(text, FILE_NAME).severity("series-frequency") is severity


def test_a_check_that_is_not_named_keeps_its_own_severity() -> None:
    config = parse(SMALLEST, FILE_NAME)
    assert {check.id: config.severity(check.id) for check in CHECKS} == {
        check.id: check.severity for check in CHECKS
    }


@pytest.mark.parametrize(
    ("written", "meant"),
    [("phn-check-digits", "phn-check-digit"), ("serie-frequency", "series-frequency")],
)
def test_an_unknown_check(written: str, meant: str) -> None:
    found = only_mistake(f'{SMALLEST}[checks]\n{written} = "warning"\n')
    assert found == Trouble(f"{written} is no check.", f"Did you mean {meant}?", found.file, row=11)


def test_an_unknown_check_that_resembles_none() -> None:
    assert only_mistake(f'{SMALLEST}[checks]\nzzz = "off"\n').hint == "Remove it."


# Mappings


def test_a_mapping_is_read_as_it_stands() -> None:
    mapping = parse(
        SMALLEST
        + """\
[mappings.my-emr]
sheet = "Visits"
dates = ["%d-%b-%Y", "%Y/%m/%d"]
[mappings.my-emr.columns]
session_id = "Visit #"
[mappings.my-emr.values.status]
"Arrived" = "completed"
""",
        FILE_NAME,
    ).mappings["my-emr"]
    assert mapping.sheet == "Visits"
    assert mapping.dates == ("%d-%b-%Y", "%Y/%m/%d")
    assert mapping.columns == {"session_id": "Visit #"}
    assert mapping.values == {"status": {"Arrived": "completed"}}


@pytest.mark.parametrize(
    ("lines", "name", "hint"),
    [
        ('[mappings.m.columns]\nsession = "V"\n', "columns.session", "Did you mean session_id?"),
        ('[mappings.m.columns]\nPHN = "H"\n', "columns.PHN", "Remove it."),
        ("[mappings.m.values.statuss]\nA = 'b'\n", "values.statuss", "Did you mean status?"),
    ],
)
def test_a_mapping_names_canonical_columns_only(lines: str, name: str, hint: str) -> None:
    found = only_mistake(SMALLEST + lines)
    assert (found.message, found.hint) == (
        f"mappings.m.{name} is not a column of a session.",
        hint,
    )
    assert found.row in {10, 11}


# The file


def test_a_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / FILE_NAME
    path.write_text(SMALLEST.replace("Made-up", "Péché Mignon"), encoding="utf-8")
    assert load(path).clinic.name == "Péché Mignon Clinic"


def test_a_byte_order_mark_of_a_windows_editor_does_not_matter(tmp_path: Path) -> None:
    path = tmp_path / FILE_NAME
    path.write_bytes(b"\xef\xbb\xbf" + SMALLEST.replace("\n", "\r\n").encode())
    assert load(path) == parse(SMALLEST, FILE_NAME)


def test_a_missing_file_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as caught:
        load(tmp_path / FILE_NAME)
    (trouble,) = caught.value.troubles
    assert trouble.file == str(tmp_path / FILE_NAME)
    assert "init" in trouble.hint


@pytest.mark.parametrize("content", [SMALLEST.encode("utf-16"), b'name = "P\xe9ch\xe9"\n'])
def test_a_file_that_is_not_utf_8_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / FILE_NAME
    path.write_bytes(content)
    with pytest.raises(ConfigurationError) as caught:
        load(path)
    assert caught.value.troubles[0].hint == "Save it as UTF-8 text."


def test_a_folder_of_that_name_is_refused(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).mkdir()
    with pytest.raises(ConfigurationError):
        load(tmp_path / FILE_NAME)


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ("[clinic]\nname = Made-up Clinic\n", 2),
        ('[clinic]\nname = "A"\nname = "B"\n', 3),
        ("[clinic\n", 1),
        ('[clinic]\nname = "A" payee_number = "A9999"\n', 2),
        ('[clinic]\ndates = ["a",\n', 2),
    ],
)
def test_a_text_that_is_not_toml_is_shown_at_its_line(text: str, row: int) -> None:
    found = only_mistake(text)
    assert found.message.startswith("This is not valid TOML: ")
    assert found.row == row


@pytest.mark.parametrize(
    ("text", "row", "message", "hint"),
    [
        ('[clinic]\nname = "A\n', 2, "A quotation mark is missing.", "between two of them"),
        ('[clinic]\nname = A"\n', 2, "A quotation mark is missing.", "between two of them"),
        ('[clinic]\nname = "A # it is ours\n', 2, "A quotation mark is missing.", "two of them"),
        ("[clinic]\nname = “A”\n", 2, "A curly quotation mark stands here.", "straight one"),
        ("active_from = 1-10-2026\n", 1, "This is no day as the file needs it.", "2026-10-31"),
        ("active_from = 2026/10/01\n", 1, "This is no day as the file needs it.", "2026-10-31"),
        ("active_from = 2026-1-5\n", 1, "This is no day as the file needs it.", "2026-10-31"),
    ],
)
def test_a_common_slip_is_said_in_plain_words(text: str, row: int, message: str, hint: str) -> None:
    found = only_mistake(text)
    assert (found.row, found.message) == (row, message)
    assert hint in found.hint


@pytest.mark.parametrize("day", ['"1 Oct"', '"2026-13-01"', "5", "true"])
def test_a_day_that_is_none_says_how_days_are_written(day: str) -> None:
    found = only_mistake(f"{SMALLEST}active_from = {day}\n")
    assert (found.row, found.message) == (10, "practitioners.active_from must be a day.")
    assert found.hint == "Write it as 2026-10-31, without quotes."


def test_a_misspelt_key_is_said_once() -> None:
    found = only_mistake(SMALLEST.replace("data_centre", "data_center"))
    assert (found.row, found.message) == (3, "clinic.data_center is not a setting.")
    assert found.hint == "Did you mean data_centre?"


@pytest.mark.parametrize(
    ("line", "wrong", "hint"),
    [
        ('number = "99001"', 'number = "9900"', "It has five characters, you gave 4."),
        ('data_centre = "T9999"', 'data_centre = "T99999"', "It has five characters, you gave 6."),
        ('data_centre = "T9999"', 'data_centre = "t9999"', "Write it in capitals: T9999."),
        ('data_centre = "T9999"', 'data_centre = "T-999"', ""),
        ('location_code = "Q"', 'location_code = "q"', "Write it in capitals: Q."),
        ('location_code = "Q"', 'location_code = "QQ"', "For example Q: "),
    ],
)
def test_a_value_of_another_form_says_what_was_expected(line: str, wrong: str, hint: str) -> None:
    found = only_mistake(SMALLEST.replace(line, wrong))
    assert found.hint.startswith(hint)
    assert bool(found.hint) is bool(hint)


def test_a_character_that_is_not_utf_8_is_shown_at_its_line(tmp_path: Path) -> None:
    path = tmp_path / FILE_NAME
    path.write_bytes(SMALLEST.replace("Avery", "Andr\xe9").encode("latin-1"))
    with pytest.raises(ConfigurationError) as caught:
        load(path)
    assert caught.value.troubles[0].row == 8


# The example that init writes


def example_lines() -> list[str]:
    return EXAMPLE.read_text(encoding="utf-8").splitlines()


def test_the_example_is_a_configuration() -> None:
    config = load(EXAMPLE)
    assert [one.number for one in config.practitioners] == ["99001", "99002"]
    assert config.clinic.data_centre == "T9999"


def test_the_example_shows_the_defaults() -> None:
    example, smallest = load(EXAMPLE), parse(SMALLEST, FILE_NAME)
    assert example.policy == smallest.policy
    assert example.teleplan == smallest.teleplan
    assert example.checks == smallest.checks
    assert example.database == smallest.database


def test_every_line_of_the_example_has_a_comment() -> None:
    above = ""
    for line in example_lines():
        if line and "#" not in line and not re.fullmatch(r"\[\w+\]", line):
            assert above.startswith("#"), line
        above = line


def test_what_the_example_comments_out_is_right_too() -> None:
    commented = re.compile(r"# (\[.*\]|[\w\"-]+ = .*)")
    bare = [match[1] if (match := commented.match(line)) else line for line in example_lines()]
    config = parse("\n".join(bare), FILE_NAME)
    assert config.practitioners[0].fee_items == ("01156", "01157")
    assert config.practitioners[0].active_to == date(2026, 12, 31)
    assert config.mappings["my-emr"].columns == {"session_id": "Visit #"}
    assert config.mappings["my-emr"].values == {"status": {"Arrived": "completed"}}
    assert set(config.checks) <= set(CHECK)
    assert config.checks


def test_a_configuration_does_not_change() -> None:
    config = parse(SMALLEST, FILE_NAME)
    with pytest.raises(ValueError, match="frozen"):
        config.database = "sqlite:///other.db"  # type: ignore[misc]
    assert isinstance(config, Config)
