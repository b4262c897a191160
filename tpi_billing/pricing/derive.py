"""The fee items that a session asks for: named in `fee_items`, else derived from what was done."""

from tpi_billing.codes import CodeBook
from tpi_billing.model.session import Session
from tpi_billing.pricing.lines import DayItem


def requested_items(
    session: Session, specialty: str, codes: CodeBook, *, position: int = 0
) -> tuple[DayItem, ...]:
    """List what a session asks for (design, section 3), one entry a fee item.

    `specialty` is the practitioner's; `position` numbers the session within its day.
    """
    if session.fee_items:
        asked = [(item.fee_item, item.units, "named in fee_items") for item in session.fee_items]
    else:
        asked = [*_treatment(session, codes), *_visit(session, specialty, codes)]
    units: dict[str, int] = {}
    reasons: dict[str, str] = {}
    for fee_item, count, reason in asked:
        units[fee_item] = units.get(fee_item, 0) + count
        reasons.setdefault(fee_item, reason)
    return tuple(
        DayItem(
            position,
            fee_item,
            count,
            reasons[fee_item],
            session.block_distance_cm,
            session.session_id,
        )
        for fee_item, count in units.items()
    )


def _treatment(session: Session, codes: CodeBook) -> list[tuple[str, int, str]]:
    derivation = codes.rules.derivation
    asked = []
    if points := session.trigger_points:
        asked.append((derivation.trigger_point(points), 1, _count(points, "trigger point")))
    if blocks := len(session.nerve_block_sites):
        asked.append((derivation.block(blocks), 1, _count(blocks, "nerve block")))
    hips = sum("hip" in site.lower() for site in session.joint_sites)
    if hips:
        asked.append((derivation.joint(is_hip=True), hips, _count(hips, "hip injection")))
    if others := len(session.joint_sites) - hips:
        reason = _count(others, "joint, tendon or bursa injection")
        asked.append((derivation.joint(is_hip=False), others, reason))
    return asked


def _visit(session: Session, specialty: str, codes: CodeBook) -> list[tuple[str, int, str]]:
    age = session.age()
    if not session.visit or age is None:
        return []
    fee_item = codes.rules.derivation.visit(session.visit, specialty, age)
    if fee_item is None:
        return []
    return [(fee_item, 1, f"{session.visit.replace('-', ' ')}, age {age}, {specialty}")]


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" + ("" if number == 1 else "s")
