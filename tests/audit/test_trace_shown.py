"""A trace as it may be seen: masked on screen, for scripts and on the page, or whole on request."""

import json
import re
from collections import Counter
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any

import pytest
from helpers import Clinic, made_up_phn, visit
from traced import LIVES, NOTE, corrected_twice, sent, traces

from tpi_billing.audit.trace.document import Facts, Section, Table, Trace, facts, table, trace_json
from tpi_billing.cli.screen import Screen
from tpi_billing.cli.trace_screen import show_trace
from tpi_billing.reports.trace_page import PageHead, trace_page

PERSONAL = ("Noor", "NOOR", "Okanese", "OKANESE", "Hollis", "1975-03-02", "19750302", NOTE)


def head(*, masked: bool = True) -> PageHead:
    return PageHead("Made-up Clinic", "claim 1", "d.reid", "2026-11-20", masked=masked)


def seen(
    clinic: Clinic, number: int, capsys: pytest.CaptureFixture[str], *, unmask: bool = False
) -> dict[str, str]:
    """A trace on the screen, for scripts and on the page."""
    (one,) = traces(clinic, number, unmask=unmask)
    capsys.readouterr()
    show_trace(Screen(unmask=unmask), one)
    return {
        "screen": capsys.readouterr().out,
        "script": json.dumps(trace_json(one)),
        "page": trace_page(head(masked=not unmask), [one]).decode(),
    }


@pytest.mark.parametrize("life", LIVES)
def test_nobody_is_named_without_unmask(
    clinic: Clinic, life: str, capsys: pytest.CaptureFixture[str]
) -> None:
    for number in {1, LIVES[life](clinic)}:
        for where, text in seen(clinic, number, capsys).items():
            for personal in (*PERSONAL, made_up_phn(1), made_up_phn(3), made_up_phn(77)):
                assert personal not in text, where


def test_a_health_number_in_an_id_or_a_file_name_is_masked_too(
    clinic: Clinic, capsys: pytest.CaptureFixture[str]
) -> None:
    phn = made_up_phn(5)
    clinic.bring(visit(f"{phn}-7", 5), name=f"export-{phn}.jsonl")
    clinic.billed()
    for where, text in seen(clinic, 1, capsys).items():
        assert phn not in text, where


def test_with_unmask_everybody_is_named(clinic: Clinic, capsys: pytest.CaptureFixture[str]) -> None:
    corrected_twice(clinic)
    for where, text in seen(clinic, 1, capsys, unmask=True).items():
        for personal in ("Okanese", "Dr Hollis", "1975-03-02", "19750302", NOTE, made_up_phn(1)):
            assert personal in text, where


