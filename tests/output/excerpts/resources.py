"""Resources, as the programs print them."""

from __future__ import annotations

from typing import Any

TEXT = """\
 TTTTTTTTTTTTTTTTTTTTTTTTTTTTTT SHELLXN     TELAPSE        2.00 TCPU        1.50
 TTTTTTTTTTTTTTTTTTTTTTTTTTTTTT AFTER FIRST TELAPSE        3.00 TCPU        2.50
 TTTTTTTTTTTTTTTTTTTTTTTTTTTTTT SHELLXN     TELAPSE        7.00 TCPU        5.50
 MMMMM SHELLXN     USED MEM(MB)    155.50 MAX MEM    160.25 TOT MEM      4973.50
 MAXIMUM MEMORY OCCUPIED BY DIIS:      1.250 Mb PER CORE
    TOTAL CPU TIME =      4828.500
"""
FACTS: dict[str, Any] = {
    "timings.0": {"stage": "SHELLXN", "calls": 2, "elapsed_s": 6.0, "cpu_s": 4.5},
    "timings.1.stage": "AFTER FIRST",
    "memory_used": 155.5,
    "memory_max": 160.25,
    "memory_total": 4973.5,
    "memory_diis": 1.25,
    "total_cpu_time": 4828.5,
}
