"""Thresholds are data with reasons; a workspace's own stand before the shipped ones."""

from fractions import Fraction
from pathlib import Path

import pytest

from tpi_billing.audit.patterns.pattern import parse
from tpi_billing.audit.patterns.thresholds import Thresholds
from tpi_billing.errors import ConfigurationError

from .asking import SHIPPED
from .test_patterns import MEASURE, OWN


def own(folder: Path, text: str) -> Thresholds:
    (folder / "thresholds.toml").write_text(text, encoding="utf-8")
    return Thresholds.load(folder)


def test_the_shipped_ones() -> None:
    found = Thresholds.load()
    assert (found.outlier, found.least_peers, found.profile) == (3.5, 3, 3.0)
    assert (found.past_months, found.least_past_months) == (12, 6)
    assert found.parameters(SHIPPED["short-intervals"]) == {"short_interval_days": 10}
    limits = found.of(SHIPPED["same-day-duplicates"])
    assert (limits.limit, limits.least_cases, limits.both_directions) == (Fraction(2), 3, False)


def test_a_workspace_without_its_own_has_the_shipped_ones(tmp_path: Path) -> None:
    pattern = SHIPPED["mva-use"]
    assert Thresholds.load(tmp_path).of(pattern) == Thresholds.load().of(pattern)


def test_a_workspace_changes_only_what_it_names(tmp_path: Path) -> None:
    found = own(
        tmp_path,
        """
        [statistics]
        reason = "A small clinic."
        least_peers = 2
        [parameters.short_interval_days]
        value = 12
        reason = "Ours are three weeks apart."
        [measures.mva-use]
        reason = "We are the accident clinic."
        least_difference = "30.5"
        [cases.no-referral]
        reason = "None at all."
        limit = "0"
        least_cases = 1
        """,
    )
    shipped = Thresholds.load()
    assert (found.least_peers, found.outlier) == (2, shipped.outlier)
    assert found.parameters(SHIPPED["short-intervals"]) == {"short_interval_days": 12}
    mva = found.of(SHIPPED["mva-use"])
    assert mva.least_difference == Fraction(61, 2)
    assert mva.least == shipped.of(SHIPPED["mva-use"]).least
    assert found.of(SHIPPED["no-referral"]).limit == 0
    assert found.reason(SHIPPED["mva-use"]) == "We are the accident clinic."


def test_an_own_pattern_without_a_section_has_the_defaults_of_its_kind() -> None:
    cases = Thresholds.load().of(parse(OWN, "late-starts.sql", shipped=False))
    assert (cases.least_cases, cases.limit) == (5, Fraction(2))
    measure = Thresholds.load().of(parse(MEASURE, "own-measure.sql", shipped=False))
    assert (measure.least, measure.limit) == (30, None)


def test_a_parameter_that_nobody_told_is_an_error() -> None:
    text = OWN.replace("overlap_minutes", "closing_minute")
    with pytest.raises(ConfigurationError) as raised:
        Thresholds.load().parameters(parse(text, "late-starts.sql", shipped=False))
    assert "closing_minute" in raised.value.troubles[0].message


@pytest.mark.parametrize(
    ("text", "row", "message"),
    [
        ("[measures.mva-use]\nleast = 5\n", 1, "the key reason is missing"),
        ('[measures.mva-use]\nreason = "x"\nleast = 0\n', 3, "least: must be greater"),
        ('[measures.mva-use]\nreason = "x"\nlimit = 5\n', 3, "limit: must be a valid string"),
        ('[measures.mva-use]\nreason = "x"\nlimit = "5%"\n', 3, "limit: must be a number between"),
        ('[measures.mva-use]\nreason = "x"\nlimit = "NaN"\n', 3, "limit: must be a number between"),
        ('[cases.no-referral]\nreason = "x"\nlimits = "5"\n', 3, "unknown key limits"),
        ('[measures.mva-use]\nreason = "x"\ndirection = "low"\n', 3, "'low' is not known here"),
        ("[statistics\n", 1, "the file is not TOML"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_line(tmp_path: Path, text: str, row: int, message: str) -> None:
    with pytest.raises(ConfigurationError) as raised:
        own(tmp_path, text)
    (trouble,) = raised.value.troubles
    assert (Path(trouble.file).name, trouble.row) == ("thresholds.toml", row)
    assert trouble.message.startswith(message)
