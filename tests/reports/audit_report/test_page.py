"""The page: the figures to the cent, in pictures and tables alike, and nothing from elsewhere."""

import hashlib
import itertools
import re
from base64 import b64encode

import pytest
from made_up_report import CLINIC, HEAD, NAMES, empty, figures, money, refusals
from parsed_page import Element, cents, parsed, picture, table, words

from tpi_billing.audit.report.figures import AuditFigures
from tpi_billing.model.claim import ClaimState
from tpi_billing.reports.audit_report.page import audit_page
from tpi_billing.reports.audit_report.words import outcome_title

PICTURES = ("states", "flow", "trend", "causes", "days", "services", "costs", "coverage")


def page_of(made: AuditFigures) -> Element:
    return parsed(audit_page(made, CLINIC, NAMES))


@pytest.fixture(scope="module")
def page() -> Element:
    return page_of(figures())


# figures


def test_the_balance_is_that_of_the_books(page: Element) -> None:
    assert table(page, "flow-table") == [
        ["Step", "Amount"],
        ["Opening", "$1,000.00"],
        ["Billed", "+$2,500.50"],
        ["Adjustments", "-$10.25"],
        ["Paid", "-$2,000.00"],
        ["Written off", "-$5.00"],
        ["Closing", "$1,485.25"],
    ]


def test_the_books_are_there_by_practitioner_and_add_up(page: Element) -> None:
    _, *rows, totals = table(page, "books-table")
    assert [row[:2] for row in rows] == [
        ["the payee's own", "A9999"],
        ["99001 Avery Example", "A9999"],
        ["99002 Blair Sample-With-A-Name-Of-Some-Length", "B1111"],
    ]
    for column in range(2, 8):
        assert sum(cents(row[column]) for row in rows) == cents(totals[column])
    assert totals[2:] == ["$1,000.00", "$2,500.50", "-$10.25", "$2,000.00", "$5.00", "$1,485.25"]


def test_what_became_of_the_services_adds_up_to_what_was_billed_for_them(page: Element) -> None:
    assert table(page, "states-table") == [
        ["State", "Claims", "Billed", "Paid"],
        ["No answer yet", "1,200", "$10,000.00", "$0.00"],
        ["Paid", "20", "$1,480.00", "$1,480.00"],
        ["Paid otherwise than billed", "2", "$5.53", "$1.00"],
        ["All", "1,222", "$11,485.53", "$1,481.00"],
    ]


@pytest.mark.parametrize("state", list(ClaimState))
def test_every_state_has_a_name_of_its_own(state: ClaimState) -> None:
    assert [one for one in ClaimState if outcome_title(one) == outcome_title(state)] == [state]


def test_refusals_are_there_by_cause_with_their_cure(page: Element) -> None:
    assert table(page, "causes-table") == [
        ["Code", "Claims", "Refused", "Recovered", "Nothing done"],
        ["AA", "1", "$100.00", "$0.00", "1"],
        ["AB", "2", "$99.00", "$1.00", "2"],
        ["All", "3", "$199.00", "$1.00", "3"],
    ]
    assert [row[2] for row in table(page, "meanings-table")] == ["What to do", "Cure 0.", "Cure 1."]


def test_days_are_counted_by_the_week_up_to_the_last_day_in_time(page: Element) -> None:
    assert table(page, "days-table") == [
        ["Days", "Claims", "Share", "Billed"],
        ["0 to 6", "1", "11.1%", "$1.00"],
        ["14 to 20", "5", "55.6%", "$5.00"],
        ["84 to 90", "1", "11.1%", "$1.00"],
        ["91 or more", "2", "22.2%", "$2.00"],
        ["All", "9", "100.0%", "$9.00"],
    ]
    (section,) = [one for one in page.all("section") if one.attributes["id"] == "submission"]
    assert "9 claims were sent. Half of them went within 20 days" in section.text
    assert "2 claims went later than the 90 days that MSP allows" in section.text
    assert "3 claims of $233.76 were not sent yet" in section.text


