"""Rows that keys find, and the data centre that they must belong to."""

import sqlalchemy as sa


def belongs(table: sa.Table, data_centre: str) -> sa.ColumnElement[bool]:
    """Match a data centre among the rows that keys find, as a condition that no index serves.

    SQLite keeps no statistics here and takes any index that begins with the data centre for a
    better way than hundreds of keys: it would go over every row of the centre instead.
    """
    return table.c.data_centre.concat("") == data_centre
