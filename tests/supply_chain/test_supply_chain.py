"""What `.ci/run` asks of the project's dependencies: each check finds what it is there for."""

import os
import sys
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / ".ci" / "supply_chain"))

import licences
import lock
import reproducible
import vulnerabilities
from requirements import LOCK, Project, closure, environments, pins_of

WHOLE = LOCK.read_text(encoding="utf-8")


def test_the_lock_fits() -> None:
    assert list(lock.faults_of(WHOLE, Project())) == []


def test_every_pin_is_read() -> None:
    """Each pin is a line with `==`; the others are hashes, notes and the start."""
    pins = pins_of(WHOLE)
    lines = [line for line in WHOLE.splitlines() if "==" in line and not line.startswith("#")]
    assert len(pins) == len([line for line in lines if not line.startswith(" ")])
    assert sum(len(pin.hashes) for pin in pins) == WHOLE.count("--hash=")
    (httpx,) = [pin for pin in pins if pin.name == "httpx"]
    assert WHOLE.count(f"httpx=={httpx.version} ") == 1


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("httpx==", "httpy==", "httpx>=0.28 is not pinned"),
        ("\nhttpx==0.", "\nhttpx==0.0.", "httpx is pinned to 0.0."),
        ("requirements of pyproject.toml with sha256 ", "with sha256 1", "other requirements"),
        ("\nhttpx==", "\n-i registry\nhttpx==", "names a place to install from"),
        ("\nhttpx==", "\nx @ https://a.example/x.whl\nhttpx==", "names a place to install from"),
        ("\nhttpx==", "\nbare==1.0\nhttpx==", "bare has no hash"),
    ],
)
def test_a_lock_that_does_not_fit_is_told(old: str, new: str, said: str) -> None:
    assert old in WHOLE
    assert any(said in fault for fault in lock.faults_of(WHOLE.replace(old, new), Project()))


@pytest.mark.parametrize(
    ("name", "project", "fault"),
    [
        ("the same", 'dependencies = ["httpx>=0.28"]', False),
        ("another", 'dependencies = ["httpx>=0.29"]', True),
        ("another Python", 'dependencies = ["httpx>=0.28"]', True),
    ],
)
def test_the_fingerprint_is_of_what_is_required(
    tmp_path: Path, name: str, project: str, fault: bool
) -> None:
    def of(requirements: str, python: str = ">=3.11") -> str:
        file = tmp_path / "pyproject.toml"
        start = f'[project]\nname = "x"\nrequires-python = "{python}"\n{requirements}\n'
        extras = '[project.optional-dependencies]\na = ["idna"]\ndev = ["x[a]", "rich"]\n'
        file.write_text(start + extras, encoding="utf-8")
        return lock.fingerprint(Project(file))

    python = ">=3.12" if name == "another Python" else ">=3.11"
    before = of('dependencies = ["httpx>=0.28"]')
    assert (of(project, python) != before) is fault


def test_an_extra_of_extras_has_their_requirements() -> None:
    names = {one.name for one in Project().required("dev")}
    assert {"pytest", "scipy", "psycopg", "ruff", "openpyxl"} <= names
    assert "tpi-billing" not in names


def test_windows_needs_what_linux_does_not() -> None:
    required = Project().required()
    windows, linux = (
        closure(required, next(one for one in environments() if one["sys_platform"] == system))
        for system in ("win32", "linux")
    )
    assert {"tzdata", "pywin32-ctypes"} <= windows - linux
    assert {"secretstorage"} <= linux - windows


# Licences


@pytest.mark.parametrize(
    ("expression", "allowed"),
    [
        ("MIT", True),
        ("Apache-2.0 OR BSD-3-Clause", True),
        ("GPL-3.0-only OR MIT", True),
        ("GPL-3.0-only", False),
        ("BSD-3-Clause AND MIT", True),
        ("BSD-3-Clause AND GPL-2.0-or-later", False),
        ("(MIT AND Zlib) OR GPL-2.0-or-later", True),
        ("AGPL-3.0-or-later", False),
        ("Other/Proprietary License", False),
        ("unknown", False),
        ("not installed here", False),
        ("", False),
    ],
)
def test_a_licence_that_is_not_allowed_is_refused(expression: str, allowed: bool) -> None:
    assert licences.is_allowed(expression) is allowed


