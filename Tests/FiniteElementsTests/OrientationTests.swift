import LinearAlgebra
import Testing

@testable import FiniteElements

@Suite("orientations") struct OrientationTests {
  static let ortho = """
    *ELASTIC, TYPE=ENGINEERING CONSTANTS
    200000., 50000., 20000., .3, .25, .2, 30000., 12000.
    9000.
    """

  static let load = "*CLOAD\n6, 1, 30.\n7, 2, 20.\n8, 3, -10."

  static func displacements(_ orientation: String) throws -> [Double] {
    let text = Decks.cube(load, material: ortho)
      .replacing("MATERIAL=STEEL\n*BOUNDARY", with: "MATERIAL=STEEL, ORIENTATION=OR\n*BOUNDARY")
      .replacing("*MATERIAL", with: "\(orientation)\n*MATERIAL")
    let deck = try Decks.parse(text)
    var frame: Frame?
    _ = try deck.solve(
      SolverSettings(threads: 1), outputs: SolveOutputs(), observer: Observer())
    frame = try Bodies.solve(deck)
    return try #require(frame).displacements
  }

  @Test("far from its axis a cylindrical system is a rectangular one")
  func farAxis() throws {
    let straight = try Self.displacements("*ORIENTATION, NAME=OR\n0., 1., 0., 0., 0., 1.")
    // Radial is y, tangential is z, axial is x.
    let round = try Self.displacements(
      "*ORIENTATION, NAME=OR, SYSTEM=CYLINDRICAL\n0., -1.E7, 0.5, 1., -1.E7, 0.5")
    let scale = straight.map(abs).max() ?? 0
    for (a, b) in zip(straight, round) { #expect(abs(a - b) < 1e-6 * scale) }
  }

  @Test("near its axis it is not")
  func nearAxis() throws {
    let straight = try Self.displacements("*ORIENTATION, NAME=OR\n0., 1., 0., 0., 0., 1.")
    let round = try Self.displacements(
      "*ORIENTATION, NAME=OR, SYSTEM=CYLINDRICAL\n0., -1., 0.5, 1., -1., 0.5")
    let scale = straight.map(abs).max() ?? 0
    #expect(zip(straight, round).contains { abs($0 - $1) > 1e-3 * scale })
  }

  @Test("axes of a cylindrical system are radial, tangential and axial")
  func axes() throws {
    let orientation = try #require(Orientation(name: "C", from: [1, 1, 0], to: [1, 1, 7]))
    let axes = orientation.axes(at: [1, 4, 3])
    #expect(axes == [[0, 1, 0], [-1, 0, 0], [0, 0, 1]])
    // On the axis there is no radial direction; any will do.
    let inside = orientation.axes(at: [1, 1, 2])
    #expect(abs(dot(inside[0], inside[2])) < 1e-15)
    #expect(abs(length(inside[0]) - 1) < 1e-15)
  }

  @Test("a distribution gives elements axes of their own")
  func distribution() throws {
    let own = try Self.displacements(
      "*DISTRIBUTION, NAME=D\n, 1., 0., 0., 0., 1., 0.\n1, 0., 1., 0., 0., 0., 1.\n"
        + "*ORIENTATION, NAME=OR\nD")
    let direct = try Self.displacements("*ORIENTATION, NAME=OR\n0., 1., 0., 0., 0., 1.")
    #expect(own == direct)
    let others = try Self.displacements(
      "*DISTRIBUTION, NAME=D\n, 0., 1., 0., 0., 0., 1.\n*ORIENTATION, NAME=OR\nD")
    #expect(others == direct)
  }
}
