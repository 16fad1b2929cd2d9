"""Settings, as the programs print them."""

from __future__ import annotations

from typing import Any

from output.excerpts.sizes import SIZES

TEXT = (
    SIZES
    + """\
 NUMBER OF SHELLS             5  COULOMB PENETRATION TOL     (T2) 10**   -7
 NUMBER OF AO                14  EXCHANGE OVERLAP TOL        (T3) 10**   -7
 N. OF ELECTRONS PER CELL    20  EXCHANGE PSEUDO OVP (F(G))  (T4) 10**   -9
 CORE ELECTRONS PER CELL     12  EXCHANGE PSEUDO OVP (P(G))  (T5) 10**  -30
 N. OF SYMMETRY OPERATORS    48  POLE ORDER IN MONO ZONE                  4
 MAX NUMBER OF SCF CYCLES     200  CONVERGENCE ON DELTAP        10**-16
 WEIGHT OF F(I) IN F(I+1)      30% CONVERGENCE ON ENERGY        10**- 8
 FERMI SMEARING - TEMPERATURE SMEARING OF FERMI SURFACE  0.1000E-02
 MODIFIED BROYDEN: MIX%= 50 W0=  0.100E-03 W=  0.100E-03
 INSULATING STATE - LEVEL SHIFTER    0.60 au
 ALPHA-BETA ELECTRONS LOCKED TO  -2 FOR  15 SCF CYCLES
 ATOMIC SPINS SET TO (ATOM, AT. N., SPIN)
   1  28 1   2  28-1   3   8 0
   4   8 0
 INFORMATION **** EXCHSIZE **** EXCHANGE BIPOLAR BUFFER SIZE SET TO    12000000
 WARNING **** EXCBUF **** EXCH. BIPO BUFFER TOO SMALL - TO AVOID I/O SET EXCHSIZE =    916110
"""
)
FACTS: dict[str, Any] = {
    "tolinteg": [7, 7, 7, 9, 30],
    "scf_maxcycle": 200,
    "toldee": 8,
    "toldep": 16,
    "fmixing": 30.0,
    "smearing": 0.001,
    "scf_mixing": "broyden",
    "level_shift": 0.6,
    "spin_lock": -2,
    "spin_lock_cycles": 15,
    "initial_spins": [1, -1, 0, 0],
    "exchsize": 12000000,
    "exchsize_proposed": 916110,
    "core_electrons": 12,
}
