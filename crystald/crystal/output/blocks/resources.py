"""Time and memory, by stage."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from crystald.crystal.output.block import Block, Readers
from crystald.crystal.output.facts import Property
from crystald.crystal.output.numbers import first_float, floats
from crystald.crystal.output.stream import Lines
from crystald.crystal.output.values import Output

_MEMORY = re.compile(r"USED MEM\(MB\) *(\d+\.\d+) *MAX MEM *(\d+\.\d+) *TOT MEM *(\d+\.\d+)")
STAGES_MAX: Final = 500


@dataclass
class Stage:
    """A stage (``SHELLXN``, ``MONMO3``, …): how often it ran, and the time of all its runs."""

    stage: str
    calls: int = 0
    elapsed_s: float = 0.0
    cpu_s: float = 0.0


class Stages:
    """A reader that knows the time of the line before: each line tells the time since the start."""

    def __init__(self) -> None:
        self.stages: dict[str, Stage] = {}
        self.elapsed_s = self.cpu_s = 0.0
        self.line = 0

    def read_stage(self, line: str, lines: Lines, out: Output) -> None:
        """Read `` TTTTTTTTTTTTTTTTTTTTTTTTTTTTTT SHELLXN     TELAPSE        2.07 TCPU        1.77``."""
        left, _, times = line.partition("TELAPSE")
        elapsed, found, cpu = times.partition("TCPU")
        if not found:
            return
        name, elapsed_s, cpu_s = left[31:].strip(), float(elapsed), float(cpu)
        stage = self.stages.get(name)
        if stage is None and len(self.stages) < STAGES_MAX:
            stage = self.stages[name] = Stage(name)
        if stage is not None:
            stage.calls += 1
            if elapsed_s > self.elapsed_s:
                stage.elapsed_s += elapsed_s - self.elapsed_s
            if cpu_s > self.cpu_s:
                stage.cpu_s += cpu_s - self.cpu_s
        self.elapsed_s, self.cpu_s = elapsed_s, cpu_s
        self.line = lines.number
        out.scratch["stages"] = self

    def readers(self) -> Readers:
        """Give the readers by first word."""
        return {
            "T" * 30: (self.read_stage,),
            "MMMMM": (read_memory,),
            "MAXIMUM": (read_diis_memory,),
            "TOTAL": (read_total_time,),
        }


def settle(out: Output) -> None:
    """Tell the stages, with as many decimals as are printed."""
    told: Stages | None = out.scratch.get("stages")
    if told is None:
        return
    for stage in told.stages.values():
        stage.elapsed_s, stage.cpu_s = round(stage.elapsed_s, 2), round(stage.cpu_s, 2)
    out.facts.put("timings", told.stages, told.line)


def read_memory(line: str, lines: Lines, out: Output) -> None:
    """Read `` MMMMM END         USED MEM(MB)    155.42 MAX MEM    160.01 TOT MEM      4973.29``."""
    if found := _MEMORY.search(line):
        out.facts.put("memory_used", float(found[1]), lines.number)
        out.facts.put("memory_max", float(found[2]), lines.number)
        out.facts.put("memory_total", float(found[3]), lines.number)


def read_diis_memory(line: str, lines: Lines, out: Output) -> None:
    """Read `` MAXIMUM MEMORY OCCUPIED BY DIIS:      1.220 Mb PER CORE``."""
    if "OCCUPIED BY DIIS:" in line:
        out.facts.put("memory_diis", first_float(line.partition(":")[2]), lines.number)


def read_total_time(line: str, lines: Lines, out: Output) -> None:
    """Read ``    TOTAL CPU TIME =      4828.590``: over all processes."""
    _, found, number = line.partition("TOTAL CPU TIME =")
    if found and (values := floats(number)):
        out.facts.put("total_cpu_time", values[0], lines.number)


RESOURCES: Final = Block(
    "resources",
    lambda: Stages().readers(),
    (
        Property("timings", "s", "stages: calls, elapsed and CPU time of all of them"),
        Property("total_cpu_time", "s", "CPU time of all processes"),
        Property("memory_used", "MB", "memory of a process in use, as printed last"),
        Property("memory_max", "MB", "most memory of a process"),
        Property("memory_total", "MB", "most memory of all processes"),
        Property("memory_diis", "MB", "most memory that DIIS took, of a process"),
    ),
    settle,
)
