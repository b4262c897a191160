"""A workspace is made once, also by two in the same moment."""

from pathlib import Path
from typing import Any

import pytest

from tpi_billing import config
from tpi_billing.cli.init import make_workspace
from tpi_billing.errors import ConflictError


def test_what_somebody_else_made_meanwhile_is_left_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    parse, target = config.parse, tmp_path / config.FILE_NAME

    def while_somebody_is_faster(*given: Any) -> config.Config:
        target.write_text("his", encoding="utf-8")
        return parse(*given)

    monkeypatch.setattr(config, "parse", while_somebody_is_faster)
    with pytest.raises(ConflictError, match="a workspace here already") as told:
        make_workspace(tmp_path)
    assert told.value.troubles[0].hint
    assert target.read_text(encoding="utf-8") == "his"
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []
