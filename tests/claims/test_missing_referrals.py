"""Whom to call for what: grouping, the last known referrer, the money and the deadlines by hand.

A clean visit of four trigger points is 01157, 77.92; two nerve blocks are 01125, 99.16
(MSP billing facts, section 2.1). Day 90 after 5 October 2026 is 3 January 2027.
"""

from datetime import date

import pytest
from helpers import AS_OF, CLERK, Clinic, block, made_up_phn, visit

from tpi_billing.claims.missing_referrals import (
    NOBODY,
    MissingReferrals,
    Referrer,
    ReferrerNeeds,
    missing_referrals,
)
from tpi_billing.claims.referrals import record_referral
from tpi_billing.config import parse
from tpi_billing.ledger.sessions import Scope

BLANK = {
    "referral_number": "",
    "referral_name": "",
    "referral_profession": "",
    "referral_date": "",
}
HOLLIS = Referrer("35546", "Dr Hollis")


def missing(clinic: Clinic, month: str | None = None, as_of: date = AS_OF) -> MissingReferrals:
    with clinic.ledger.reading() as connection:
        return missing_referrals(connection, clinic.config, clinic.codes, as_of, Scope(month=month))


def register(clinic: Clinic, patient: int, **changes: str) -> None:
    words = {
        "phn": made_up_phn(patient),
        "referral_number": "35546",
        "referral_name": "Dr Hollis",
        "referral_date": "2026-08-20",
        **changes,
    }
    stored = record_referral(clinic.ledger, clinic.codes, AS_OF, CLERK, words)
    assert stored.referral_id is not None, stored.problems


def ids(group: ReferrerNeeds) -> list[str]:
    return [one.session.session_id for one in group.waiting]


def test_a_month_by_hand(clinic: Clinic) -> None:
    clinic.bring(
        # Patient 1 was referred by Dr Hollis in August; two visits of October name nobody.
        visit("V1", 1, service_date="2026-08-24"),
        visit("V2", 1, service_date="2026-10-19", **BLANK),
        block("V3", 1, service_date="2026-10-05", **BLANK),
        # Patient 2: Dr Hollis's letter came after the visit.
        visit("V4", 2, service_date="2026-10-06", referral_date="2026-10-07"),
        # Patient 3: nobody is known, and the chart is not signed either.
        visit("V5", 3, service_date="2026-10-07", chart_signed="no", **BLANK),
        # Patient 4: the number is no number.
        visit("V6", 4, service_date="2026-10-01", referral_number="12A", referral_name="Dr Ibe"),
        # Patient 5 is clean, patient 6 is not held by his referral.
        visit("V7", 5),
        visit("V8", 6, chart_signed="no"),
    )
    found = missing(clinic)
    assert [
        (g.referrer, ids(g), g.patients, g.amount_cents, g.last_day) for g in found.missing
    ] == [
        (Referrer("12A", "Dr Ibe"), ["V6"], 1, 7792, date(2026, 12, 30)),
        (HOLLIS, ["V3", "V4", "V2"], 2, 9916 + 7792 + 7792, date(2027, 1, 3)),
        (NOBODY, ["V5"], 1, 7792, date(2027, 1, 5)),
    ]
    hollis = found.missing[1]
    assert [one.last_known for one in hollis.waiting] == [True, False, True]
    assert hollis.last_known is False
    assert [[f.code for f in one.findings] for one in hollis.waiting] == [
        ["referral-missing"],
        ["referral-after-service"],
        ["referral-missing"],
    ]
    assert found.updates == ()
    assert {finding.code for finding in found.findings} == {
        "referral-missing",
        "referral-after-service",
        "referral-number-invalid",
    }


def test_only_the_month_that_is_asked_for(clinic: Clinic) -> None:
    clinic.bring(
        visit("V1", 1, service_date="2026-09-30", **BLANK),
        visit("V2", 2, service_date="2026-10-01", **BLANK),
    )
    assert [ids(group) for group in missing(clinic).missing] == [["V1", "V2"]]
    assert [ids(group) for group in missing(clinic, "2026-09").missing] == [["V1"]]


def test_nothing_is_missing(clinic: Clinic) -> None:
    clinic.bring(visit("V1", 1), visit("V2", 2, **BLANK))
    register(clinic, 2)
    assert missing(clinic) == MissingReferrals((), ())


