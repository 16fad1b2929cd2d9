"""The step types there are: one file each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from crystald.steps.band import BandStep
from crystald.steps.base import StepType
from crystald.steps.charge_potential import ChargePotentialStep
from crystald.steps.doss import DossStep
from crystald.steps.freq import RESTART_NEEDS, FreqStep
from crystald.steps.frequencies.doubts import TOLDEG, TOLDEX
from crystald.steps.opt import OptStep
from crystald.steps.sp import SpStep
from crystald.steps.transport import TransportStep

STEP_TYPES: Final[dict[str, StepType]] = {
    "OPT": OptStep(),
    "SP": SpStep(),
    "FREQ": FreqStep(),
    "BAND": BandStep(),
    "DOSS": DossStep(),
    "TRANSPORT": TransportStep(),
    "CHARGE+POTENTIAL": ChargePotentialStep(),
}

WANTED: Final[dict[str, dict[str, Mapping[str, object]]]] = {
    "FREQ": {"geometry": {"toldeg": TOLDEG, "toldex": TOLDEX}},
}
"""Step type -> need -> settings that the step which gives it has unless somebody says otherwise."""

RESTARTED: Final[dict[str, Mapping[str, tuple[str, ...]]]] = {"FREQ": RESTART_NEEDS}
"""Step type -> what it needs with ``restart``, where that is not what it needs without."""
