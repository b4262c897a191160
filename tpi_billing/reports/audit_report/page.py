"""The audit report as one page: no script, nothing from elsewhere, for screen, print and ear.

Its content policy allows nothing but its own style, which it names by hash. The same figures give
the same bytes.
"""

import hashlib
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from importlib.resources import files

from tpi_billing import __version__
from tpi_billing.audit.report.figures import AuditFigures
from tpi_billing.reports.audit_report.answer_sections import refusals_section, submission_section
from tpi_billing.reports.audit_report.findings_section import findings_section
from tpi_billing.reports.audit_report.markup import Card, PageSection, cards, joined, section
from tpi_billing.reports.audit_report.money_section import money_section
from tpi_billing.reports.audit_report.outcome_section import outcome_section
from tpi_billing.reports.audit_report.people_sections import (
    practitioners_section,
    referrals_section,
)
from tpi_billing.reports.audit_report.svg import element, plain
from tpi_billing.reports.audit_report.words import (
    billed_line,
    journal_line,
    months_title,
    period_title,
    share,
    within,
)
from tpi_billing.reports.wording import count_of, money

_NOTICE = "Confidential. The page names no patient."


def audit_page(figures: AuditFigures, clinic: str, names: Mapping[str, str]) -> bytes:
    """Return the page in UTF-8; `names` are of practitioners."""
    period = period_title(figures.period)
    sections = (
        outcome_section(figures.outcomes, period),
        money_section(figures.money, names),
        refusals_section(figures.refusals, period),
        submission_section(figures.submission, period),
        practitioners_section(figures, names, period),
        referrals_section(figures, names, period),
        findings_section(figures, names, period),
    )
    return joined(_page(figures, clinic, period, sections)).encode()


def _page(
    figures: AuditFigures, clinic: str, period: str, sections: Sequence[PageSection]
) -> Iterator[str]:
    style = (files("tpi_billing.reports.audit_report") / "page.css").read_text(encoding="utf-8")
    digest = b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    yield "<!DOCTYPE html>"
    yield '<html lang="en-CA">'
    yield "<head>"
    yield '<meta charset="utf-8">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield '<meta name="color-scheme" content="light dark">'
    yield '<meta name="referrer" content="no-referrer">'
    yield '<meta name="robots" content="noindex">'
    yield f"<title>{plain(f'Audit report, {period}, {clinic}')}</title>"
    yield f"<style>{style}</style>"
    yield "</head>"
    yield "<body>"
    yield '<a class="skip" href="#report">Go to the report</a>'
    yield "<header>"
    yield f'<p class="clinic">{plain(clinic)}</p>'
    yield f'<h1>Audit report, <span class="period">{plain(period)}</span></h1>'
    days = f"{figures.period.first} to {figures.period.last}"
    yield f"<p>Services, refusals and patterns of {days}. {_NOTICE}</p>"
    yield "</header>"
    yield '<nav aria-label="Contents"><ul>'
    for one in sections:
        yield f'<li><a href="#{one.name}">{plain(one.title)}</a></li>'
    yield '<li><a href="#about">About this report</a></li>'
    yield "</ul></nav>"
    yield '<main id="report" tabindex="-1">'
    yield _HATCH
    yield '<section id="glance" aria-labelledby="glance-heading">'
    yield '<h2 id="glance-heading">At a glance</h2>'
    yield from cards(tuple(_cards(figures)))
    yield "</section>"
    for one in sections:
        yield from section(one)
    yield from _about(figures)
    yield "</main>"
    yield f"<footer><p>{_NOTICE} Made by tpi-billing {plain(__version__)}.</p></footer>"
    yield "</body>"
    yield "</html>"


_HATCH = (
    '<svg class="spoken" width="0" height="0" aria-hidden="true" focusable="false"><defs>'
    '<pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" '
    'patternTransform="rotate(45)">'
    + element("rect", width=60, height=60)
    + element("path", d="M3 0V6")
    + "</pattern></defs></svg>"
)


def _cards(figures: AuditFigures) -> Iterator[Card]:
    months = months_title(figures.money.months)
    refused, cents = (
        sum(one.claims for one in figures.refusals),
        sum(one.amount for one in figures.refusals),
    )
    referred, claims = figures.referred
    submission = figures.submission
    people = {one.standing.practitioner for one in figures.findings}
    paid = -dict(figures.money.changes)["Paid"]
    yield Card("Billed for services", *billed_line(figures))
    yield Card("Paid", money(paid), f"in the books of {months}")
    yield Card(
        "Outstanding",
        money(figures.money.closing),
        f"at the end of {months}",
        figures.money.books != figures.money.owed,
    )
    yield Card(
        "Refused",
        money(cents),
        f"{count_of(refused, 'claim')} {within(period_title(figures.period))}",
    )
    middle = "-" if submission.middle is None else count_of(submission.middle, "day")
    yield Card(
        "Service to submission",
        middle,
        f"middle of {count_of(submission.sent, 'claim')}, {submission.late:,} too late",
        bool(submission.late),
    )
    yield Card(
        "Not sent yet", money(submission.waiting_cents), count_of(submission.waiting, "claim")
    )
    yield Card(
        "With a referral", share(referred, claims), f"{claims - referred:,} of {claims:,} without"
    )
    yield Card(
        "Patterns",
        count_of(len(figures.findings), "finding"),
        f"about {count_of(len(people), 'practitioner')}",
        bool(people),
    )


def _about(figures: AuditFigures) -> Iterator[str]:
    end = figures.journal
    yield '<section id="about" aria-labelledby="about-heading">'
    yield '<h2 id="about-heading">About this report</h2>'
    yield (
        "<p>The same ledger gives the same report, byte for byte. This one shows the ledger as it "
        "was after this entry of its journal:</p>"
    )
    yield f"<p><code>{plain(journal_line(figures))}</code></p>"
    if end.at:
        command = f"tpi-billing audit verify --entry {end.entry} --head {end.sha256}"
        yield (
            "<p>That nothing before it was altered since is proved by:</p>"
            f"<p><code>{plain(command)}</code></p>"
        )
    for sentence in _COUNTED:
        yield f"<p>{plain(sentence)}</p>"
    yield "</section>"


_COUNTED = (
    (
        "Money is that of the books, which are kept by the whole month: a claim counts in the "
        "month it was sent, a payment in the month of its remittance, anything in a closed month "
        "in the first open one. Adjustments are MSP's own, what claim lines explain, money that no "
        "claim has taken, what other claims took over, and accepted differences."
    ),
    (
        "Billed for services, practitioners, referrals and patterns count claims by the day of "
        "service, without those that were voided, replaced or taken back. Days to submission count "
        "every claim as it was first sent, whatever became of it."
    ),
    (
        "The middle half of a practitioner's days or patients leaves a quarter below and a quarter "
        "above. Deviations are robust ones from the middle of the others' averages."
    ),
)
