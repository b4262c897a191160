"""How the house is built: imports point down, one clock, one schema, words at every door."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.config import Config as AlembicConfig
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from importlinter import cli

from tpi_billing.ledger import open_ledger, schema
from tpi_billing.ledger.upgrade import HEAD

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "tpi_billing"
MODULES = sorted(PACKAGE.rglob("*.py"))


def module_name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_imports_point_downwards_only(capsys: pytest.CaptureFixture[str]) -> None:
    """Run the contracts of pyproject.toml."""
    kept = cli.lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True) == 0
    assert kept, capsys.readouterr().out


@pytest.mark.parametrize("path", MODULES, ids=module_name)
def test_a_module_says_first_what_it_is_for(path: Path) -> None:
    words = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    assert words
    assert re.match(r"[A-Z`]", words)
    assert words.splitlines()[0].endswith((".", ":", ","))


@pytest.mark.parametrize("path", MODULES, ids=module_name)
def test_only_the_clock_reads_the_clock(path: Path) -> None:
    """`--as-of` could not hold anywhere else (design, section 2)."""
    read = set(clock_readings(ast.parse(path.read_text(encoding="utf-8"))))
    assert not read or path.name == "clock.py", read


def clock_readings(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        owner = ast.unparse(node.func.value)
        asked = f"{owner}.{node.func.attr}"
        if node.func.attr in {"now", "today", "utcnow"} and owner.endswith(("date", "datetime")):
            yield asked
        if asked in {"time.time", "time.localtime", "time.gmtime"}:
            yield asked


def test_the_clock_is_read_where_it_should_be() -> None:
    tree = ast.parse((PACKAGE / "clock.py").read_text(encoding="utf-8"))
    assert set(clock_readings(tree)) == {"datetime.now"}


@pytest.mark.parametrize("path", MODULES, ids=module_name)
def test_text_is_opened_as_utf_8(path: Path) -> None:
    """A Windows computer would otherwise read and write its own code page."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            named = {keyword.arg for keyword in node.keywords}
            if node.func.attr == "write_text":
                assert "encoding" in named, node.lineno
            if node.func.attr == "read_text":
                assert "encoding" in named or node.args, node.lineno


def test_the_newest_schema_is_the_last_migration() -> None:
    config = AlembicConfig()
    config.set_main_option("script_location", str(PACKAGE / "ledger" / "migrations"))
    assert ScriptDirectory.from_config(config).get_heads() == [HEAD]


def test_the_migrations_make_the_tables_that_the_code_uses(tmp_path: Path) -> None:
    ledger = open_ledger("sqlite:///ledger.db", tmp_path, "T9999", create=True)
    with ledger.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, schema.metadata) == []
        assert partial_indexes(connection) == {"one_live_claim"}
    ledger.close()


def partial_indexes(connection: sa.Connection) -> set[str]:
    """Return the indexes with a condition, which comparing the metadata does not look at."""
    rows = connection.exec_driver_sql(
        "SELECT name FROM sqlite_master WHERE type = 'index' AND sql LIKE '%WHERE live = 1'"
    )
    return set(rows.scalars())


def test_no_column_of_the_ledger_holds_a_float() -> None:
    """Money is whole cents, dates and times are text."""
    kinds = {type(column.type) for table in schema.metadata.tables.values() for column in table.c}
    assert kinds == {sa.BigInteger, sa.String, sa.Text}