def test_what_is_under_none_of_them_fails_the_check(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(licences, "ALLOWED", licences.ALLOWED - {"BSD-3-Clause"})
    monkeypatch.setattr(licences, "needed", lambda: {"httpx": [], "rich": []})
    assert licences.main(["--check"]) == 1
    said = capsys.readouterr().err
    assert "httpx: its licence, BSD-3-Clause, is not among the allowed ones" in said
    assert "rich:" not in said


# Vulnerabilities, as pip-audit tells of them

CLEAN = {"name": "idna", "version": "3.20", "vulns": []}
SICK = {
    "name": "h11",
    "version": "0.1",
    "vulns": [{"id": "PYSEC-2026-1", "fix_versions": ["0.2"], "aliases": [], "description": ""}],
}
UNKNOWN = {"name": "rich", "skip_reason": "not found"}


@pytest.mark.parametrize(
    ("told", "code", "said"),
    [
        ([CLEAN, CLEAN], 0, "2 distributions checked, 0 vulnerabilities\n"),
        ([CLEAN, SICK], 1, "VULNERABLE: h11 0.1: PYSEC-2026-1; cured in 0.2"),
        ([CLEAN, UNKNOWN], 0, "1 distributions checked, 0 vulnerabilities; 1 not known"),
        ([UNKNOWN, SICK], 1, "VULNERABLE: h11"),
        ([UNKNOWN, UNKNOWN], 0, "not checked: database not reachable"),
        ([], 0, "not checked: database not reachable"),
    ],
)
def test_a_finding_fails_and_no_answer_does_not(
    capsys: pytest.CaptureFixture[str], told: list[dict[str, Any]], code: int, said: str
) -> None:
    assert vulnerabilities.judge(told) == code
    assert said in capsys.readouterr().out


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        ("requests.exceptions.ConnectionError: refused", 0, "not checked: database not reachable"),
        ("ReadTimeout: read timed out", 0, "not checked: database not reachable"),
        ("No module named pip_audit", 0, "not checked: pip-audit is not installed"),
        ("usage: pip-audit: unrecognized arguments", 1, "the check does not work"),
    ],
)
def test_without_an_answer_the_reason_is_said(
    capsys: pytest.CaptureFixture[str], error: str, code: int, said: str
) -> None:
    assert vulnerabilities.without_an_answer(error) == code
    assert said in capsys.readouterr().out


# Builds

WHEEL, SOURCE = {"x.whl": b"wheel"}, {"x.tar.gz": b"source"}
OTHER = {"x.whl": b"another"}


@pytest.mark.parametrize(
    ("one", "other", "again", "said"),
    [
        ({**WHEEL, **SOURCE}, {**WHEEL, **SOURCE}, WHEEL, []),
        ({**WHEEL, **SOURCE}, {**OTHER, **SOURCE}, WHEEL, ["x.whl"]),
        ({**WHEEL, **SOURCE}, WHEEL, WHEEL, ["x.tar.gz"]),
        (WHEEL, {**WHEEL, **SOURCE}, WHEEL, ["x.tar.gz"]),
        ({**WHEEL, **SOURCE}, {**WHEEL, **SOURCE}, OTHER, ["x.whl, of the source distribution"]),
    ],
)
def test_what_is_not_the_same_is_named(
    one: dict[str, bytes], other: dict[str, bytes], again: dict[str, bytes], said: list[str]
) -> None:
    assert reproducible.differences(one, other, again) == said


def test_the_trees_that_are_built_differ(tmp_path: Path) -> None:
    """Else the same bytes would prove nothing: other times, and on POSIX other permissions."""
    file = Path("tpi_billing") / "clock.py"
    found = []
    for name, umask, at in (("a", 0o022, 1_000_000_000), ("b", 0o077, 1_700_000_000)):
        reproducible.lay_out(tmp_path / name, umask, at)
        status = (tmp_path / name / file).stat()
        found.append((status.st_mtime, status.st_mode & 0o777 if os.name == "posix" else at))
    assert found[0][0] != found[1][0]
    assert found[0][1] != found[1][1]
