import Base
import JobModel

/// What `fe.stress` takes a mesh for (its parameter `model`).
package enum StressModel: String, CaseIterable, Sendable {
  case solid
  case shell
  case planeStress = "plane-stress"
  case planeStrain = "plane-strain"
  case axisymmetric

  /// 3 where it is meshed by volumes, 2 where by surfaces.
  package var dimension: Int { self == .solid ? 3 : 2 }

  /// A typical element as decks name it.
  package var elementType: String {
    switch self {
    case .solid: "C3D10"
    case .shell: "S6"
    case .planeStress: "CPS6"
    case .planeStrain: "CPE6"
    case .axisymmetric: "CAX6"
    }
  }

  /// Whether it lies in the plane z = 0.
  package var isPlane: Bool {
    switch self {
    case .solid, .shell: false
    case .planeStress, .planeStrain, .axisymmetric: true
    }
  }
}

extension KernelDeclaration {
  /// Linear statics of a mesh whose material and loads the job file gives.
  package static let feStress = KernelDeclaration(
    name: "fe.stress",
    summary: "Stresses of a part meshed with Gmsh; material, supports and loads are parameters.",
    discussion: """
      For those who have a mesh but no deck: reads a Gmsh 4.1 file (text or binary) and takes its \
      physical groups as the places of supports and loads. All elements consist of one isotropic \
      material; several materials, contact, dynamics and heat need a deck (`fe.solve`), which can \
      include the same mesh with `*INCLUDE, INPUT=part.msh`.

      Volumes are solids. Of a mesh of surfaces `model` says what they are: `shell`, `plane-stress` (both \
      of a `thickness`), `plane-strain`, or `axisymmetric` about the y axis, with the radius along x. Plane \
      and axisymmetric models lie in z = 0. Triangles and quadrilaterals are of first or second order, of \
      shells only of second: those of first order bend far too little. Loads act on groups of faces; on \
      groups of curves where the mesh has surfaces, per area of the edge (its length times the thickness; \
      all around the axis). Shells take loads on groups of surfaces as well: pressure then pushes along \
      the normal, which follows the right hand about a surface's nodes.

      Lengths in the mesh are those of the job file's `units`; results are in the same units.
      """,
    parameters: [
      ParameterDeclaration(
        "model", .choice(StressModel.allCases.map(\.rawValue)),
        "What the mesh is: volumes are `solid`; of surfaces it has to be said.",
        default: .text(StressModel.solid.rawValue)),
      ParameterDeclaration(
        "thickness", .quantity(dimension: "length", 0...1e6),
        "Of shells and plane stress; of plane strain if forces are wanted for more than a unit of length.",
        default: .quantity(0, unit: "m")),
      ParameterDeclaration(
        "young", .quantity(dimension: "pressure", 1...1e15), "Young's modulus."),
      ParameterDeclaration("poisson", .number(-0.99...0.4999), "Poisson's ratio."),
      ParameterDeclaration(
        "density", .quantity(dimension: "density", 0...1e6), "Mass per volume.",
        default: .quantity(0, unit: "kg/m^3")),
      ParameterDeclaration(
        "fixed", .text,
        "Physical groups that cannot move (nor turn, of shells), separated by blanks, or by commas.",
        default: .text("")),
      ParameterDeclaration(
        "fixed_x", .text, "Physical groups that cannot move along x.", default: .text("")),
      ParameterDeclaration(
        "fixed_y", .text, "Physical groups that cannot move along y.", default: .text("")),
      ParameterDeclaration(
        "fixed_z", .text, "Physical groups that cannot move along z.", default: .text("")),
      ParameterDeclaration(
        "symmetry_x", .text,
        "Physical groups in a plane of symmetry across x: no motion along x, no turn about y and z.",
        default: .text("")),
      ParameterDeclaration(
        "symmetry_y", .text, "The same across y.", default: .text("")),
      ParameterDeclaration(
        "symmetry_z", .text, "The same across z.", default: .text("")),
      ParameterDeclaration(
        "pressure", .quantity(dimension: "pressure", -1e12...1e12),
        "Pressure against the group of `pressure_on`.", default: .quantity(0, unit: "Pa")),
      ParameterDeclaration(
        "pressure_on", .text, "Physical groups of faces or edges under pressure.",
        default: .text("")),
      ParameterDeclaration(
        "traction", .quantity(dimension: "pressure", -1e12...1e12),
        "Force per area on the group of `traction_on`.", default: .quantity(0, unit: "Pa")),
      ParameterDeclaration(
        "traction_on", .text, "Physical groups of faces or edges that are pulled.",
        default: .text("")),
      ParameterDeclaration(
        "traction_direction", .text,
        "Direction of the traction: three numbers, the third 0 in a plane model.",
        default: .text("0 0 -1")),
      ParameterDeclaration(
        "gravity", .quantity(dimension: "acceleration", 0...1e6),
        "Acceleration of the weight.", default: .quantity(0, unit: "m/s^2")),
      ParameterDeclaration(
        "gravity_direction", .text,
        "Direction of the weight: three numbers, the third 0 in a plane model.",
        default: .text("0 0 -1")),
      solverParameter,
    ],
    inputs: [InputDeclaration("mesh", "The mesh, Gmsh 4.1 with volumes or surfaces.")],
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
      return solverEstimate(nodes: mesh / bytesOfMeshNode, facts, of: stressModel(facts))
    })

  private static func stressModel(_ facts: EstimateFacts) -> StressModel {
    guard case .text(let name)? = facts.parameters["model"] else { return .solid }
    return StressModel(rawValue: name) ?? .solid
  }

  /// Gmsh's text of a node and of its share of the elements, binary or not.
  private static let bytesOfMeshNode = 70.0
}