def test_practitioners_have_their_average_and_where_the_values_lie(page: Element) -> None:
    heading, first, second, *_ = table(page, "costs-table")
    assert heading[1:3] == ["Patients", "Average"]
    assert first == [
        "99004 Devon Placeholder",
        "30",
        "$300.00",
        "$77.92",
        "$200.00 to $400.00",
        "$900.00",
        "+295.0",
        "▲ stands out",
    ]
    assert second[2] == "$77.92"
    assert second[-1] == ""
    assert table(page, "services-table")[1][2] == "91.7"  # 1100 of 12 days


def test_referrals_are_a_share_that_is_never_rounded_to_all_or_none(page: Element) -> None:
    _, *rows, totals = table(page, "coverage-table")
    assert [row[0][:5] for row in rows] == ["99004", "99002", "99001"]
    assert [row[1:] for row in rows] == [
        ["1,101", "0", "1,101", "0.0%"],
        ["60", "59", "1", "98.3%"],
        ["61", "61", "0", "100.0%"],
    ]
    assert totals[1:] == ["1,222", "120", "1,102", "9.8%"]


def test_findings_name_the_claims_behind_them(page: Element) -> None:
    _, costs, services = table(page, "findings-table")
    assert costs[:3] == ["99004 Devon Placeholder", "Cost per patient", "300.00 dollars a patient"]
    assert services[4] == "40"
    first = ", ".join(str(claim) for claim in range(1, 25))
    assert services[5] == f"{first} and 16 more, in the workbook"


def test_the_cards_say_the_same_as_the_tables(page: Element) -> None:
    (shown,) = page.all("dl")
    values = [each.text for each in shown.all("dd") if "class" not in each.attributes]
    assert values == [
        "$11,485.53",
        "$2,000.00",
        "$1,485.25",
        "$199.00",
        "20 days",
        "$233.76",
        "9.8%",
        "2 findings",
    ]


# pictures


@pytest.mark.parametrize("name", PICTURES)
def test_every_picture_tells_its_numbers_three_ways(page: Element, name: str) -> None:
    """In the picture where there is room, in its description, and in the table beside it."""
    drawn = picture(page, name)
    assert drawn.attributes["role"] == "img"
    title, description = drawn.all("title", "desc")
    assert drawn.attributes["aria-labelledby"].split() == [
        title.attributes["id"],
        description.attributes["id"],
    ]
    beside = {cell for row in table(page, f"{name}-table") for cell in row}
    told = re.findall(r"[+-]?\$[\d,]+\.\d\d", description.text)
    if name in {"flow", "trend", "causes", "costs"}:
        assert told
    assert set(told) <= beside
    amounts = [text.split(",  ")[0] for text in words(drawn) if re.search(r"\.\d\d", text)]
    assert {re.findall(r"[+-]?\$[\d,]+\.\d\d", text)[0] for text in amounts} <= beside


def test_bars_are_as_long_as_their_amounts(page: Element) -> None:
    """Opening 1,000.00 and closing 1,485.25 begin at the same place and are to scale."""
    bars = [each.attributes for each in picture(page, "flow").all("rect")]
    opening, billed, adjusted, paid, written_off, closing = bars
    assert opening["x"] == closing["x"]
    lengths = [float(bar["width"]) for bar in (opening, billed, paid, closing)]
    for length, amount in zip(lengths, (1000, 2500.5, 2000, 1485.25), strict=True):
        assert length / lengths[0] == pytest.approx(amount / 1000, rel=0.005)
    assert float(billed["x"]) == pytest.approx(float(opening["x"]) + lengths[0], abs=0.2)
    assert [bar["class"] for bar in (adjusted, paid, written_off)] == ["taken"] * 3
    assert float(written_off["width"]) > 0  # five dollars of thousands can still be seen


def test_whoever_stands_out_is_marked_by_more_than_a_colour(page: Element) -> None:
    drawn = picture(page, "services")
    assert [text for text in words(drawn) if "▲" in text] == [
        "99004 Devon Placeholder  ▲ stands out".replace("  ", " ")
    ]
    assert [each.attributes["class"] for each in drawn.all("rect")].count("hatched") == 1


