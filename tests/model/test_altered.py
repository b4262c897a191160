"""A copy with some parts changed: as `dataclasses.replace` makes it."""

from dataclasses import replace

import pytest
from made_up_claims import made_up_claim

from tpi_billing.model.altered import altered
from tpi_billing.model.finding import Place


def test_only_what_is_named_changes() -> None:
    claim = made_up_claim()
    changed = altered(claim, claim_id=7, batch_id=2)
    assert changed == replace(claim, claim_id=7, batch_id=2)
    assert changed is not claim


def test_a_part_that_is_not_there_is_refused() -> None:
    with pytest.raises(KeyError):
        altered(Place(), column="B")
