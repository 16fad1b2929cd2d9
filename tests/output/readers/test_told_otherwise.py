"""What stands in an output and is not what it looks like."""

from __future__ import annotations

from output.printed import read


def test_zeros_for_what_was_not_computed_are_not_told() -> None:
    out = read(
        " CRYSTAL - PROPERTIES - TYPE OF CALCULATION :  UNRESTRICTED OPEN SHELL\n"
        " KIN. ENERGY   0.0000000000000E+00  VIR. COEFF.           0.00000000E+00\n"
    )
    assert "kinetic_energy" not in out.facts
    assert "virial_coefficient" not in out.facts


def test_longitudinal_modes_are_not_taken_for_transverse_ones() -> None:
    out = read(
        "    MODES         EIGV          FREQUENCIES     IRREP  IR   INTENS    RAMAN\n"
        "             (HARTREE**2)   (CM**-1)     (THZ)             (KM/MOL)\n"
        "    1-   1    0.1000E-10      0.5000    0.0150  (A2 )   A (     0.01)   I\n"
        "    2-   3    0.1700E-05    285.7500    8.5675  (E  )   A (    18.50)   A\n"
        "\n"
        "    MODES         EIGV          FREQUENCIES    IRREP IR INTENS       SHIFTS\n"
        "             (HARTREE**2)   (CM**-1)     (THZ)       (KM/MOL)  (CM**-1)   (THZ)\n"
        "    1-   1    0.1750E-10      0.9250    0.0275 (A2 )      0.0    0.925   0.0275\n"
        "    2-   3    0.1725E-05    287.2500    8.6125 (E  )      3.5    1.500   0.0450\n"
        "\n"
    )
    assert out.frequencies_cm1 == (0.5, 285.75, 285.75)
    assert len(out.facts.value("longitudinal_modes")) == 2  # type: ignore[arg-type]
