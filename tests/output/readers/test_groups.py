"""Groups of symmetry."""

from __future__ import annotations

import pytest
from output.printed import SLAB, read


@pytest.mark.parametrize(
    ("line", "kind", "number", "symbol", "point"),
    [
        (" SPACE GROUP (CENTROSYMMETRIC)        :  F M 3 M", "space", None, "F M 3 M", None),
        (" SPACE  GROUP  N.                     :  123", "space", 123, None, None),
        (" TWO-SIDED PLANE GROUP N. 77          :  P 6 M M", "layer", 77, "P 6 M M", None),
        (
            " POLYMER GROUP N. 28                  :  P 2/M 2/M 2/M",
            "rod",
            28,
            "P 2/M 2/M 2/M",
            None,
        ),
        (" POINT  GROUP  N. 15                  :  MM2    OR  C2V", "point", 15, None, "C2V"),
        (" SYMMETRY CHANGED DURING OLD RUN :  INFORMATION ON SPACE GROUP LOST", *(None,) * 4),
    ],
)
def test_groups(
    line: str, kind: str | None, number: int | None, symbol: str | None, point: str | None
) -> None:
    out = read(line)
    assert (out.group_kind, out.group_number) == (kind, number)
    assert (out.space_group_symbol, out.point_group_symbol) == (symbol, point)


def test_the_group_of_the_bulk_is_not_that_of_its_slab() -> None:
    out = read(" SPACE GROUP (CENTROSYMMETRIC)        :  I M 3 M\n" + SLAB)
    assert (out.group_kind, out.space_group_symbol) == (None, None)
