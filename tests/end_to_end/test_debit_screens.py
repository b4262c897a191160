"""A payment that is given back, as the screens tell it: asked for, granted, never a new claim."""

import pytest

from .clinic import Clinic
from .sending import ENVIRONMENT, office, prepare


def test_a_request_for_a_payment_back_is_told_as_one(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    prepare(clinic)
    with office(clinic) as here:
        clinic.data("submit", 1)
        here.msp.today = here.msp.remittance_day(here.msp.today)
        day = here.msp.today.isoformat()
        assert clinic.run("pickup", as_of=day).code == 0
        number = here.msp.claims[0].file_number
        words = ("--reason", "wrong patient", "--note", "WRONG PATIENT", "--file-number", number)
        assert clinic.run("claims", "debit", 1, *words, as_of=day).code == 0
        assert clinic.run("submit", 2, as_of=day).code == 0
        here.msp.today = here.msp.remittance_day(here.msp.today)
        day = here.msp.today.isoformat()
        counted = clinic.json("pickup", as_of=day)["data"]["imported"][0]
    # One line of -77.92: it takes money back, and is no claim that is paid as billed.
    assert (counted["paid"], counted["changed"], counted["amount_paid"]) == (0, 1, "-77.92")
    request, named = (clinic.run("claims", "show", claim, as_of=day).out for claim in (4, 1))
    assert "It asks for the payment back of claim 1." in request
    assert "in the place of" not in request
    assert "Claim 1: debited" in named
    assert "Made because of it: claim 4." in named


def test_a_batch_that_msp_has_needs_no_confirming(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    prepare(clinic)
    said = clinic.run("batch", "confirm", 1)
    assert (said.code, "Say first: tpi-billing batch sent 1" in said.err) == (5, True)
    with office(clinic):
        clinic.data("submit", 1)
    said = clinic.run("batch", "confirm", 1)
    assert (said.code, "MSP has it" in said.err, "batch sent" in said.err) == (5, True, False)
