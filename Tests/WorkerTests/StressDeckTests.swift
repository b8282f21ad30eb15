import Base
import Catalogue
import FiniteElements
import JobModel
import Testing

@testable import Kernels

@Suite("the deck of fe.stress") struct StressDeckTests {
  @Test("a shell has its section, clamped edges, symmetry and loads on edges and faces")
  func shell() throws {
    let text = try Self.deck(
      Self.sheet,
      [
        "model": .text("shell"), "thickness": .quantity(2, unit: "mm"), "fixed": .text("left"),
        "symmetry_x": .text("Right"), "traction": .quantity(3, unit: "MPa"),
        "traction_on": .text("left, right"), "pressure": .quantity(1, unit: "MPa"),
        "pressure_on": .text("sheet"),
      ])
    let expected = """
      *INCLUDE, INPUT=mesh, TYPE=S6
      *ELSET, ELSET=KILN-ALL, GENERATE
      1, 1000000000000
      *MATERIAL, NAME=KILN
      *ELASTIC
      210000.0, 0.3
      *SHELL SECTION, ELSET=KILN-ALL, MATERIAL=KILN
      2.0
      *STEP
      *STATIC
      *BOUNDARY
      LEFT, 1, 6
      RIGHT, 1, 1
      RIGHT, 5, 5
      RIGHT, 6, 6
      *DSLOAD
      SHEET, P, 1.0
      *DSLOAD
      LEFT, TRVEC, 3.0, 0.0, 0.0, -1.0
      RIGHT, TRVEC, 3.0, 0.0, 0.0, -1.0
      *NODE FILE
      U, RF
      *EL FILE
      S
      *END STEP

      """
    #expect(text == expected)
  }

  @Test("a plane model is held in its plane; only plane stress needs a thickness")
  func plane() throws {
    let held: [String: Value] = ["fixed": .text("left"), "symmetry_y": .text("right")]
    let strain = try Self.deck(
      Self.sheet, held.merging(["model": .text("plane-strain")]) { $1 })
    #expect(strain.contains("TYPE=CPE6\n"))
    #expect(strain.contains("*SOLID SECTION, ELSET=KILN-ALL, MATERIAL=KILN\n*STEP"))
    #expect(strain.contains("*BOUNDARY\nLEFT, 1, 2\nRIGHT, 2, 2\n*NODE FILE"))
    let ring = try Self.deck(Self.sheet, held.merging(["model": .text("axisymmetric")]) { $1 })
    #expect(ring.contains("TYPE=CAX6\n"))
  }

  @Test("what does not fit the mesh is told with its fix", arguments: mistakes)
  func mistake(_ parameters: [String: Value], _ isSolid: Bool, _ message: String) {
    do {
      _ = try Self.deck(isSolid ? Self.body : Self.sheet, parameters)
      Issue.record("a deck was written")
    } catch {
      #expect("\(error)" == message)
    }
  }

  private static let shell: [String: Value] = [
    "model": .text("shell"), "thickness": .quantity(2, unit: "mm"),
  ]

  private static func shell(_ more: [String: Value]) -> [String: Value] {
    shell.merging(more) { $1 }
  }

  private static func plane(_ more: [String: Value]) -> [String: Value] {
    [
      "model": .text("axisymmetric"), "traction": .quantity(1, unit: "MPa"),
      "traction_on": .text("left"),
    ]
    .merging(more) { $1 }
  }

