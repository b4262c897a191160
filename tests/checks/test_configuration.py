"""`[checks]` of tpi-billing.toml: what a clinic may move, and what it may not (design, 5)."""

from collections.abc import Callable

import pytest

from tpi_billing.checks.engine import to_findings
from tpi_billing.config import Config
from tpi_billing.errors import ConfigurationError
from tpi_billing.model.catalogue import CHECK
from tpi_billing.model.finding import Place, Problem, Severity

Clinic = Callable[..., Config]
Ids = Callable[..., list[str]]

LOCKED = [check.id for check in CHECK.values() if check.locked]
MOVABLE = [check.id for check in CHECK.values() if not check.locked]
LOWER = ("warning", "info", "off")

# the checks that leave room for judgement: a clinic's own setting, a chart, or a note to MSP
JUDGED = {
    "payee-mismatch",
    "fee-item-not-allowed",
    "referral-missing",
    "repeat-injection-visit",
    "consultation-too-soon",
    "chart-not-signed",
    "sites-not-recorded",
}


def setting(check_id: str, value: str) -> str:
    return f'[checks]\n{check_id} = "{value}"\n'


def found(clinic: Clinic, check_id: str, value: str) -> list[Severity]:
    config = clinic(setting(check_id, value))
    findings = to_findings([Problem(check_id, "Said.")], config, Place(), "V1")
    return [finding.severity for finding in findings]


def test_every_warning_and_info_can_be_moved_and_few_errors() -> None:
    assert {one for one in MOVABLE if CHECK[one].severity is Severity.ERROR} == JUDGED
    assert {CHECK[one].severity for one in LOCKED} == {Severity.ERROR}


@pytest.mark.parametrize("check_id", MOVABLE)
def test_a_movable_check_goes_up_and_down(clinic: Clinic, check_id: str) -> None:
    assert found(clinic, check_id, "error") == [Severity.ERROR]
    assert found(clinic, check_id, "warning") == [Severity.WARNING]
    assert found(clinic, check_id, "info") == [Severity.INFO]
    assert found(clinic, check_id, "off") == []


@pytest.mark.parametrize("check_id", LOCKED)
@pytest.mark.parametrize("value", LOWER)
def test_a_locked_check_does_not_go_down(clinic: Clinic, check_id: str, value: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        clinic(setting(check_id, value))
    (trouble,) = caught.value.troubles
    assert trouble.message == f"{check_id} cannot be lowered to {value}."
    assert "MSP would surely refuse" in trouble.hint


@pytest.mark.parametrize("check_id", LOCKED)
def test_a_locked_check_may_be_named_as_the_error_that_it_is(clinic: Clinic, check_id: str) -> None:
    assert found(clinic, check_id, "error") == [Severity.ERROR]


def test_a_check_that_is_off_is_not_looked_for_and_one_that_is_raised_holds(
    ids: Ids, clinic: Clinic
) -> None:
    assert ids(agent="") == ["agent-not-recorded"]
    assert ids(agent="", config=setting("agent-not-recorded", "off")) == []
    raised = clinic(setting("agent-not-recorded", "error"))
    (finding,) = to_findings([Problem("agent-not-recorded", "Said.")], raised, Place(), "V1")
    assert finding.holds
