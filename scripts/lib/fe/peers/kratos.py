"""Kratos Multiphysics: its own elements and assembly, conjugate gradients with amgcl (aggregation, ILU(0)), 1e-8.

usage: kratos.py MODEL. Its quadratic brick integrates with 27 points where C3D20R has eight.
The cost counted is that of assembly and solution, without building the model in Python.
"""

import json
import sys

import KratosMultiphysics as Kratos
import numpy as np
from KratosMultiphysics import python_linear_solver_factory

from answers import Clock, tell

model = sys.argv[1]
facts = json.load(open(f"{model}/facts.json"))
points, elements, fixed, loaded, loads = (
    np.load(f"{model}/{name}.npy") for name in ("points", "elements", "fixed", "loaded", "loads"))
Kratos.Logger.GetDefaultOutput().SetSeverity(Kratos.Logger.Severity.WARNING)
world = Kratos.Model()
part = world.CreateModelPart("main")
part.SetBufferSize(2)
part.ProcessInfo[Kratos.DOMAIN_SIZE] = 3
settings = {
    "solver_type": "amgcl", "krylov_type": "cg", "coarsening_type": "aggregation", "smoother_type": "ilu0",
    "tolerance": 1e-8, "max_iteration": 1000, "verbosity": 0, "provide_coordinates": False,
}


def build(kind, order, properties):
    for number, place in enumerate(points, 1):
        part.CreateNewNode(number, *map(float, place))
    for number, nodes in enumerate(elements[:, order] + 1, 1):
        part.CreateNewElement(kind, number, nodes.tolist(), properties)


def solid():
    import KratosMultiphysics.StructuralMechanicsApplication as Structures

    for variable in (Kratos.DISPLACEMENT, Kratos.REACTION, Kratos.VOLUME_ACCELERATION, Structures.POINT_LOAD):
        part.AddNodalSolutionStepVariable(variable)
    properties = part.CreateNewProperties(1)
    properties[Kratos.YOUNG_MODULUS] = facts["young"]
    properties[Kratos.POISSON_RATIO] = facts["poisson"]
    properties[Kratos.DENSITY] = facts["density"]
    properties[Kratos.CONSTITUTIVE_LAW] = Structures.LinearElastic3DLaw()
    # Kratos numbers the upright edges of a brick before the upper ones.
    bricks = [*range(12), 16, 17, 18, 19, 12, 13, 14, 15]
    kind, order = {
        "C3D8": ("SmallDisplacementElement3D8N", list(range(8))),
        "C3D10": ("SmallDisplacementElement3D10N", list(range(10))),
        "C3D20R": ("SmallDisplacementElement3D20N", bricks),
    }[facts["element"]]
    build(kind, order, properties)
    for axis in "XYZ":
        component = Kratos.KratosGlobals.GetVariable(f"DISPLACEMENT_{axis}")
        Kratos.VariableUtils().AddDof(component, Kratos.KratosGlobals.GetVariable(f"REACTION_{axis}"), part)
        for node in fixed.tolist():
            part.Nodes[node + 1].Fix(component)
    for number, (node, load) in enumerate(zip(loaded.tolist(), loads.tolist()), 1):
        part.CreateNewCondition("PointLoadCondition3D1N", number, [node + 1], properties)
        part.Nodes[node + 1].SetSolutionStepValue(Structures.POINT_LOAD, Kratos.Array3([0, 0, -load]))
    settings.update(block_size=3, use_block_matrices_if_possible=True)
    return Kratos.DISPLACEMENT


def heat():
    import KratosMultiphysics.ConvectionDiffusionApplication  # registers the elements

    for variable in (Kratos.TEMPERATURE, Kratos.REACTION_FLUX, Kratos.CONDUCTIVITY, Kratos.HEAT_FLUX, Kratos.FACE_HEAT_FLUX):
        part.AddNodalSolutionStepVariable(variable)
    names = Kratos.ConvectionDiffusionSettings()
    names.SetUnknownVariable(Kratos.TEMPERATURE)
    names.SetDiffusionVariable(Kratos.CONDUCTIVITY)
    names.SetVolumeSourceVariable(Kratos.HEAT_FLUX)
    names.SetSurfaceSourceVariable(Kratos.FACE_HEAT_FLUX)
    part.ProcessInfo.SetValue(Kratos.CONVECTION_DIFFUSION_SETTINGS, names)
    properties = part.CreateNewProperties(1)
    build("LaplacianElement3D8N", list(range(8)), properties)
    Kratos.VariableUtils().AddDof(Kratos.TEMPERATURE, Kratos.REACTION_FLUX, part)
    Kratos.VariableUtils().SetVariable(Kratos.CONDUCTIVITY, facts["conductivity"], part.Nodes)
    far = np.zeros(len(points), bool)
    far[loaded] = True
    area = float(np.prod(points[loaded].max(0)[1:] - points[loaded].min(0)[1:]))
    for node in loaded.tolist():
        part.Nodes[node + 1].SetSolutionStepValue(Kratos.FACE_HEAT_FLUX, float(loads.sum()) / area)
    faces = elements[:, [1, 2, 6, 5]]
    for number, face in enumerate(faces[far[faces].all(1)] + 1, 1):
        part.CreateNewCondition("FluxCondition3D4N", number, face.tolist(), properties)
    for node in fixed.tolist():
        part.Nodes[node + 1].Fix(Kratos.TEMPERATURE)
    return Kratos.TEMPERATURE


unknown = heat() if facts["procedure"] == "heat" else solid()
solver = python_linear_solver_factory.ConstructSolver(Kratos.Parameters(json.dumps(settings)))
strategy = Kratos.ResidualBasedLinearStrategy(
    part, Kratos.ResidualBasedIncrementalUpdateStaticScheme(), Kratos.ResidualBasedBlockBuilderAndSolver(solver),
    False, False, False, False)
strategy.SetEchoLevel(0)
clock = Clock()
strategy.Initialize()
strategy.Solve()
taken = clock.facts()
found = part.Nodes[facts["output"] + 1].GetSolutionStepValue(unknown)
tell(taken, [found] if isinstance(found, float) else list(found))