  static let mistakes: [([String: Value], isSolid: Bool, String)] = [
    (
      [:], false,
      "the mesh has surfaces and no volumes, and `model` does not say what they are; write `model: shell` or "
        + "`model: plane-stress` with a `thickness`, `model: plane-strain` or `model: axisymmetric`; or mesh "
        + "the volumes (gmsh -3), and have a physical group of them"
    ),
    (
      shell, true,
      "`model: shell` is for surfaces, but the mesh has volumes; write `model: solid`, or mesh the surfaces "
        + "alone: gmsh -2"
    ),
    (
      ["model": .text("plane-stress")], false,
      "`model: plane-stress` needs a `thickness`; write for example `thickness: 2 mm`"
    ),
    (
      ["thickness": .quantity(2, unit: "mm")], true,
      "`thickness` has no meaning with `model: solid`; leave it out, or write `model: shell` or "
        + "`model: plane-stress`"
    ),
    (
      shell(["fixed": .text("sheat")]), false,
      "`fixed`: the mesh has no physical group sheat; did you mean SHEET?"
    ),
    (
      shell(["fixed_x": .text("left bolts")]), false,
      "`fixed_x`: the mesh has no physical group bolts; name one of CORNER, LEFT, RIGHT, SHEET"
    ),
    (
      shell(["pressure": .quantity(1, unit: "MPa")]), false,
      "`pressure` is given, but not where it acts; add `pressure_on` with a physical group of the mesh"
    ),
    (
      shell(["pressure": .quantity(1, unit: "MPa"), "pressure_on": .text("corner")]), false,
      "`pressure_on`: CORNER is a group of points; name a group of curves or surfaces"
    ),
    (
      shell(["gravity": .quantity(9.81, unit: "m/s^2")]), false,
      "`gravity` is given, but no `density`; write for example `density: 7850 kg/m^3`"
    ),
    (
      plane([:]), false,
      "`traction_direction` points out of the plane of `model: axisymmetric`; write for example "
        + "`traction_direction: 0 -1 0`"
    ),
    (
      plane([
        "traction_direction": .text("1 0 0"), "gravity": .quantity(9.81, unit: "m/s^2"),
        "gravity_direction": .text("1 0 0"), "density": .quantity(1, unit: "t/mm^3"),
      ]), false,
      "weight across the axis is not axisymmetric; write `gravity_direction: 0 -1 0`, or mesh the whole body"
    ),
  ]

  @Test("shells of first order are refused")
  func firstOrder() throws {
    let text = Self.sheet.replacing("2 1 9 1\n4 1 2 3 4 5 6", with: "2 1 2 1\n4 1 2 3")
    #expect(throws: KilnError.self) { try Self.deck(text, Self.shell) }
    let plane: [String: Value] = ["model": .text("plane-strain")]
    #expect(try Self.deck(text, plane).contains("TYPE=CPE6"))
  }

  /// The deck for a steel part in millimetres and newtons.
  private static func deck(_ mesh: String, _ parameters: [String: Value]) throws -> String {
    let declaration = KernelDeclaration.feStress
    var all: [String: Value] = [
      "young": .quantity(210, unit: "GPa"), "poisson": .number(0.3),
    ]
    for parameter in declaration.parameters {
      if let standard = parameter.standard { all[parameter.name] = standard }
    }
    let task = KernelContext.Task(
      parameters: all.merging(parameters) { $1 },
      units: UnitSystem(["length": "mm", "force": "N", "time": "s"]))
    let context = KernelContext(declaration, task, host: NoHost())
    return try StressDeck(context, GmshMesh(name: "part.msh", bytes: Array(mesh.utf8))).text()
  }

  /// A triangle of second order with two of its edges and a corner.
  private static let sheet = """
    $MeshFormat
    4.1 0 8
    $EndMeshFormat
    $PhysicalNames
    4
    0 1 "corner"
    1 2 "left"
    1 3 "right"
    2 4 "sheet"
    $EndPhysicalNames
    $Entities
    1 2 1 0
    1 0 0 0 1 1
    1 0 0 0 1 1 0 1 2 0
    2 0 0 0 1 1 0 1 3 0
    1 0 0 0 1 1 0 1 4 0
    $EndEntities
    $Nodes
    1 6 1 6
    2 1 0 6
    1
    2
    3
    4
    5
    6
    0 0 0
    1 0 0
    0 1 0
    0.5 0 0
    0.5 0.5 0
    0 0.5 0
    $EndNodes
    $Elements
    4 4 1 4
    0 1 15 1
    1 1
    1 1 8 1
    2 3 1 6
    1 2 8 1
    3 2 3 5
    2 1 9 1
    4 1 2 3 4 5 6
    $EndElements

    """

  /// A tetrahedron.
  private static let body = """
    $MeshFormat
    4.1 0 8
    $EndMeshFormat
    $Nodes
    1 4 1 4
    3 1 0 4
    1
    2
    3
    4
    0 0 0
    1 0 0
    0 1 0
    0 0 1
    $EndNodes
    $Elements
    1 1 1 1
    3 1 4 1
    1 1 2 3 4
    $EndElements

    """
}