def test_many_causes_are_summed_up_in_the_picture_and_whole_in_the_table() -> None:
    page = page_of(figures(refusals=refusals(12)))
    labels = words(picture(page, "causes"))
    assert "4 other causes" in labels
    # 92.00 + 91.00 + 90.00 + 89.00, and 9 + 10 + 11 + 12 claims
    assert "$362.00, 42 claims" in labels
    assert len(table(page, "causes-table")) == 14


# what may not be


def test_books_that_do_not_tie_say_so_loudly() -> None:
    page = page_of(figures(money=money(owed=148_500)))
    alarms = [one.text for one in page.all("p") if one.attributes.get("class") == "alarm"]
    assert alarms == [
        "The books do not tie: they come to $1,485.25, the claims to $1,485.00 outstanding."
    ]


def test_names_are_text_and_never_markup(page: Element) -> None:
    content = audit_page(figures(), CLINIC, NAMES).decode()
    assert "<b>" not in content
    assert "<Example>" not in content
    assert "99003 <b>Cameron</b>" in words(picture(page, "services"))


def test_the_page_fetches_nothing_and_runs_nothing(page: Element) -> None:
    content = audit_page(figures(), CLINIC, NAMES).decode()
    assert "://" not in content
    assert "@import" not in content
    assert set(re.findall(r"url\(([^)]*)\)", content)) == {"#hatch"}
    elements = page.all()
    assert not [one for one in elements if one.tag in {"script", "iframe", "img", "link", "object"}]
    for one in elements:
        assert not {"src", "style", "onload", "onclick"} & set(one.attributes)
        assert one.attributes.get("href", "#").startswith("#")


def test_the_policy_allows_the_pages_own_style_only(page: Element) -> None:
    (style,) = page.all("style")
    digest = b64encode(hashlib.sha256("".join(style.texts).encode()).digest()).decode()
    (policy,) = [
        one.attributes["content"]
        for one in page.all("meta")
        if one.attributes.get("http-equiv") == "Content-Security-Policy"
    ]
    assert policy.split("; ") == [
        "default-src 'none'",
        f"style-src 'sha256-{digest}'",
        "base-uri 'none'",
        "form-action 'none'",
    ]


# for ear and keyboard


@pytest.mark.parametrize("made", [figures(), empty()], ids=["october", "nothing"])
def test_headings_go_down_step_by_step_and_everything_has_a_name(made: AuditFigures) -> None:
    page = page_of(made)
    levels = [int(one.tag[1]) for one in page.all("h1", "h2", "h3", "h4")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(below <= above + 1 for above, below in itertools.pairwise(levels))
    ids = [one.attributes["id"] for one in page.all() if "id" in one.attributes]
    assert len(ids) == len(set(ids))
    for one in page.all():
        for name in one.attributes.get("aria-labelledby", "").split():
            assert name in ids
        if one.tag == "a":
            assert one.attributes["href"][1:] in ids
    for one in page.all("table"):
        assert one.inside[0].tag == "caption"
        assert one.inside[0].text
        assert all(cell.attributes["scope"] in {"col", "row"} for cell in one.all("th"))
    assert [len(page.all(tag)) for tag in ("header", "nav", "main", "footer")] == [1, 1, 1, 1]


def test_a_ledger_with_nothing_in_it_has_a_page_too() -> None:
    page = page_of(empty())
    said = page.text
    assert "MSP refused nothing in October 2026." in said
    assert "nobody stands out" in said
    assert "The journal has no entry yet." in said
    assert [one.attributes["id"] for one in page.all("svg") if "id" in one.attributes] == [
        "flow",
        "trend",
    ]


# the moment


def test_the_page_bears_the_journals_head_and_the_period(page: Element) -> None:
    assert page.all("h1")[0].text == "Audit report, October 2026"
    codes = [one.text for one in page.all("code")]
    assert codes == [
        f"Journal entry 217 of 2026-11-05 17:03 UTC, {HEAD.sha256}",
        f"tpi-billing audit verify --entry 217 --head {HEAD.sha256}",
    ]


def test_the_same_figures_give_the_same_bytes() -> None:
    assert audit_page(figures(), CLINIC, NAMES) == audit_page(figures(), CLINIC, NAMES)