def test_a_clinic_that_treats_without_referrals_misses_none(clinic: Clinic) -> None:
    policy = clinic.config.policy.model_copy(update={"referral_for_treatment": "optional"})
    clinic.config = clinic.config.model_copy(update={"policy": policy})
    clinic.bring(visit("V1", 1, **BLANK))
    assert missing(clinic).missing == ()


def test_the_worst_deadline_comes_first_then_the_most_money(clinic: Clinic) -> None:
    clinic.bring(
        visit("V1", 1, service_date="2026-10-06", referral_number="1A", referral_name="Dr A"),
        visit("V2", 2, service_date="2026-10-05", referral_number="2A", referral_name="Dr B"),
        block("V3", 3, service_date="2026-10-05", referral_number="3A", referral_name="Dr C"),
    )
    assert [group.referrer.name for group in missing(clinic).missing] == ["Dr C", "Dr B", "Dr A"]


@pytest.mark.parametrize(
    ("history", "referrer"),
    [
        ([], NOBODY),
        ([{"service_date": "2026-08-24"}], HOLLIS),
        # Whoever was named last, in whichever order they were imported.
        (
            [
                {"service_date": "2026-09-21", "referral_number": "46467"},
                {"service_date": "2026-08-24"},
            ],
            Referrer("46467", "Dr Hollis"),
        ),
        # A later visit knows as well.
        ([{"service_date": "2026-10-26"}], HOLLIS),
        # Somebody with a name only can be called.
        (
            [{"service_date": "2026-08-24", "referral_number": "", "referral_name": "Dr Quill"}],
            Referrer("", "Dr Quill"),
        ),
        ([{"service_date": "2026-08-24", "referral_number": "00000", "referral_name": ""}], NOBODY),
        # A generic number names nobody by itself.
        (
            [{"service_date": "2026-08-24", "referral_number": "99957"}],
            Referrer("99957", "Dr Hollis"),
        ),
        (
            [{"service_date": "2026-08-24", "referral_number": "99957", "referral_name": ""}],
            NOBODY,
        ),
        # The practitioner himself, or who cannot refer, is no help.
        ([{"service_date": "2026-08-24", "referral_number": "99001"}], NOBODY),
        ([{"service_date": "2026-08-24", "referral_profession": "physiotherapist"}], NOBODY),
        ([{"service_date": "2026-08-24", "referral_number": "99991"}], NOBODY),
        # Cancelled visits know the referrer as well.
        ([{"service_date": "2026-08-24", "status": "cancelled"}], HOLLIS),
    ],
)
def test_the_last_known_referrer_of_a_patient(
    clinic: Clinic, history: list[dict[str, str]], referrer: Referrer
) -> None:
    past = [
        visit(f"P{number}", 1, **{"referral_profession": "", **changes})
        for number, changes in enumerate(history)
    ]
    clinic.bring(*past, visit("V1", 1, service_date="2026-10-13", **BLANK))
    group = next(group for group in missing(clinic).missing if "V1" in ids(group))
    assert group.referrer == referrer
    assert next(one for one in group.waiting if one.session.session_id == "V1").last_known is True


@pytest.mark.parametrize(
    ("registered", "referrer"),
    [
        ({"closed_on": "2026-09-30"}, HOLLIS),
        ({"referral_date": "2026-10-14"}, HOLLIS),
        (
            {"referral_number": "46467", "referral_name": "Dr Ibe", "closed_on": "2026-09-30"},
            Referrer("46467", "Dr Ibe"),
        ),
    ],
)
def test_the_registry_knows_the_last_referrer_too(
    clinic: Clinic, registered: dict[str, str], referrer: Referrer
) -> None:
    """None of these stands on 13 October; the visit of July is older than any of them."""
    register(clinic, 1, **registered)
    clinic.bring(
        visit("V1", 1, service_date="2026-10-13", **BLANK),
        visit("P1", 1, service_date="2026-07-06", status="cancelled", referral_number="11111"),
    )
    (group,) = missing(clinic).missing
    assert (group.referrer, group.last_known) == (referrer, True)


