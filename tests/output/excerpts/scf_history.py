"""SCF history, as the programs print them."""

from __future__ import annotations

from typing import Any

TEXT = """\
 CYC   0 ETOT(AU) -2.750000000000E+02 DETOT -2.75E+02 tst  0.00E+00 PX  1.00E+00
 DIIS TEST: 0.50000E-01 AT SCF   CYCLE   0 - MIX   30 %
 CYC   1 ETOT(AU) -2.750001000000E+02 DETOT -1.00E-04 tst  1.00E-05 PX  1.00E-02
 CYC   0 ETOT(AU) -2.760000000000E+02 DETOT -2.76E+02 tst  0.00E+00 PX  1.00E+00
"""
FACTS: dict[str, Any] = {"scf_history.0.diis": 0.05, "scf_history.2.scf": 2, "scf_runs": 2}
