"""What is told of each practitioner: how the values lie, referrals, and who stands out."""

from collections.abc import Mapping, Sequence
from fractions import Fraction

from tpi_billing.audit.report.figures import AuditFigures, Distribution, Referred, Spread
from tpi_billing.reports.audit_report.markup import PageSection, PageTable, Piece
from tpi_billing.reports.audit_report.money_section import DOLLAR, whole_dollars
from tpi_billing.reports.audit_report.row_chart import Mark, PictureRow, RowPicture, rows_shown
from tpi_billing.reports.audit_report.words import (
    OUTLIER,
    pattern_figure,
    person,
    share,
    value_text,
    within,
)
from tpi_billing.reports.wording import count_of

_MOST_PEOPLE = 12


def practitioners_section(
    figures: AuditFigures, names: Mapping[str, str], period: str
) -> PageSection:
    """Show how services per day and cost per patient lie, practitioner by practitioner."""
    if not figures.services.rows:
        return PageSection("practitioners", "Practitioners", (f"No claim {within(period)}.",))
    return PageSection(
        "practitioners",
        "Practitioners",
        (
            (
                f"Services {within(period)}. The average is what the pattern compares; a "
                f"practitioner is marked “{OUTLIER}” where it is far from the others', from the "
                "own past, or beyond a fixed limit. A figure is no proof: the records are."
            ),
        ),
        (
            (
                "Services per day",
                _spread(figures.services, names, "services", "Services a day", "days worked"),
            ),
            (
                "Cost per patient",
                _spread(figures.costs, names, "costs", "Dollars a patient", "patients"),
            ),
        ),
        paired=True,
    )


def _spread(
    found: Distribution, names: Mapping[str, str], name: str, unit: str, over: str
) -> Piece:
    pattern = found.result.pattern
    money_ = pattern.form == "dollars"
    rows = [_box_row(found, row, names) for row in found.rows]
    shown = rows_shown(rows, _MOST_PEOPLE)
    told = "; ".join(
        f"{row.label} {row.value}{' ' + row.flag if row.flag else ''}" for row in shown
    )
    drawn = RowPicture(
        name,
        f"{unit} by practitioner",
        f"Averages: {told}.",
        shown,
        whole_dollars if money_ else lambda hundredths: f"{hundredths // 100:,}",
        DOLLAR,
    ).draw()
    table = PageTable(
        f"{name}-table",
        f"{unit} by practitioner",
        (
            ("Practitioner", "text"),
            (over.capitalize(), "number"),
            ("Average", "number"),
            ("Lowest", "number"),
            ("Middle half", "number"),
            ("Highest", "number"),
            ("Deviations", "number"),
            ("Mark", "text"),
        ),
        tuple(_box_cells(found, row, names) for row in found.rows),
        flagged=frozenset(at for at, row in enumerate(found.rows) if row.standing.reasons),
    )
    legend = (
        ("line", "whisker", "lowest to highest"),
        ("bar", "half", "middle half"),
        ("dot", "average", "average"),
        ("bar", "hatched", "stands out"),
    )
    note = "" if len(shown) == len(rows) else f"{len(shown)} of {len(rows)} practitioners."
    return Piece(drawn, table, legend, note)


def _box_row(found: Distribution, row: Spread, names: Mapping[str, str]) -> PictureRow:
    pattern, box, standing = found.result.pattern, row.box, row.standing
    # Dollars are laid out by the cent, and so are counts by hundredths.
    each = 1 if pattern.form == "dollars" else 100
    average = each * standing.numerator // standing.denominator
    out = bool(standing.reasons)
    return PictureRow(
        person(standing.practitioner, names),
        pattern_figure(pattern, standing.figure or Fraction()),
        (
            Mark("line", each * box.low, each * box.high, "whisker"),
            Mark("bar", each * box.lower, each * box.upper, "hatched" if out else "half"),
            Mark("dot", average, average, "average"),
        ),
        OUTLIER if out else "",
    )


def _box_cells(found: Distribution, row: Spread, names: Mapping[str, str]) -> tuple[str, ...]:
    pattern, box, standing = found.result.pattern, row.box, row.standing
    peers = standing.peers
    return (
        person(standing.practitioner, names),
        f"{standing.denominator:,}",
        pattern_figure(pattern, standing.figure or Fraction()),
        value_text(pattern, box.low),
        f"{value_text(pattern, box.lower)} to {value_text(pattern, box.upper)}",
        value_text(pattern, box.high),
        "-" if peers is None else _deviations(peers.deviations),
        OUTLIER if standing.reasons else "",
    )


def _deviations(value: float) -> str:
    return f"{round(value, 1) or 0.0:+.1f}"


def referrals_section(figures: AuditFigures, names: Mapping[str, str], period: str) -> PageSection:
    """Show which share of the claims names who referred the patient."""
    referred, claims = figures.referred
    if not claims:
        return PageSection("referrals", "Referrals", (f"No claim {within(period)}.",))
    rows = sorted(
        figures.referrals, key=lambda one: (Fraction(one.referred, one.claims), one.practitioner)
    )
    pictured = [
        _coverage("All claims", referred, claims),
        *(_coverage(person(one.practitioner, names), one.referred, one.claims) for one in rows),
    ]
    shown = tuple(pictured[: _MOST_PEOPLE + 1])
    drawn = RowPicture(
        "coverage",
        f"Claims with a referral, percent, {period}",
        "; ".join(f"{row.label} {row.value}" for row in shown) + ".",
        shown,
        lambda percent: f"{percent // 1000}%",
        20_000,
        reach=(100_000,),
    ).draw()
    lead = (
        f"{referred:,} of {count_of(claims, 'claim')} for services {within(period)} name who "
        f"referred the patient: {share(referred, claims)}. The lowest share stands first."
    )
    legend = (("bar", "added", "with a referral"), ("bar", "track", "without"))
    note = "" if len(shown) == len(pictured) else f"{len(shown) - 1} of {len(rows)} practitioners."
    return PageSection(
        "referrals",
        "Referrals",
        (lead,),
        (("", Piece(drawn, _coverage_table(rows, names, period), legend, note)),),
    )


def _coverage(label: str, referred: int, claims: int) -> PictureRow:
    percent = 100_000 * referred // claims
    return PictureRow(
        label,
        f"{share(referred, claims)}, {referred:,} of {claims:,}",
        (Mark("bar", 0, 100_000, "track"), Mark("bar", 0, percent, "added")),
    )


def _coverage_table(rows: Sequence[Referred], names: Mapping[str, str], period: str) -> PageTable:
    referred, claims = sum(one.referred for one in rows), sum(one.claims for one in rows)
    return PageTable(
        "coverage-table",
        f"Claims with and without a referral, {period}",
        (
            ("Practitioner", "text"),
            ("Claims", "number"),
            ("With", "number"),
            ("Without", "number"),
            ("Share", "number"),
        ),
        tuple(
            _coverage_cells(person(one.practitioner, names), one.referred, one.claims)
            for one in rows
        ),
        _coverage_cells("All", referred, claims),
    )


def _coverage_cells(label: str, referred: int, claims: int) -> tuple[str, ...]:
    without = f"{claims - referred:,}"
    return label, f"{claims:,}", f"{referred:,}", without, share(referred, claims)
