"""Small numbers are withheld, and so is what would give them away.

Sources: Cox, "Suppression methodology and statistical disclosure control", JASA 75 (1980); Gusfield, "A graph
theoretic approach to statistical data security", SIAM J. Comput. 17 (1988): in a two-way table with totals a
withheld cell can be computed from the rest exactly when no cycle of withheld cells runs through it.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse.csgraph import dijkstra

Bools = NDArray[np.bool_]
Integers = NDArray[np.int64]

_FREE: Final = 1e-6
"""Cost of passing a cell that is withheld anyway; not 0, which would read as no edge."""


class OneWay(NamedTuple):
    """What is withheld in a list of groups with a total."""

    cells: Bools
    total: bool


class TwoWay(NamedTuple):
    """What is withheld in a table with row totals, column totals and a grand total."""

    cells: Bools
    row_totals: Bools
    column_totals: Bools
    grand_total: bool


def withhold(n: ArrayLike, minimum: int) -> Bools:
    """True where a rate rests on fewer than `minimum` rows, or on an unknown number."""
    return np.asarray(~(np.asarray(n, dtype=np.float64) >= minimum))


def withhold_one_way(n: ArrayLike, minimum: int) -> OneWay:
    """Groups to withhold when their total is shown too.

    Besides the small groups the smallest others go, until those withheld hold `minimum` rows together, so
    that the total minus the rest is no small number either. That takes two groups at least, since a small
    one has fewer. A group of no rows protects nobody and needs no company. A total under the minimum is
    withheld.
    """
    rows = np.asarray(n, dtype=np.int64)
    hidden = withhold(rows, minimum)
    total = bool(rows.sum() < minimum)
    if total or not (hidden & (rows > 0)).any():
        return OneWay(hidden, total)
    for i in np.argsort(np.where(hidden, np.iinfo(np.int64).max, rows), kind="stable"):
        if rows[hidden].sum() >= minimum:
            break
        hidden[i] = True
    return OneWay(hidden, False)


def withhold_two_way(n: ArrayLike, minimum: int, *, totals_elsewhere: bool = False) -> TwoWay:
    """Cells and totals to withhold in a table shown with all its totals.

    No withheld cell with rows can be computed from what is shown, and what is withheld in a line whose total
    is shown holds at least `minimum` rows together. Extra cells are the cheapest cycle, counted in rows.
    With `totals_elsewhere` the totals stand in lists of their own, which withhold what `withhold_one_way`
    says: they protect nothing here beyond that. Raises ValueError unless `n` has two dimensions.
    """
    body = np.asarray(n, dtype=np.int64)
    if body.ndim != 2:
        raise ValueError("a two-way table has rows and columns")
    table = np.block([[body, body.sum(axis=1, keepdims=True)], [body.sum(axis=0), body.sum()]])
    hidden, free = withhold(table, minimum), np.ones(table.shape, dtype=bool)
    if totals_elsewhere:
        hidden[:-1, -1] |= withhold_one_way(table[:-1, -1], minimum).cells
        hidden[-1, :-1] |= withhold_one_way(table[-1, :-1], minimum).cells
        free[:, -1] = free[-1, :] = False
    waiting = list(zip(*np.nonzero(hidden & (table > 0)), strict=True))
    while waiting:
        while waiting:
            cell = waiting.pop()
            for i, j in _cheapest_cycle(np.where(hidden | free, table, 0), hidden, cell):
                hidden[i, j] = True
        extra = _thin_line_cell(table, hidden, minimum)
        if extra is not None:
            hidden[extra] = True
            waiting.append(extra)
    return TwoWay(hidden[:-1, :-1], hidden[:-1, -1], hidden[-1, :-1], bool(hidden[-1, -1]))


def _cheapest_cycle(table: Integers, hidden: Bools, cell: tuple[int, int]) -> list[tuple[int, int]]:
    """The other cells of the cheapest cycle through `cell`; empty where the table has none.

    A cell of 0 rows is no part of any.
    """
    rows, columns = table.shape
    cost = np.where(table > 0, np.where(hidden, _FREE, table), 0.0)
    cost[cell] = 0.0
    graph = np.zeros((rows + columns, rows + columns))
    graph[:rows, rows:] = cost
    graph[rows:, :rows] = cost.T
    start, end = int(cell[0]), rows + int(cell[1])
    _, came_from = dijkstra(graph, indices=start, return_predecessors=True)
    path: list[tuple[int, int]] = []
    while end != start and came_from[end] >= 0:
        step = int(came_from[end])
        path.append((min(step, end), max(step, end) - rows))
        end = step
    return path


def _thin_line_cell(table: Integers, hidden: Bools, minimum: int) -> tuple[int, int] | None:
    """The smallest shown cell of a row or column whose withheld cells hold too few rows together."""
    for flipped in (False, True):
        lines, masks = (table.T, hidden.T) if flipped else (table, hidden)
        for i in range(lines.shape[0]):
            held = int(lines[i, :-1][masks[i, :-1]].sum())
            shown = np.flatnonzero(~masks[i, :-1] & (lines[i, :-1] > 0))
            if masks[i, -1] or not 0 < held < minimum or not shown.size:
                continue
            j = int(shown[np.argmin(lines[i, shown])])
            return (j, i) if flipped else (i, j)
    return None
