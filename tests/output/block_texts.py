"""Short excerpts in the program's forms, one for each block; the numbers are our own."""

from __future__ import annotations

from typing import Any

SIZES = " N. OF ATOMS PER CELL         2  COULOMB OVERLAP TOL         (T1) 10**   -7\n"

TEXTS: dict[str, tuple[str, dict[str, Any]]] = {
    "energy contributions": (
        """\
 ::: DIPOLE MOMENT ALONG NON PERIODIC DIRECTIONS:
 ::: A.U.     (X) -1.00000E-01   (Y) -1.00000E-01   (Z) -9.00000E-02
 ::: DEBYE         4.50000E-01        3.50000E-01        2.50000E-01

 +++ ENERGIES IN A.U. +++
 ::: EXT EL-POLE : L =  0                         -1.0000000000000E+00
 ::: TOTAL E-E                                     7.5500000000001E+01
 ::: TOTAL E-N + N-E                              -3.1150000000001E+02
 ::: TOTAL N-N                                    -2.4500000000001E+01
 ::: KINETIC ENERGY                                1.1050000000001E+02
 ::: PSEUDO TOTAL   ENERGY                        -1.0050000000001E+02
 ::: VIRIAL COEFFICIENT                            1.0450000000001E+00
 NUMERICALLY INTEGRATED DENSITY      7.5000000001      6.4999999998
 EXCHANGE ENERGY: -0.650000000001E+02  CORRELATION ENERGY: -0.350000000001E+01
""",
        {
            "dipole_moment": [0.45, 0.35, 0.25],
            "electron_electron_energy": 75.500000000001,
            "electron_nuclear_energy": -311.50000000001,
            "nuclear_nuclear_energy": -24.500000000001,
            "kinetic_energy": 110.50000000001,
            "pseudo_total_energy": -100.50000000001,
            "virial_coefficient": 1.0450000000001,
            "integrated_density": 13.9999999999,
            "exchange_energy": -65.0000000001,
            "correlation_energy": -3.50000000001,
        },
    ),
    "populations": (
        SIZES
        + """\
 TOTAL ATOMIC CHARGES:
  11.2500000   8.7500000
 SUMMED SPIN DENSITY           0.00000000
 TOTAL ATOMIC SPINS  :
   1.5000000  -1.5000000
 TTTTTTTTTTTTTTTTTTTTTTTTTTTTTT MOQGAD      TELAPSE        0.24 TCPU        0.21

     ALPHA+BETA ELECTRONS
 MULLIKEN POPULATION ANALYSIS - NO. OF ELECTRONS   20.000000

  ATOM    Z CHARGE  A.O. POPULATION

   1 MG  12 11.250  2.000  1.950  1.850  1.850  1.850   .550  0.300  0.300
                    0.600
   2 O    8  8.750  2.000  1.850  1.600  1.600  1.700

  ATOM    Z CHARGE  SHELL POPULATION

   1 MG  12 11.250  2.000  7.500  1.750
   2 O    8  8.750  2.000  6.750

 OVERLAP POPULATION CONDENSED TO ATOMS FOR FIRST   6 NEIGHBORS

 ATOM A   1 MG   ATOM B     CELL      R(AB)/AU R(AB)/ANG    OVPOP(AB)
                  2 O    ( -1  0  0)     3.950     2.090     0.080
                  1 MG   (-10-10 10)     5.650     2.990    -0.003

 ATOM A   2 O    ATOM B     CELL      R(AB)/AU R(AB)/ANG    OVPOP(AB)
                  1 MG   (  1  0  0)     3.950     2.090     0.080
 TTTTTTTTTTTTTTTTTTTTTTTTTTTTTT PPAN        TELAPSE        0.24 TCPU        0.21
     ALPHA-BETA ELECTRONS
 MULLIKEN POPULATION ANALYSIS - NO. OF ELECTRONS    0.000000

  ATOM    Z CHARGE  A.O. POPULATION

   1 MG  12  1.500  0.000  0.000  0.000  0.000  0.000  0.500  0.500  0.500
                   -0.000
   2 O    8 -1.500 -0.000 -0.500 -0.500 -0.500 -0.000

""",
        {
            "atomic_charges": [11.25, 8.75],
            "atomic_spins": [1.5, -1.5],
            "mulliken_charges": [11.25, 8.75],
            "mulliken_spins": [1.5, -1.5],
            "mulliken_orbital_populations.0.parts": [
                *(2.0, 1.95, 1.85, 1.85, 1.85, 0.55, 0.3, 0.3, 0.6),
            ],
            "mulliken_shell_populations.1.parts": [2.0, 6.75],
            "mulliken_orbital_populations_spin.1.parts": [0.0, -0.5, -0.5, -0.5, 0.0],
            "overlap_populations.1.cell": [-10, -10, 10],
            "overlap_populations.2.atom": 2,
        },
    ),
    "optimisation": (
        """\
 COORDINATE AND CELL OPTIMIZATION - POINT    1
 TOTAL ENERGY(DFT)(AU)(  9) -2.7500000000001E+02 DE-2.8E-11 tester 3.0E-12
 MAX GRADIENT      0.020000  THRESHOLD              0.000450 CONVERGED NO
 RMS GRADIENT      0.010000  THRESHOLD              0.000300 CONVERGED NO
 GRADIENT NORM     0.040000  GRADIENT THRESHOLD     0.500000
 INITIAL TRUST RADIUS    0.5000000000E+00
 COORDINATE AND CELL OPTIMIZATION - POINT    2
 TOTAL ENERGY(DFT)(AU)( 10) -2.7500100000001E+02     DE (AU)   -1.000E-03
 ENERGY CHANGE > 0: STEP REJECTED. RETRYING WITH A NEW STEP
 UPDATED TRUST RADIUS     0.250E+00
 GRADIENT NORM     0.000400  GRADIENT THRESHOLD     0.500000
 MAX GRADIENT      0.000200  THRESHOLD              0.000450 CONVERGED YES
 RMS GRADIENT      0.000100  THRESHOLD              0.000300 CONVERGED YES
 MAX DISPLAC.      0.001000  THRESHOLD              0.001800 CONVERGED YES
 RMS DISPLAC.      0.001500  THRESHOLD              0.001200 CONVERGED NO
 CONVERGENCE TESTS SATISFIED AFTER   2 ENERGY AND GRADIENT CALCULATIONS
""",
        {
            "optimisation_points.0.energy_ha": -275.00000000001,
            "optimisation_points.0.de_ha": None,
            "optimisation_points.0.trust_radius": 0.5,
            "optimisation_points.1.energy_ha": -275.00100000001,
            "optimisation_points.1.de_ha": -0.001,
            "optimisation_points.1.rejected": 1,
            "optimisation_points.1.rms_displacement": {
                "value": 0.0015,
                "threshold": 0.0012,
                "satisfied": False,
            },
            "max_gradient": 0.0002,
            "trust_radius": 0.25,
            "optimisation_calculations": 2,
        },
    ),
    "forces": (
        SIZES
        + """\
 CARTESIAN FORCES IN HARTREE/BOHR (ANALYTICAL)
   ATOM                     X                   Y                   Z
   1  12            -4.500000000000E-01-3.000000000000E-01 -2.000000000000E-01
   2   8             4.500000000000E-01 3.000000000000E-01  2.000000000000E-01

 RESULTANT FORCE     1.000000000000E-13  2.000000000000E-14 -3.000000000000E-14
""",
        {
            "forces.0": {"atom": 1, "number": 12, "x": -0.45, "y": -0.3, "z": -0.2},
            "max_force": 0.45,
            "resultant_force": [1e-13, 2e-14, -3e-14],
        },
    ),
    "symmetry": (
        """\
 CRYSTAL FAMILY                       :  CUBIC
 CRYSTAL CLASS  (GROTH - 1921)        :  CUBIC HEXAKISOCTAHEDRAL
 PRIMITIVE CELL - CENTRING CODE 5/0 VOLUME=    14.500000 - DENSITY  4.500 g/cm^3
 ****    2 SYMMOPS - TRANSLATORS IN FRACTIONAL UNITS
 **** MATRICES AND TRANSLATORS IN THE CRYSTALLOGRAPHIC REFERENCE FRAME
   V INV                    ROTATION MATRICES                   TRANSLATORS
   1   1  1.00  0.00  0.00  0.00  1.00  0.00  0.00  0.00  1.00  0.00  0.00  0.00
   2   2 -1.00  0.00  0.00  0.00 -1.00  0.00  0.00  0.00  1.00  0.50  0.00  0.50

 SYMMETRY ALLOWED INTERNAL DEGREE(S) OF FREEDOM:   5
""",
        {
            "crystal_family": "cubic",
            "crystal_class": "cubic hexakisoctahedral",
            "centring_code": "5/0",
            "density": 4.5,
            "operators.1.translation": [0.5, 0.0, 0.5],
            "internal_degrees_of_freedom": 5,
        },
    ),
    "SCF history": (
        """\
 CYC   0 ETOT(AU) -2.750000000000E+02 DETOT -2.75E+02 tst  0.00E+00 PX  1.00E+00
 DIIS TEST: 0.50000E-01 AT SCF   CYCLE   0 - MIX   30 %
 CYC   1 ETOT(AU) -2.750001000000E+02 DETOT -1.00E-04 tst  1.00E-05 PX  1.00E-02
 CYC   0 ETOT(AU) -2.760000000000E+02 DETOT -2.76E+02 tst  0.00E+00 PX  1.00E+00
""",
        {"scf_history.0.diis": 0.05, "scf_history.2.scf": 2, "scf_runs": 2},
    ),
    "resources": (
        """\
 TTTTTTTTTTTTTTTTTTTTTTTTTTTTTT SHELLXN     TELAPSE        2.00 TCPU        1.50
 TTTTTTTTTTTTTTTTTTTTTTTTTTTTTT AFTER FIRST TELAPSE        3.00 TCPU        2.50
 TTTTTTTTTTTTTTTTTTTTTTTTTTTTTT SHELLXN     TELAPSE        7.00 TCPU        5.50
 MMMMM SHELLXN     USED MEM(MB)    155.50 MAX MEM    160.25 TOT MEM      4973.50
 MAXIMUM MEMORY OCCUPIED BY DIIS:      1.250 Mb PER CORE
    TOTAL CPU TIME =      4828.500
""",
        {
            "timings.0": {"stage": "SHELLXN", "calls": 2, "elapsed_s": 6.0, "cpu_s": 4.5},
            "timings.1.stage": "AFTER FIRST",
            "memory_used": 155.5,
            "memory_max": 160.25,
            "memory_total": 4973.5,
            "memory_diis": 1.25,
            "total_cpu_time": 4828.5,
        },
    ),
    "hamiltonian": (
        """\
 KOHN-SHAM HAMILTONIAN
 (EXCHANGE)[CORRELATION] FUNCTIONAL:(HSE06 SR/GGA)[PERDEW-BURKE-ERNZERHOF]
 OMEGA (SHORT-RANGE)[LONG-RANGE]:(    0.1100)[    0.0000]
 HYBRID EXCHANGE - PERCENTAGE OF FOCK EXCHANGE    25.0000
 NON-LOCAL WEIGHTING FACTOR [CORRELATION] =        0.8100
 INFORMATION **** VDWD3_INPUT **** PERFORM DISPERSION CORRECTION DFT-D3 IN THE ZERO DAMPING SCHEME
 NEW DEFAULT: LEVEL SHIFTER 6 0
 SIZE OF GRID=      71400
 ANGULAR INTEGRATION - INTERVALS (ACCURACY LEVEL [N. POINTS] UPPER LIMIT):
  1(  4[  86]   0.2)  2(  8[ 194]   0.5)  3( 12[ 350]   0.9)  4( 16[ 974]   3.5)
  5( 12[ 350]9999.0)
 TTTTTTTTTTTTTTTTTTTTTTTTTTTTTT INT_CALC    TELAPSE        0.04 TCPU        0.02
""",
        {
            "hamiltonian": "kohn-sham",
            "exchange_functional": "HSE06 SR/GGA",
            "omega_short_range": 0.11,
            "fock_exchange": 25.0,
            "nonlocal_correlation_weight": 0.81,
            "dispersion_scheme": "DFT-D3(ZERO)",
            "default_level_shift": 0.6,
            "grid_points": 71400,
            "grid_angular_points": 974,
        },
    ),
    "settings": (
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
""",
        {
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
        },
    ),
    "k points": (
        """\
 SHRINKING FACTOR(GILAT NET)    8  NUMBER OF K POINTS(GILAT NET)     29
 *** K POINTS COORDINATES (OBLIQUE COORDINATES IN UNITS OF IS =  8)
   1-R(  0  0  0)   2-C(  1  0  0)   3-C(  2  0  0)   4-C(  3  0  0)
   5-R(  4  0  0)

""",
        {
            "gilat_points": 29,
            "k_point_unit": 8,
            "k_point_list.4": {"number": 5, "real": True, "indices": [4, 0, 0]},
        },
    ),
    "neighbours": (
        """\
 NEIGHBORS OF THE NON-EQUIVALENT ATOMS

 N = NUMBER OF NEIGHBORS AT DISTANCE R
    ATOM  N     R/ANG      R/AU   NEIGHBORS (ATOM LABELS AND CELL INDICES)
   1 NI   6     2.0500     3.8500    3 O    0 0 0    3 O    0 0-1    4 O    0 0 0
                                     4 O   -1 0 0    4 O    0-1 0    4 O   -1-1 0
   1 NI  12     2.9500     5.5500    2 NI   0 0 0    2 NI  -1 0 0    2 NI   0-1 0

   2 NI   6     2.0000     3.8000    4 O    0 0 0    4 O    0 0 1    3 O    0 0 0


""",
        {
            "neighbours.1.neighbours": 12,
            "neighbours.2.atom": 2,
            "neighbours.0.neighbour": "O",
            "shortest_distance": 2.0,
        },
    ),
    "frequencies": (
        """\
 ATOMS ISOTOPIC MASS (AMU) FOR FREQUENCY CALCULATION

    1 FE     55.9500    2 O      15.9500
    3 O      15.9500

 DX=  0.003 ANGSTROM
 NUMBER OF SCF+GRADIENT CALCULATIONS             8
    MODES         EIGV          FREQUENCIES     IRREP  IR   INTENS    RAMAN
             (HARTREE**2)   (CM**-1)     (THZ)             (KM/MOL)
    1-   3   -0.1000E-09     -2.2500   -0.0675  (F1u)   A (     0.00)   I
    4-   5    0.4500E-06    147.2500    4.4145  (E  )   A (    12.50)   A
    6-   6    0.4500E-05    465.5000   13.9555  (A1 )   I ( *******)   A

    MODES    FREQUENCIES           I_tot     I_par    I_perp
  ----------------------------------------------------------------
    4-   5      147.2500 (E  )    150.50     86.00     64.50

  DISPERSION K POINT NUMBER     2 COORD:  C(   2   2   0 )    WEIGHT:    2.

    MODES         EIGV          FREQUENCIES     IRREP
             (HARTREE**2)   (CM**-1)     (THZ)
    1-   2    0.2500E-05    343.0000   10.2830  (  2)
    3-   3    0.4500E-05    465.5000   13.9555  (  1)

""",
        {
            "isotopic_masses": [55.95, 15.95, 15.95],
            "displacement": 0.003,
            "displaced_calculations": 8,
            "modes": 6,
            "imaginary_modes": 0,
            "negative_eigenvalues": 3,
            "frequency_min": -2.25,
            "frequency_max": 465.5,
            "vibrational_modes.1.ir_intensity": 12.5,
            "vibrational_modes.2.ir_intensity": None,
            "raman_intensities.0.parallel": 86.0,
            "dispersion.0.frequencies_cm1": [343.0, 343.0, 465.5],
            "dispersion.0.weight": 2.0,
        },
    ),
    "thermodynamics": (
        """\
 VIBRATIONAL TEMPERATURES (K) [MODE NUMBER;IRREP]

 TO MODES
   284.5 [   4;Ag ]   345.5 [   5;Eu ]   345.5 [   6;Eu ]   374.5 [   7;Ag ]
  1392.5 [   8;Eg ]

 EL            :    -275.000000000001   -7483.000000000001     -722000.00000001
 E0            :       0.024500000001       0.666500000001          64.22000001

 AT (T =  298.15 K, P =   0.10132500E+00 MPA):

                          AU/CELL             EV/CELL                 KJ/MOL
 ET            :       0.005300000001       0.144300000001          13.93000001
 PV            :                  NaN                  NaN                  NaN
 TS            :       0.008500000001       0.233900000001          22.56000001
 ET+PV-TS      :      -0.003200000001      -0.089500000001          -8.63000001
 EL+E0+ET+PV-TS:    -274.978700000001   -7482.000000000001     -721000.00000001

 OTHER THERMODYNAMIC FUNCTIONS:

                      mHARTREE/(CELL*K)     mEV/(CELL*K)              J/(MOL*K)
 ENTROPY       :       0.028800000001       0.784500000001          75.69000001
 HEAT CAPACITY :       0.038800000001       1.058200000001         102.10000001
""",
        {
            "vibrational_temperatures": [284.5, 345.5, 345.5, 374.5, 1392.5],
            "electronic_energy": -275.000000000001,
            "zero_point_energy": 0.024500000001,
            "temperature": 298.15,
            "pressure": 0.101325,
            "thermal_energy": 0.005300000001,
            "gibbs_free_energy": -274.978700000001,
            "entropy": 75.69000001,
            "heat_capacity": 102.10000001,
            "thermodynamics.0.pv_ha": None,
        },
    ),
    "quasi-harmonic approximation": (
        """\
    T (K)    ALPHA (1/K)    GRUNEISEN   Cp-Cv (J/mol*K)

    10.00     0.45000E-12       1.650        0.0000
    22.00     0.95000E-08       1.665        0.0000

    T (K)    V (Ang^3)    Bt (GPa)     ALPHA (1/K) Cp-Cv (J/mol*K) Bs (GPa) Sp-Sv (J/mol*K)

    10.00     267.4000     225.400     0.00000E+00       0.000     225.400       0.000

    T (K)    V (Ang^3)    P (GPa)        F (Ha/cell)           G (Ha/cell)

    10.00     256.850       9.850    -0.4263350000001E+04   -0.4262750000001E+04

""",
        {
            "gruneisen.1": {
                "temperature_k": 22.0,
                "expansion_per_k": 9.5e-9,
                "gruneisen": 1.665,
                "cp_minus_cv_j_mol_k": 0.0,
            },
            "quasi_harmonic.0.volume_ang3": 267.4,
            "pressure_volume.0.gibbs_ha": -4262.750000001,
        },
    ),
    "response": (
        SIZES
        + """\
 POLARIZABILITY (ALPHA), DIELECTRIC (EPSILON) AND FIRST-ORDER ELECTRIC
 SUSCEPTIBILITY (CHI(1)) TENSORS (INDEPENDENT COMPONENTS)

  FR.(eV) COMP.   ALPHA(Re,Im)           EPSILON(Re,Im)                CHI(1)
  0.000   XX      82.2500       0.0000       1.9500       0.0000       0.9500
  0.000   XY      -1.2500       0.0000      -0.0500       0.0000      -0.0500

 DIELECTRIC TENSOR

 TENSOR IN PRINCIPAL AXES SYSTEM
 AA  1.900000E+00 BB  1.950000E+00 CC  2.000000E+00

 REFRACTIVE INDICES
 AA  1.400000E+00 BB  1.450000E+00 CC  1.500000E+00

 ATOMIC BORN CHARGE TENSOR (UNITS OF e, ELECTRON CHARGE).
 DYNAMIC CHARGE = 1/3 * TRACE .

 ATOM   1 MG DYNAMIC CHARGE     1.850000

              1           2           3
   1     1.8500E+00  0.0000E+00  1.5000E-02
   2     1.5000E-02  1.8500E+00 -2.5000E-01
   3     0.0000E+00  0.0000E+00  1.8500E+00

 ATOM   2 O  DYNAMIC CHARGE    -1.850000

              1           2           3
   1    -1.8500E+00  0.0000E+00 -1.5000E-02
   2    -1.5000E-02 -1.8500E+00  2.5000E-01
   3     0.0000E+00  0.0000E+00 -1.8500E+00

 SUM TENSOR OF THE VIBRATIONAL CONTRIBUTIONS TO THE STATIC DIELECTRIC     TENSOR

           0.33000    0.00000    0.00000
           0.00000    0.33000   -0.01000
           0.00000   -0.01000    0.33000

""",
        {
            "polarisability.1": {
                "field_ev": 0.0,
                "component": "XY",
                "alpha": -1.25,
                "epsilon": -0.05,
            },
            "dielectric_constants": [1.9, 1.95, 2.0],
            "refractive_indices": [1.4, 1.45, 1.5],
            "born_charges.1.tensor.1": [-0.015, -1.85, 0.25],
            "vibrational_dielectric_tensor.1": [0.0, 0.33, -0.01],
        },
    ),
    "elastic constants": (
        """\
 SYMMETRIZED ELASTIC CONSTANTS FOR HEXAGONAL    CASE, IN GPa

 |    40.500   41.500   37.500    0.000    0.000    0.000 |
 |             49.500   28.500    0.000    0.000    0.000 |
 |                      51.500    0.000    0.000    0.000 |
 |                                9.500    0.000    0.000 |
 |                                        13.500    0.000 |
 |                                                 12.500 |

 ELASTIC MODULI (COMPLIANCE TENSOR), IN TPa^-1

 |  659.2500-404.2500-249.7500   0.0000   0.0000   0.0000 |
 |           277.2500 137.2500   0.0000   0.0000   0.0000 |
 |                    122.7500   0.0000   0.0000   0.0000 |
 |                             105.2500   0.0000   0.0000 |
 |                                       75.5000   0.0000 |
 |                                                77.2500 |

 BULK MODULUS K, SHEAR MODULUS G, YOUNG MODULUS E AND
 POISSON RATIO v (ALL IN GPa) ACCORDING TO VOIGT-REUSS-HILL

    K_V     G_V     K_R     G_R     K_H     G_H    E_H      v_H

 -122.50-1070.00   39.50    2.00   39.50    5.50   16.50   0.425

         CONDITION                                    SATISFIED?

    C11 - C12 > 0                                        NO

    C44 > 0                                              YES

 SEISMIC VELOCITIES BY CHRISTOFFEL EQUATION (km/s)

       WAVE VECTOR                Vp        Vs1       Vs2

 [ 0.000  0.000  1.000]          3.650     1.150     1.125

 BULK MODULUS (GPa)

 K =      39.50

 ELASTIC DATA FOR DIFFERENT NUMBER OF POINTS AND ORDER OF FIT

 ELASTIC MODULI (COMPLIANCE TENSOR), IN TPa^-1

 |    1.0000 |

PRESSURE IN GIGAPASCAL: -0.1250E-01
""",
        {
            "elastic_tensor.1": [41.5, 49.5, 28.5, 0.0, 0.0, 0.0],
            "compliance_tensor.0": [659.25, -404.25, -249.75, 0.0, 0.0, 0.0],
            "bulk_modulus_voigt": -122.5,
            "shear_modulus_voigt": -1070.0,
            "poisson_ratio_hill": 0.425,
            "mechanically_stable": False,
            "seismic_velocities.0.vs2_km_s": 1.125,
            "bulk_modulus": 39.5,
            "stress_pressure": -0.0125,
        },
    ),
    "equation of state": (
        """\
 SORTING VOLUMES/ENERGIES

     VOLUME (A^3)    ENERGY (a.u.)

     256.500000   -4.250000000000E+03
     264.500000   -4.250500000000E+03

 EQUATION OF STATE             VOL(A^3)        E(AU)       BM(GPa)   BM PRIME
 -------------------------------------------------------------------------------
 MURNAGHAN 1944                264.5000     -4250.50000000  230.50     4.05
 BIRCH-MURNAGHAN 1947          264.7500     -4250.50000001  230.75     4.00

""",
        {
            "eos_points.1": {"volume_ang3": 264.5, "energy_ha": -4250.5},
            "eos_fits.0.name": "MURNAGHAN 1944",
            "eos_volume": 264.75,
            "eos_bulk_modulus": 230.75,
            "eos_bulk_modulus_derivative": 4.0,
        },
    ),
    "wave function": (
        """\
 DE(K)                   0.000E+00  ENERGY LEVEL SHIFTING        0.60000
 TOTAL ENERGY -2.7500000000001E+02  CONVERGENCE ON ENER       -4.500E-09
 KIN. ENERGY   2.6700000000001E+02  VIR. COEFF.           9.95000000E-01
 N. OF SCF CYCLES                7  FERMI ENERGY              -0.145E+00
""",
        {
            "wavefunction_energy": -275.00000000001,
            "wavefunction_fermi_energy": -0.145,
            "wavefunction_scf_cycles": 7,
            "wavefunction_level_shift": 0.6,
            "kinetic_energy": 267.00000000001,
        },
    ),
    "analysis": (
        """\
 *  FROM BAND   1 TO BAND  18                                                  *
 *  TOTAL OF1200 K-POINTS ALONG THE PATH                                       *
 LINE  1 ( 0.00 0.00 0.00: 0.50 0.00 0.50) IN TERMS OF PRIMITIVE LATTICE VECTORS
  20 POINTS - SHRINKING_FACTOR1026
 LINE  2 ( 0.50 0.00 0.50: 0.50 0.25 0.75) IN TERMS OF PRIMITIVE LATTICE VECTORS
  10 POINTS - SHRINKING_FACTOR 240
 ENERGY RANGE (A.U.)   -0.75000 -   0.01500 EFERMI  -0.19000
 FROM BAND   21 TO BAND   46 ENERGY RANGE -0.11750E+01  0.91500E+00
 NUMBER OF PROJECTIONS                        2
 *** PROJECTION   1 ATOMIC ORBITALS    38  39  40
 *** PROJECTION   2 ATOMIC ORBITALS    14  15
  RELAXATION TIME (fs):                175.0000
  MAX TEMPERATURE VALUE (K):           500.0000
  MIN CHEMICAL POTENTIAL VALUE (eV):    -4.7500
 N. OF POINTS IN THE GRID :               2500
""",
        {
            "path_last_band": 18,
            "path_k_points": 1200,
            "path_lines.0.shrink": 1026,
            "path_lines.1.end": [0.5, 0.25, 0.75],
            "band_fermi_energy": -0.19,
            "dos_first_band": 21,
            "dos_energy_min": -1.175,
            "dos_projections.1.orbitals": [14, 15],
            "relaxation_time": 175.0,
            "transport_temperature_max": 500.0,
            "chemical_potential_min": -4.75,
            "map_points": 2500,
        },
    ),
}
"""Name of a block -> its excerpt, and facts by their path."""
