"""SQL built once and used often: building an expression anew each time costs six times as much as running it."""

from __future__ import annotations

import functools
from typing import Any

import sqlalchemy as sa


@functools.cache
def select(table: sa.Table, *columns: str) -> sa.Select[Any]:
    """Rows whose ``columns`` equal the parameters of the same names."""
    return sa.select(table).where(*(table.c[name] == sa.bindparam(name) for name in columns))


@functools.cache
def select_among(table: sa.Table, column: str, *order: str) -> sa.Select[Any]:
    """Rows whose ``column`` is among the parameter ``among`` (a list), in the order of ``order``."""
    query = sa.select(table).where(table.c[column].in_(sa.bindparam("among", expanding=True)))
    return query.order_by(*(table.c[name] for name in order))


@functools.cache
def delete(table: sa.Table, *columns: str) -> sa.Delete:
    """Remove the rows whose ``columns`` equal the parameters of the same names."""
    return sa.delete(table).where(*(table.c[name] == sa.bindparam(name) for name in columns))


@functools.cache
def insert(table: sa.Table) -> sa.Insert:
    """Insert rows given as parameters."""
    return sa.insert(table)


@functools.cache
def highest(column: sa.Column[Any]) -> sa.Select[Any]:
    """The highest value of a column, 0 when there is none."""
    return sa.select(sa.func.coalesce(sa.func.max(column), 0))
