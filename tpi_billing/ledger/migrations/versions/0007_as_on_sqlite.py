"""PostgreSQL: numbers and texts are as wide as on SQLite, and sorted alike.

There is nothing to do here: `ledger/server.py` sees to every table after each migration, also to
those that later ones bring. An earlier ledger gets there by this number.
"""

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    pass
