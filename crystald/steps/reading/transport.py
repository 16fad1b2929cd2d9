"""What BOLTZTRA's tables say at room temperature: conductivity, Seebeck coefficient, power factor.

Values are means over the periodic directions, of both spins together where there are two. The
chemical potential is that of the run: the middle of the gap, or the Fermi energy of a metal.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from crystald.crystal.plotdata.transport import TemperatureBlock, Transport, read_transport
from crystald.errors import ParseError
from crystald.models import LeftFile, PropertyValue, StepReading
from crystald.steps.base import OpenFile
from crystald.steps.reading.left import Left
from crystald.steps.reading.step import in_file, read_properties_step
from crystald.units import HARTREE_EV

if TYPE_CHECKING:
    from crystald.crystal.output.values import Output

ROOM_K: Final = 300.0
SIGMA, SEEBECK = "SIGMA.DAT", "SEEBECK.DAT"


@dataclass(frozen=True)
class Curve:
    """Values over the chemical potential at one temperature.

    Attributes
    ----------
    temperature_k
        The one that is nearest to `ROOM_K`.
    mu_ev
        Absolute; shape (points,).
    sigma, seebeck
        Per point, per direction (xx, yy, zz as far as they are periodic): 1/Ohm/m and V/K.
    """

    temperature_k: float
    mu_ev: tuple[float, ...]
    sigma: tuple[tuple[float, ...], ...]
    seebeck: tuple[tuple[float, ...], ...]


def read_transport_step(open_file: OpenFile, leaves: Sequence[LeftFile]) -> StepReading:
    """Read a TRANSPORT run of the properties program and its tables."""
    return read_properties_step(open_file, leaves, SIGMA, _values_of)


def _values_of(left: Left) -> list[PropertyValue]:
    with in_file(SEEBECK):
        seebeck = read_transport(left(SEEBECK) or ())
    curve = curve_of(read_transport(left(SIGMA) or ()), seebeck)
    return _properties(curve, mu_of(left.output()))


def curve_of(sigma: Sequence[Transport], seebeck: Sequence[Transport]) -> Curve:
    """Put both spins together: conductivities add, Seebeck coefficients by conductivity.

    Raises
    ------
    ParseError
        The tables are of other quantities, temperatures or chemical potentials.
    """
    pairs = [(_nearest(s, "sigma"), _nearest(t, "seebeck")) for s, t in _pairs(sigma, seebeck)]
    first = pairs[0][0][0]
    for (one, _), (two, _) in pairs:
        if (one.temperature_k, one.mu_ev) != (two.temperature_k, two.mu_ev):
            raise ParseError(f"{SIGMA} and {SEEBECK} hold other temperatures or potentials")
        if one.mu_ev != first.mu_ev:
            raise ParseError(f"{SIGMA} holds other chemical potentials for the second spin")
    rows = [
        _joined(
            [(s.tensors[i], places), (t.tensors[i], others)] for (s, places), (t, others) in pairs
        )
        for i in range(len(first.mu_ev))
    ]
    return Curve(
        first.temperature_k,
        first.mu_ev,
        tuple(sums for sums, _ in rows),
        tuple(means for _, means in rows),
    )


_Tensor = tuple[tuple[float, ...], tuple[int, ...]]
"""Components as printed, and the places of the diagonal ones."""


def _pairs(
    sigma: Sequence[Transport], seebeck: Sequence[Transport]
) -> list[tuple[Transport, Transport]]:
    if len(sigma) != len(seebeck):
        raise ParseError(f"{SIGMA} holds {len(sigma)} spins, {SEEBECK} {len(seebeck)}")
    return list(zip(sigma, seebeck, strict=True))


def _nearest(table: Transport, quantity: str) -> tuple[TemperatureBlock, tuple[int, ...]]:
    """Find the temperature next to `ROOM_K`, and the places of xx, yy, zz."""
    if table.quantity != quantity or not table.blocks:
        raise ParseError(f"the table is of {table.quantity}, not of {quantity}")
    block = min(table.blocks, key=lambda one: abs(one.temperature_k - ROOM_K))
    return block, tuple(i for i, name in enumerate(table.components) if name[0] == name[1])


def _joined(spins: Iterable[Sequence[_Tensor]]) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Add conductivities, and weigh Seebeck coefficients with them, along each direction."""
    parts = [
        [(sigma[i], seebeck[j]) for i, j in zip(places, others, strict=True)]
        for (sigma, places), (seebeck, others) in spins
    ]
    sums, means = [], []
    for along in zip(*parts, strict=True):
        total = sum(sigma for sigma, _ in along)
        weighted = sum(sigma * seebeck for sigma, seebeck in along)
        plain = sum(seebeck for _, seebeck in along) / len(along)
        sums.append(total)
        means.append(weighted / total if total else plain)
    return tuple(sums), tuple(means)


def mu_of(output: Output) -> float | None:
    """Tell the chemical potential of a run in eV: mid-gap, or the Fermi energy."""
    if not output.conducting and output.vbm_ha is not None and output.cbm_ha is not None:
        return (output.vbm_ha + output.cbm_ha) / 2 * HARTREE_EV
    return None if output.fermi_ha is None else output.fermi_ha * HARTREE_EV


def _properties(curve: Curve, mu_ev: float | None) -> list[PropertyValue]:
    seebeck = [_mean(row) for row in curve.seebeck]
    best = max(seebeck, key=abs)
    factors = [
        max(s * t * t for s, t in zip(*rows, strict=True))
        for rows in zip(curve.sigma, curve.seebeck, strict=True)
    ]
    found = [
        PropertyValue("temperature", curve.temperature_k, "K", SIGMA),
        PropertyValue("chemical_potential_min", curve.mu_ev[0], "eV", SIGMA),
        PropertyValue("chemical_potential_max", curve.mu_ev[-1], "eV", SIGMA),
        PropertyValue("seebeck_extreme", best, "V/K", SEEBECK),
        PropertyValue("seebeck_extreme_at", curve.mu_ev[seebeck.index(best)], "eV", SEEBECK),
        PropertyValue("power_factor_max", max(factors), "W/m/K^2", SIGMA),
        PropertyValue("power_factor_max_at", curve.mu_ev[factors.index(max(factors))], "eV", SIGMA),
    ]
    if mu_ev is None or not curve.mu_ev[0] <= mu_ev <= curve.mu_ev[-1]:
        return found
    place = min(range(len(curve.mu_ev)), key=lambda i: abs(curve.mu_ev[i] - mu_ev))
    return [
        *found,
        PropertyValue("chemical_potential", curve.mu_ev[place], "eV", SIGMA),
        PropertyValue("conductivity", _mean(curve.sigma[place]), "1/Ohm/m", SIGMA),
        PropertyValue("seebeck", seebeck[place], "V/K", SEEBECK),
    ]


def _mean(row: tuple[float, ...]) -> float:
    return sum(row) / len(row)
