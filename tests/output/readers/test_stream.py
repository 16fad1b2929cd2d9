"""Lines: one step back, and the noise of other ranks."""

from __future__ import annotations

import pytest
from output.printed import GEOMETRY, read

from crystald.crystal.output.stream import Lines


def test_a_line_that_ends_one_table_and_begins_another_is_read_twice() -> None:
    lines = Lines(["a", "b", "c", "d"])
    seen = []
    for line in lines:
        seen.append((line, lines.number))
        if line in "ab":  # reads on, and gives the next line back
            lines.next()
            lines.back()
    assert seen == [("a", 1), ("b", 2), ("c", 3), ("d", 4)]


@pytest.mark.parametrize(
    "noise",
    [
        " PROCESS           19  OF           32  WORKING\n",
        " PROCESS 3 OF 4 WORKING PROCESS 2 OF 4 WORKING\n",
        "MPI startup(): Warning: I_MPI_PMI_LIBRARY will be ignored\n",
        "Note: The following floating-point exceptions are signalling: IEEE_UNDERFLOW_FLAG\n",
    ],
)
def test_noise_of_other_ranks_is_passed_over_everywhere(noise: str) -> None:
    lines = GEOMETRY.splitlines(keepends=True)
    out = read(noise.join(["", *lines]))
    quiet = read(GEOMETRY)
    assert out.geometry is not None
    assert quiet.geometry is not None
    assert out.geometry.atoms == quiet.geometry.atoms != ()
    assert out.geometry.crystallographic_atoms == quiet.geometry.crystallographic_atoms
    assert out.geometry.lattice_ang == quiet.geometry.lattice_ang
    assert out.lines["atoms"] == 2 * quiet.lines["atoms"]


def test_noise_within_a_line_is_taken_out() -> None:
    torn = GEOMETRY.replace(
        "   1 T  12 MG", " PROCESS           3  OF           4  WORKING   1 T  12 MG"
    )
    assert read(torn).n_atoms == 2
    out = read(torn)
    assert out.geometry is not None
    assert len(out.geometry.atoms) == 2
