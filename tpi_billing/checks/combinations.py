"""Items that do not stand together: what pricing the day set aside, and visits beside treatment."""

from tpi_billing.checks.beside import Pair, pairs
from tpi_billing.checks.cells import item_problem
from tpi_billing.checks.context import Visit
from tpi_billing.checks.rule import Rule
from tpi_billing.model.finding import Problem, Severity
from tpi_billing.pricing.lines import Outcome, PricedLine


def dtaf_over_three(visit: Visit) -> Problem | None:
    """Hold more than three block or injection fees a day (Payment Schedule p.173, 6(e)).

    Trigger points count as long as nobody has recorded that they belong to a block.
    """
    if not visit.unbilled:
        return None
    told = _first(visit, "dtaf-over-three")
    if told is not None:
        return told
    counted = [line for line in visit.lines if line.billed or line.distance_unknown]
    for group in visit.codes.rules.groups:
        asked = [line.fee_item for line in counted if line.fee_item in group.members]
        if len(asked) > group.max_paid:
            message = (
                f"{len(asked)} block or injection fees are asked for ({', '.join(asked)}) and a "
                f"day has at most {group.max_paid}."
            )
            return item_problem("dtaf-over-three", visit, asked[0], message)
    return None


def block_items_combined(visit: Visit) -> Problem | None:
    """Hold two items for the nerve blocks of a day: they are one (Payment Schedule p.173, 6(h))."""
    return _first(visit, "block-items-combined")


def single_and_multiple(visit: Visit) -> Problem | None:
    """Hold the single beside the multiple item of a kind: a day has one of them.

    MSP billing facts, section 2.1, rule 6.
    """
    return _first(visit, "single-and-multiple")


def trigger_point_within_block(visit: Visit) -> list[Problem] | None:
    """Leave out trigger points within 60 cm of a block, which they belong to.

    Payment Schedule p.173, 6(g). A distance that is not recorded counts as close, which somebody
    should confirm: a warning. A block that comes after its trigger points were billed is held, or
    both would be paid.
    """
    if not visit.unbilled:
        return None
    distance = visit.session.block_distance_cm
    value = "" if distance is None else f"{distance:f}"
    return [
        Problem(
            "trigger-point-within-block",
            sentence(line),
            "block_distance_cm",
            value,
            severity=_severity(line),
        )
        for line in set_aside(visit, "trigger-point-within-block")
    ]


def visit_with_procedure(visit: Visit) -> list[Problem]:
    """Leave out a lesser service of the day, and question a visit beside the treatment.

    Payment Schedule p.53 and p.173 for what is included; Preamble D.8 and MSP billing facts,
    section 2.5, for a visit beside trigger points, which only its own diagnosis explains. Visit and
    treatment may be two sessions of the practitioner's day.
    """
    return [
        *(
            item_problem(
                "visit-with-procedure",
                visit,
                line.fee_item,
                sentence(line),
                severity=_severity(line),
            )
            for line in set_aside(visit, "visit-with-procedure")
        ),
        *_to_review(visit),
    ]


def _to_review(visit: Visit) -> list[Problem]:
    problems = []
    for review in visit.codes.rules.reviews:
        for pair in pairs(visit):
            looked_at = next((item for item in pair.seen.items if item in review.items), "")
            beside = next((item for item in pair.treated.items if item in review.beside), "")
            explained = pair.unrelated and review.unless_distinct_diagnosis
            if looked_at and beside and not explained:
                message = (
                    f"{pair.seen.named(looked_at)} is billed beside {pair.treated.named(beside)} "
                    f"and the visit's diagnosis {_cause(pair)}."
                )
                own = visit.session.visit_diagnosis
                problems.append(Problem(review.finding, message, "visit_diagnosis", own))
                break
    return problems


def _cause(pair: Pair) -> str:
    blank = not pair.seen.own if pair.seen is pair.treated else not pair.seen.problem
    if blank:
        return "is blank"
    return "is another" if pair.unrelated else "is the treatment's own"


def set_aside(visit: Visit, check_id: str) -> list[PricedLine]:
    """Return the lines that are not billed for that check's reason."""
    return [line for line in visit.unbilled if line.finding == check_id]


def sentence(line: PricedLine) -> str:
    """Say why a line is not billed, with the item that is concerned."""
    because = line.because.rstrip(".")
    if line.fee_item not in because:
        because = f"{line.fee_item} is {because or 'not billed'}"
    return f"{because}."


def _first(visit: Visit, check_id: str) -> Problem | None:
    """Say once a session what concerns several of its lines together."""
    if not visit.unbilled:
        return None
    lines = set_aside(visit, check_id)
    if not lines:
        return None
    return item_problem(check_id, visit, lines[0].fee_item, sentence(lines[0]))


def _severity(line: PricedLine) -> Severity | None:
    if line.outcome is Outcome.EXCLUDED:
        return Severity.ERROR
    return Severity.WARNING if line.distance_unknown else None


RULES = (
    Rule("dtaf-over-three", dtaf_over_three),
    Rule("block-items-combined", block_items_combined),
    Rule("single-and-multiple", single_and_multiple),
    Rule("trigger-point-within-block", trigger_point_within_block),
    Rule("visit-with-procedure", visit_with_procedure),
)
