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


BULK = " GEOMETRY FOR WAVE FUNCTION - DIMENSIONALITY OF THE SYSTEM    3\n"
REDUCED = " THE NUMBER OF SYMMETRY OPERATORS HAS BEEN REDUCED FROM 48 TO  4\n"


def test_the_group_of_the_deck_is_forgotten_where_an_edit_has_broken_its_symmetry() -> None:
    group = " SPACE GROUP (CENTROSYMMETRIC)        :  F D 3 M\n"
    out = read(group + REDUCED + BULK)
    assert (out.group_kind, out.space_group_symbol, out.group_number) == (None, None, None)
    assert out.n_symmetry_operators == 4
    assert "space_group" not in out.lines


def test_the_group_stays_where_labels_leave_less_symmetry_to_use() -> None:
    labels = " REDUCTION OF SYMMETRY - ATOMIC LABELS SET TO (ATOM, AT. N., LABEL)\n   1( 28) 1;\n"
    out = read(" SPACE GROUP (CENTROSYMMETRIC)        :  F D 3 M\n" + labels + REDUCED + BULK)
    assert (out.group_kind, out.space_group_symbol) == ("space", "F D 3 M")


def test_the_group_stays_where_frequencies_displace_atoms() -> None:
    out = read(" SPACE GROUP (CENTROSYMMETRIC)        :  F D 3 M\n" + BULK + REDUCED)
    assert (out.group_kind, out.space_group_symbol) == ("space", "F D 3 M")
