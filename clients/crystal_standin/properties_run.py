"""What a run of the program ``properties`` knows: the wave function and its bands."""

from __future__ import annotations

from crystal_standin.files.wavefunction import WaveFunction
from crystal_standin.model import system
from crystal_standin.model.basis import CellBasis
from crystal_standin.model.system import Electrons
from crystal_standin.reading.d3 import Newk


class Run:
    """The wave function, its bands, and the plot records written so far."""

    def __init__(self, found: WaveFunction) -> None:
        self.found = found
        self.basis: CellBasis = system.basis_of(found.deck, found.crystal)
        self.electrons = self._solve(found.deck.scf.shrink, found.deck.scf.gilat)
        self.fermi_ha = [filling.fermi_ha for filling in self.electrons.fillings]
        self.plots: list[str] = []

    def _solve(self, shrink: tuple[int, ...], gilat: int) -> Electrons:
        found = self.found
        return system.electrons_of(found.deck, found.crystal, self.basis, shrink, gilat)

    def renew(self, newk: Newk) -> None:
        """Take new nets; the Fermi energy only where the deck asks for it."""
        self.electrons = self._solve(newk.shrink, newk.gilat)
        if newk.fermi:
            self.fermi_ha = [filling.fermi_ha for filling in self.electrons.fillings]

    @property
    def kind(self) -> int:
        """The first digit of fort.25's headers: open shell 1, conductor 2."""
        fillings = self.electrons.fillings
        conducting = any(filling.conducting for filling in fillings)
        return (2 if conducting else 0) + (1 if len(fillings) > 1 else 0)

    @property
    def per_state(self) -> float:
        """Electrons in one state."""
        return 2.0 if len(self.electrons.fillings) == 1 else 1.0
