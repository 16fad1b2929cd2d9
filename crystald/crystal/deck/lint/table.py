"""Every rule: its name, how bad it is, what it looks at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from crystald.crystal.deck.lint import (
    basis,
    blocks,
    cells,
    files,
    form,
    geometry,
    labels,
    properties,
    scf,
)
from crystald.crystal.deck.lint.subject import Check, Severity

ERROR, WARNING, INFO = Severity.ERROR, Severity.WARNING, Severity.INFO
BOTH: Final = ("d12", "d3")


@dataclass(frozen=True)
class Rule:
    """A rule.

    Attributes
    ----------
    severity
        Of its findings.
    check
        Gives a note for each place.
    decks
        Which decks it is asked of.
    """

    severity: Severity
    check: Check
    decks: tuple[str, ...] = ("d12",)


RULES: Final[dict[str, Rule]] = {
    # the form
    "empty": Rule(ERROR, form.empty, BOTH),
    "not-text": Rule(ERROR, form.not_text, BOTH),
    "blank-line": Rule(ERROR, form.blank_line, BOTH),
    "blank-among-numbers": Rule(WARNING, form.blank_among_numbers, BOTH),
    "comment-line": Rule(ERROR, form.comment_line, BOTH),
    "unknown-keyword": Rule(ERROR, form.unknown_keyword, BOTH),
    "outside-dft": Rule(ERROR, form.outside_dft),
    "unverified-keyword": Rule(WARNING, form.unverified_keyword, BOTH),
    "missing-record": Rule(ERROR, form.missing_record, BOTH),
    "missing-end": Rule(ERROR, form.missing_end, BOTH),
    "ends-early": Rule(ERROR, form.ends_early),
    "after-the-end": Rule(WARNING, form.after_the_end, BOTH),
    "not-ascii": Rule(ERROR, form.not_ascii, BOTH),
    "title-not-ascii": Rule(WARNING, form.title_not_ascii),
    "title-long": Rule(INFO, form.title_long),
    "no-title": Rule(ERROR, form.no_title),
    "carriage-return": Rule(INFO, form.carriage_return, BOTH),
    "keyword-indented": Rule(WARNING, form.keyword_indented, BOTH),
    "keyword-in-small-letters": Rule(WARNING, form.keyword_in_small_letters, BOTH),
    # the geometry
    "second-line": Rule(ERROR, geometry.second_line),
    "group": Rule(ERROR, geometry.group_exists),
    "cell-parameters": Rule(ERROR, geometry.cell_parameters),
    "cell-misread": Rule(ERROR, cells.cell_misread),
    "cell-surplus": Rule(INFO, cells.cell_surplus),
    "cell-angle": Rule(WARNING, cells.cell_angle),
    "rhombohedral-angle": Rule(ERROR, geometry.rhombohedral_angle),
    "possible-cell": Rule(ERROR, geometry.possible_cell),
    "distances": Rule(ERROR, geometry.distances),
    "sites": Rule(ERROR, geometry.sites),
    "repeated-sites": Rule(WARNING, geometry.repeated_sites),
    "impossible-edit": Rule(ERROR, geometry.impossible_edit),
    "large-cell": Rule(WARNING, geometry.large_cell),
    "atom-numbers": Rule(ERROR, geometry.atom_numbers),
    "doubled-block": Rule(ERROR, geometry.doubled_block),
    "end-before-basisset": Rule(ERROR, geometry.end_before_basisset),
    "ghosts-in-geometry": Rule(ERROR, geometry.ghosts_in_geometry),
    "preoptgeom": Rule(ERROR, geometry.preoptgeom),
    "external-file": Rule(ERROR, geometry.external_file),
    # the basis set
    "basis-coverage": Rule(ERROR, basis.coverage),
    "basis-name": Rule(WARNING, basis.name_known),
    "basis-elements": Rule(ERROR, basis.elements),
    "basis-closed": Rule(ERROR, basis.closed),
    "basis-cut-short": Rule(ERROR, basis.cut_short),
    "basis-shells": Rule(ERROR, basis.shells),
    "basis-potential-number": Rule(ERROR, basis.potential_number),
    "basis-offset": Rule(ERROR, basis.offset_with_built_in),
    "basis-charges": Rule(ERROR, basis.charges),
    "basis-lacking": Rule(ERROR, basis.no_basis),
    # Hamiltonian and SCF
    "composite-dispersion": Rule(ERROR, scf.composite_dispersion),
    "dispersion-parameters": Rule(ERROR, scf.dispersion_parameters),
    "composite-basis": Rule(ERROR, scf.composite_basis),
    "two-functionals": Rule(ERROR, scf.two_functionals),
    "no-functional": Rule(WARNING, scf.no_functional),
    "spin-words": Rule(ERROR, scf.spin_words),
    "spin-lock-cycles": Rule(INFO, scf.spin_lock_cycles),
    "odd-electrons": Rule(WARNING, scf.odd_electrons),
    "odd-electrons-in-bands": Rule(INFO, scf.odd_electrons_in_bands),
    "shrink-lacking": Rule(ERROR, scf.shrink_there),
    "shrink-of-molecule": Rule(WARNING, scf.shrink_of_molecule),
    "shrink-form": Rule(ERROR, scf.shrink_form, BOTH),
    "shrink-third": Rule(WARNING, scf.shrink_third, BOTH),
    "shrink-open-directions": Rule(ERROR, scf.shrink_open_directions),
    "shrink-symmetry": Rule(ERROR, scf.shrink_symmetry),
    "tolinteg": Rule(ERROR, scf.tolinteg),
    "out-of-range": Rule(ERROR, scf.one_record),
    "levshift-under-diis": Rule(INFO, scf.level_shift),
    "guess-file": Rule(ERROR, scf.guess_file),
    "said-twice": Rule(WARNING, scf.said_twice),
    "exponent": Rule(WARNING, scf.exponents),
    # optimisations and frequencies
    "frequencies-toldee": Rule(WARNING, blocks.frequencies_toldee),
    "frequencies-smeared": Rule(WARNING, blocks.frequencies_smeared),
    "intensities-of-metal": Rule(WARNING, blocks.intensities_of_metal),
    "raman-without-cphf": Rule(ERROR, blocks.raman_without_cphf),
    # lists of atoms
    "no-such-atom": Rule(ERROR, labels.no_such_atom),
    "unlike-spins": Rule(ERROR, labels.unlike_spins),
    # files
    "restart-file": Rule(ERROR, blocks.restart_file),
    "file-not-beside": Rule(INFO, files.not_beside),
    # the properties program
    "band-points": Rule(ERROR, properties.band_points, ("d3",)),
    "band-labels": Rule(ERROR, properties.band_labels, ("d3",)),
    "band-window": Rule(ERROR, properties.band_window, ("d3",)),
    "projections": Rule(ERROR, properties.projections, ("d3",)),
    "doss-window": Rule(ERROR, properties.doss_window, ("d3",)),
    "newk-first": Rule(ERROR, properties.newk_first, ("d3",)),
    "newk-before-band": Rule(INFO, properties.newk_before_band, ("d3",)),
    "wavefunction": Rule(ERROR, properties.wavefunction, ("d3",)),
}
"""Name -> rule."""