@pytest.mark.parametrize(
    ("faulty", "referrer", "last_known"),
    [
        ({"referral_number": "", "referral_date": "2026-08-20"}, Referrer("", "Dr Hollis"), False),
        ({"referral_date": "2026-10-14"}, HOLLIS, False),
        ({"referral_number": "1234A6"}, Referrer("1234A6", "Dr Hollis"), False),
        ({"referral_number": "99001"}, Referrer("46467", "Dr Ibe"), True),
        ({"referral_profession": "massage therapist"}, Referrer("46467", "Dr Ibe"), True),
        (
            {"referral_number": "99994", "referral_profession": ""},
            Referrer("46467", "Dr Ibe"),
            True,
        ),
        (
            {"referral_number": "99957", "referral_name": ""},
            Referrer("46467", "Dr Ibe"),
            True,
        ),
    ],
)
def test_who_can_help_with_a_fault(
    clinic: Clinic, faulty: dict[str, str], referrer: Referrer, last_known: bool
) -> None:
    """Patient 1 came through Dr Ibe in August; the visit of October names somebody all wrong."""
    clinic.bring(
        visit("P1", 1, service_date="2026-08-24", referral_number="46467", referral_name="Dr Ibe"),
        visit("V1", 1, service_date="2026-10-13", **faulty),
    )
    (group,) = missing(clinic).missing
    assert (group.referrer, group.last_known) == (referrer, last_known)


def test_one_number_is_one_referrer_whatever_the_name_is(clinic: Clinic) -> None:
    """The commonest name counts; a generic number is as many referrers as it has names."""
    late = {"referral_date": "2026-10-30"}
    clinic.bring(
        visit("V1", 1, referral_name="Hollis", **late),
        visit("V2", 2, referral_name="Dr Hollis", **late),
        visit("V3", 3, referral_name="Dr Hollis", **late),
        visit("V4", 4, referral_number="99957", referral_name="Dr Quill", **late),
        visit("V5", 5, referral_number="99957", referral_name="dr  quill", **late),
        visit("V6", 6, referral_number="99957", referral_name="Dr Ibe", **late),
    )
    found = {group.referrer: ids(group) for group in missing(clinic).missing}
    assert found == {
        HOLLIS: ["V1", "V2", "V3"],
        Referrer("99957", "Dr Quill"): ["V4", "V5"],
        Referrer("99957", "Dr Ibe"): ["V6"],
    }


def test_two_faults_of_one_visit_count_its_money_once(clinic: Clinic) -> None:
    clinic.bring(visit("V1", 1, referral_number="12A", referral_date="2026-10-30"))
    (group,) = missing(clinic).missing
    assert group.amount_cents == 7792
    assert [finding.code for finding in group.waiting[0].findings] == [
        "referral-number-invalid",
        "referral-after-service",
    ]


def test_reports_that_are_due_hold_nothing_back(clinic: Clinic) -> None:
    """Six months after 12 January is 12 July: a visit on 13 October is later (Preamble D.2.6)."""
    changes = {"referral_date": "2026-01-05"}
    clinic.bring(
        visit("V1", 1, service_date="2026-01-12", **changes),
        visit("V2", 1, service_date="2026-10-13", **changes),
        visit("V3", 1, service_date="2026-10-27", **changes),
        visit("V4", 2, service_date="2026-10-27", **changes),
    )
    register(clinic, 1, referral_date="2026-01-05")
    found = missing(clinic)
    assert found.missing == ()
    (group,) = found.updates
    assert (group.referrer, ids(group), group.last_known) == (HOLLIS, ["V2", "V3"], False)
    assert [one.referral_id for one in group.waiting] == [1, 1]
    register(clinic, 1, referral_date="2026-01-05", updated_on="2026-07-01")
    assert missing(clinic).updates == ()


def test_a_report_that_a_clinic_makes_an_error_is_still_a_report(clinic: Clinic) -> None:
    clinic.config = parse(
        '[clinic]\nname = "Made-up Clinic"\ndata_centre = "T9999"\npayee_number = "A9999"\n'
        'location_code = "Q"\n[[practitioners]]\nnumber = "99001"\nname = "Avery Example"\n'
        'specialty = "family"\n[checks]\nreferral-update-due = "error"\n',
        "tpi-billing.toml",
    )
    clinic.bring(visit("V1", 1, service_date="2026-01-12", referral_date="2026-01-05"))
    clinic.bring(visit("V2", 1, service_date="2026-10-13", referral_date="2026-01-05"))
    found = missing(clinic)
    assert (found.missing, [ids(group) for group in found.updates]) == ((), [["V2"]])


def test_billed_visits_are_not_missing_anything(clinic: Clinic) -> None:
    clinic.bring(visit("V1", 1, **BLANK))
    register(clinic, 1)
    clinic.billed()
    assert missing(clinic) == MissingReferrals((), ())
