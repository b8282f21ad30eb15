import Base
import JobModel

extension KernelDeclaration {
  /// Linear statics of a mesh whose material and loads the job file gives.
  package static let feStress = KernelDeclaration(
    name: "fe.stress",
    summary: "Stresses of a part meshed with Gmsh; material, supports and loads are parameters.",
    discussion: """
      For those who have a mesh but no deck: reads a Gmsh 4.1 file (text or binary) and takes its \
      physical groups as the places of supports and loads. All volumes consist of one isotropic \
      material; several materials, contact, dynamics and heat need a deck (`fe.solve`), which can \
      include the same mesh with `*INCLUDE, INPUT=part.msh`.

      Lengths in the mesh are those of the job file's `units`; results are in the same units.
      """,
    parameters: [
      ParameterDeclaration(
        "young", .quantity(dimension: "pressure", 1...1e15), "Young's modulus."),
      ParameterDeclaration("poisson", .number(-0.99...0.4999), "Poisson's ratio."),
      ParameterDeclaration(
        "density", .quantity(dimension: "density", 0...1e6), "Mass per volume.",
        default: .quantity(0, unit: "kg/m^3")),
      ParameterDeclaration(
        "fixed", .text, "Physical groups that cannot move, separated by blanks.",
        default: .text("")),
      ParameterDeclaration(
        "fixed_x", .text, "Physical groups that cannot move along x.", default: .text("")),
      ParameterDeclaration(
        "fixed_y", .text, "Physical groups that cannot move along y.", default: .text("")),
      ParameterDeclaration(
        "fixed_z", .text, "Physical groups that cannot move along z.", default: .text("")),
      ParameterDeclaration(
        "pressure", .quantity(dimension: "pressure", -1e12...1e12),
        "Pressure against the group of `pressure_on`.", default: .quantity(0, unit: "Pa")),
      ParameterDeclaration(
        "pressure_on", .text, "Physical group of faces under pressure.", default: .text("")),
      ParameterDeclaration(
        "traction", .quantity(dimension: "pressure", -1e12...1e12),
        "Force per area on the group of `traction_on`.", default: .quantity(0, unit: "Pa")),
      ParameterDeclaration(
        "traction_on", .text, "Physical group of faces that are pulled.", default: .text("")),
      ParameterDeclaration(
        "traction_direction", .text, "Direction of the traction: three numbers.",
        default: .text("0 0 -1")),
      ParameterDeclaration(
        "gravity", .quantity(dimension: "acceleration", 0...1e6),
        "Acceleration of the weight.", default: .quantity(0, unit: "m/s^2")),
      ParameterDeclaration(
        "gravity_direction", .text, "Direction of the weight: three numbers.",
        default: .text("0 0 -1")),
      solverParameter,
    ],
    inputs: [InputDeclaration("mesh", "The mesh, Gmsh 4.1 with volume elements.")],
    outputs: [
      OutputDeclaration("{mesh}.frd", "Displacements and stresses for CalculiX GraphiX."),
      OutputDeclaration("{mesh}.vtu", "All fields for ParaView, binary."),
      OutputDeclaration("summary.json", "Largest values with their places, sizes, seconds."),
    ],
    scalars: solutionScalars, metrics: solutionMetrics,
    example: """
      name: beam in two materials
      kernel: fe.stress
      inputs: {mesh: ../../models/beam/beam.msh}
      units: {length: mm, force: N}
      parameters:
        poisson: 0.3
        fixed: root
        traction: 1 MPa
        traction_on: tip
      sweep: {young: [210 GPa, 70 GPa]}
      """,
    estimate: { facts in
      let mesh = Double(facts.inputSizes["mesh"]?.bytes ?? 0)
      return solverEstimate(nodes: mesh / bytesOfMeshNode, facts)
    })

  /// Gmsh's text of a node and of its share of the elements, binary or not.
  private static let bytesOfMeshNode = 70.0
}