@pytest.mark.parametrize("life", LIVES)
def test_no_line_is_wider_than_the_screen(
    clinic: Clinic, life: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without a terminal it is 80 columns; only what cannot be broken might be wider."""
    text = seen(clinic, LIVES[life](clinic), capsys)["screen"]
    assert max(map(len, text.splitlines())) <= 80


def test_a_hash_is_whole_on_one_line(clinic: Clinic, capsys: pytest.CaptureFixture[str]) -> None:
    """It is compared with what `sha256sum` says."""
    sent(clinic)
    said = seen(clinic, 1, capsys)
    (trace,) = traces(clinic, 1)
    script = trace_json(trace)
    for digest in (
        script["source"]["imports"][0]["sha256"],
        script["batch"]["journal_hash"],
        script["sending"]["file_sha256"],
        script["journal"]["head_sha256"],
    ):
        assert re.fullmatch("[0-9a-f]{64}", digest)
        assert digest in said["screen"]
        assert digest in said["page"]


def test_what_was_not_kept_is_said_and_what_is_blank_is_left_out(
    capsys: pytest.CaptureFixture[str],
) -> None:
    told = facts(("known", "known", "yes"), ("kept", "version", None), ("none", "void for", ""))
    rows = table("rows", "", [("a", "a"), ("b", "b")], [("1", None), ("2", "x")])
    trace = Trace(1, "Claim 1", (Section("claim", "The claim", (told, rows)),))
    show_trace(Screen(), trace)
    screen = capsys.readouterr().out
    page = trace_page(head(), [trace]).decode()
    for text in (screen, page):
        assert text.count("not kept") == 2
        assert "void for" not in text
    assert trace_json(trace)["claim"] == {
        "known": "yes",
        "kept": None,
        "none": "",
        "rows": [{"a": "1", "b": None}, {"a": "2", "b": "x"}],
    }


# The page


class Page(HTMLParser):
    """A page taken apart: its tags with their attributes, in their order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in {"meta", "br"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def named(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


@pytest.fixture
def page(clinic: Clinic) -> str:
    corrected_twice(clinic)
    return trace_page(head(), traces(clinic, 1, 2, 3)).decode()


def test_the_page_needs_nothing_else(page: str) -> None:
    """No script, nothing fetched, and the browser is told to allow neither."""
    read = Page(page)
    assert read.open == []
    assert not {"script", "link", "img", "iframe", "form", "object"} & {tag for tag, _ in read.tags}
    assert not re.search(r"https?:|url\(|@import|javascript:", page)
    policy = [each for each in read.named("meta") if "http-equiv" in each]
    assert policy[0]["content"] is not None
    assert policy[0]["content"].startswith("default-src 'none'")
    assert all(href.startswith("#") for each in read.named("a") if (href := each["href"]))


def test_the_page_can_be_heard(page: str) -> None:
    """A language, a title, headings without a gap, tables with a caption and headings."""
    read = Page(page)
    assert read.named("html") == [{"lang": "en-CA"}]
    assert len(read.named("title")) == len(read.named("h1")) == len(read.named("main")) == 1
    levels = [int(tag[1]) for tag, _ in read.tags if re.fullmatch("h[1-6]", tag)]
    assert all(after - before <= 1 for before, after in pairwise(levels))
    tables = len(read.named("table"))
    assert tables > 10
    assert len(read.named("caption")) == len(read.named("thead")) == tables
    assert all(each.get("scope") == "col" for each in read.named("th"))


def test_every_link_and_label_of_the_page_leads_somewhere(page: str) -> None:
    read = Page(page)
    ids = Counter(each["id"] for _, each in read.tags if "id" in each)
    assert set(ids.values()) == {1}
    for _, each in read.tags:
        for target in (each.get("aria-labelledby"), (each.get("href") or "#")[1:]):
            assert not target or target in ids, target


def test_the_page_holds_each_claim_and_is_the_same_each_time(clinic: Clinic) -> None:
    corrected_twice(clinic)
    first, again = (trace_page(head(), traces(clinic, 1, 2, 3)) for _ in range(2))
    assert first == again
    titles = [each["id"] for each in Page(first.decode()).named("h2")]
    assert titles == ["c1", "c2", "c3"]


def test_what_an_export_says_cannot_become_part_of_the_page(clinic: Clinic) -> None:
    clinic.bring(visit("V1", 1, agent="<script>alert(1)</script>&"))
    clinic.billed()
    text = trace_page(head(), traces(clinic, 1)).decode()
    assert "<script" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;&amp;" in text


def test_a_control_character_reaches_neither_page_nor_terminal(
    capsys: pytest.CaptureFixture[str],
) -> None:
    told = facts(("agent", "agent", "\x1b]0;owned\x07"))
    trace = Trace(1, "Claim 1", (Section("claim", "The claim", (told,)),))
    show_trace(Screen(), trace)
    for text in (capsys.readouterr().out, trace_page(head(), [trace]).decode()):
        assert "\x1b" not in text
        assert "\x07" not in text


def blocks_of(trace: Trace) -> list[Any]:
    return [block for section in trace.sections for block in section.blocks]


@pytest.mark.parametrize("life", LIVES)
def test_no_name_stands_twice_in_a_section(clinic: Clinic, life: str) -> None:
    """Scripts would lose one of two."""
    (trace,) = traces(clinic, LIVES[life](clinic))
    assert len({section.key for section in trace.sections}) == len(trace.sections)
    for section in trace.sections:
        keys = [
            key
            for block in section.blocks
            for key in (
                [fact.key for fact in block.facts] if isinstance(block, Facts) else [block.key]
            )
        ]
        assert len(set(keys)) == len(keys)
    for block in blocks_of(trace):
        if isinstance(block, Table):
            assert len({column.key for column in block.columns}) == len(block.columns)
