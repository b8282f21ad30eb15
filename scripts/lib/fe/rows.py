"""The rows of `scripts/bench fe` and what is asked of each."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Row:
    """A model, who runs it, and the thresholds."""

    name: str
    title: str
    element: str
    size: object  # cells of a block, or mesh size of the bracket in mm
    procedure: str = "static"
    calculix: tuple = ("default",)
    peers: tuple = ()
    of_default: float = 0.0  # largest share of the CPU seconds of CalculiX's default solver; 0: not asked
    of_best: float = 0.0  # the same of its best
    memory: float = 0.0  # MB
    left_out: dict = field(default_factory=dict)  # program to why it does not run here
    # A program whose discretisation differs, and how.
    differs: dict = field(default_factory=dict)


BEST_EFFORT = ("Kratos", "PETSc GAMG", "PARDISO", "scikit-fem")
KRATOS_BRICK = {"Kratos": "27 integration points instead of 8"}
NO_FIT = "its factor does not fit: 23 GB predicted by CHOLMOD's symbolic analysis"
NOT_BLOCK = "written for blocks"

ROWS = [
    Row("block20r-108k", "static, block of C3D20R, 108 k equations", "C3D20R", (32, 16, 16),
        calculix=("default", "scaling", "Cholesky"), peers=BEST_EFFORT, of_default=1 / 20, of_best=1 / 5, differs=KRATOS_BRICK),
    Row("bracket-104k", "static, bracket of C3D10, about 104 k equations", "C3D10", 4.2,
        calculix=("default", "scaling", "Cholesky"), peers=BEST_EFFORT[:3], of_best=1 / 8, left_out={"scikit-fem": NOT_BLOCK}),
    Row("modes-108k", "10 modes, block of C3D20R, 108 k equations", "C3D20R", (32, 16, 16), "modes",
        peers=("PARDISO",), of_best=1 / 4),
    Row("block20r-311k", "static, block of C3D20R, 311 k equations", "C3D20R", (46, 23, 23),
        calculix=("scaling", "default"), peers=BEST_EFFORT, of_default=1 / 40, of_best=1 / 5, differs=KRATOS_BRICK),
    Row("bracket-474k", "static, bracket of C3D10, about 474 k equations", "C3D10", 1.8,
        calculix=("Cholesky",), peers=BEST_EFFORT[:3], of_best=1 / 12, left_out={"scikit-fem": NOT_BLOCK}),
    Row("block20r-1m", "static, block of C3D20R, 1.0 M equations", "C3D20R", (69, 34, 34),
        calculix=("scaling",), peers=("Kratos", "PETSc GAMG"), of_best=1 / 12, memory=5000, differs=KRATOS_BRICK,
        left_out={"ccx default": "does not fit: its memory grows with the power 1.36 of the equations, to 50 GB here",
                  "PARDISO": NO_FIT, "scikit-fem": "its assembly alone takes many minutes"}),
    Row("bracket-964k", "static, bracket of C3D10, about 964 k equations", "C3D10", 1.38,
        calculix=("Cholesky",), peers=BEST_EFFORT[:3], of_best=1 / 12, left_out={"scikit-fem": NOT_BLOCK}),
    Row("block8-980k", "static, block of C3D8, 980 k equations", "C3D8", (108, 54, 54),
        calculix=("scaling",), peers=("Kratos", "PETSc GAMG", "scikit-fem"), of_best=1 / 2,
        left_out={"ccx default": "not asked; its factor is of the order of 20 GB", "PARDISO": "its factor does not fit"}),
    Row("heat-1m", "steady heat, block of C3D8, 1.0 M equations", "C3D8", (158, 79, 79), "heat",
        calculix=("scaling",), peers=("Kratos", "PETSc GAMG", "PARDISO", "scikit-fem"), of_best=1 / 3,
        differs={"Kratos": "1 integration point instead of 8, so an answer of less worth"},
        left_out={"ccx default": "not asked; it factors twice, 365 s of CPU at a third of the size"}),
]
QUICK = ("block20r-108k", "bracket-104k", "modes-108k")

# Kiln's answer against a direct solver, or one that stops at a residual of 1e-8, on the same element and mesh;
# CalculiX's iterative solvers stop earlier and are shown, not asked.
AGREEMENT = 1e-5
TIGHT = ("ccx default", "PARDISO", "PETSc GAMG", "scikit-fem")
# Nanoseconds for each stored nonzero, all processors together.
ASSEMBLY = 25.0
# The plan's seconds and memory beside the fact.
PREDICTION = 2.0
