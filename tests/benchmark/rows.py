"""Judged rows by the thousand: each with facts of its own, made and judged as a listing makes them."""

from nsz_desk.engine.lists import Row
from nsz_desk.engine.results import Pending
from tests.ui.cases import NOW, a_case, a_row


def rows(count: int) -> tuple[Row, ...]:
    """`count` judged rows of many customers."""
    return tuple(
        a_row(a_case(n, f"{100 + n % 5000}.{n % 100:02d} {'EUR' if n % 3 else 'USD'}", f"Customer {n % 977} Ltd"))
        for n in range(count)
    )


def pending(judged: tuple[Row, ...]) -> Pending:
    """They as a list."""
    return Pending(judged, NOW, 0, (), {row.id: row for row in judged})
