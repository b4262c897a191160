"""Run the rules over a visit, and turn what they say into findings."""

from collections.abc import Callable, Iterable
from functools import cache

from tpi_billing.checks.context import Visit
from tpi_billing.checks.registry import OTHER_PAYER_RULES, RULES
from tpi_billing.checks.rule import Found
from tpi_billing.config import Config
from tpi_billing.model.catalogue import CHECK
from tpi_billing.model.finding import Finding, Place, Problem, Severity

_NOT_MSP = frozenset({"worksafe", "private", "quebec"})
_NONE: frozenset[str] = frozenset()


def examine(visit: Visit) -> list[Problem]:
    """Return every problem of a session, in the order of the rules.

    Rules of checks that the configuration has switched off do not run. Of a visit that MSP does
    not pay only that is said.
    """
    other_payer = visit.payer is not None and visit.payer.kind in _NOT_MSP
    settings = visit.config.checks
    switched_off = _switched_off(visit.config) if "off" in settings.values() else _NONE
    problems: list[Problem] = []
    for find in _finders(other_payer, switched_off):
        found = find(visit)
        if not found:
            continue
        if isinstance(found, Problem):
            problems.append(found)
        else:
            problems.extend(found)
    return problems


def to_findings(
    problems: Iterable[Problem], config: Config, place: Place, session_id: str
) -> list[Finding]:
    """Complete problems, of rules or of reading the row, by what the catalogue says of the check.

    What the clinic says of a check comes first, then the problem's own severity, then the
    catalogue's. Problems of a check that is switched off are left out.
    """
    findings = []
    for problem in problems:
        severity = _severity(problem, config)
        if severity is None:
            continue
        check = CHECK[problem.code]
        findings.append(
            Finding(
                code=problem.code,
                severity=severity,
                message=problem.message,
                hint=problem.hint or check.cure,
                place=place,
                column=problem.column,
                value=problem.value,
                session_id=session_id,
                explanatory_code=check.explanatory_code,
                field=check.field,
            )
        )
    return findings


def _severity(problem: Problem, config: Config) -> Severity | None:
    if problem.severity is None or problem.code in config.checks:
        return config.severity(problem.code)
    return problem.severity


def _switched_off(config: Config) -> frozenset[str]:
    return frozenset(check_id for check_id, setting in config.checks.items() if setting == "off")


@cache
def _finders(
    other_payer: bool, switched_off: frozenset[str]
) -> tuple[Callable[[Visit], Found], ...]:
    rules = OTHER_PAYER_RULES if other_payer else RULES
    return tuple(rule.find for rule in rules if rule.check_id not in switched_off)
