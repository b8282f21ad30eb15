import Base
import Catalogue
import FiniteElements
import JobModel

/// The deck of `fe.stress`: what the job's parameters say of a mesh, in the job's unit system.
struct StressDeck {
  private let context: KernelContext
  private let mesh: GmshMesh
  private let model: StressModel

  /// The name under which the deck includes the mesh.
  static let meshFile = "mesh"
  private static let all = "KILN-ALL"
  private static let material = "KILN"

  /// - Throws: where the parameters do not fit the mesh.
  init(_ context: KernelContext, _ mesh: GmshMesh) throws(KilnError) {
    self.context = context
    self.mesh = mesh
    let name = try context.text("model")
    guard let model = StressModel(rawValue: name) else {
      throw KilnError(.taskFailed, "there is no model `\(name)`", fix: "write `model: solid`")
    }
    self.model = model
    try checkDimension()
    // A third of the bending of a cantilever is missing with triangles, a quarter with distorted
    // quadrilaterals.
    guard model != .shell || !mesh.isPartlyLinear else {
      throw KilnError(
        .taskFailed, "shells of first order bend far too little",
        fix:
          "mesh with second order: gmsh -2 -order 2, with Mesh.SecondOrderIncomplete=1 where there are "
          + "quadrilaterals")
    }
  }

  func text() throws(KilnError) -> String {
    let type = model == .solid ? "" : ", TYPE=\(model.elementType)"
    let lines =
      ["*INCLUDE, INPUT=\(Self.meshFile)\(type)"]
      + ["*ELSET, ELSET=\(Self.all), GENERATE", "1, 1000000000000"]
      + (try materialAndSection()) + ["*STEP", "*STATIC"] + (try supports()) + (try loads())
      + ["*NODE FILE", "U, RF", "*EL FILE", "S", "*END STEP", ""]
    return lines.joined(separator: "\n")
  }
}

// MARK: - The model

extension StressDeck {
  private func checkDimension() throws(KilnError) {
    switch (mesh.dimension, model.dimension) {
    case (3, 3), (2, 2): return
    case (3, _):
      throw KilnError(
        .taskFailed, "`model: \(model.rawValue)` is for surfaces, but the mesh has volumes",
        fix: "write `model: solid`, or mesh the surfaces alone: gmsh -2")
    case (2, _):
      throw KilnError(
        .taskFailed, "the mesh has surfaces and no volumes, and `model` does not say what they are",
        fix:
          "write `model: shell` or `model: plane-stress` with a `thickness`, `model: plane-strain` or "
          + "`model: axisymmetric`; or mesh the volumes (gmsh -3), and have a physical group of them"
      )
    case (_, _):
      throw KilnError(
        .taskFailed, "the mesh has neither volumes nor surfaces",
        fix: "mesh them (gmsh -3 or -2), and have a physical group of them if there are others")
    }
  }

  private func materialAndSection() throws(KilnError) -> [String] {
    let young = try number("young")
    var lines = ["*MATERIAL, NAME=\(Self.material)", "*ELASTIC"]
    lines.append("\(young), \(try context.number("poisson"))")
    if let density = try numberIfSet("density") { lines += ["*DENSITY", "\(density)"] }
    let thickness = try thickness().map { ["\($0)"] } ?? []
    let card = model == .shell ? "*SHELL SECTION" : "*SOLID SECTION"
    return lines + ["\(card), ELSET=\(Self.all), MATERIAL=\(Self.material)"] + thickness
  }

  private func thickness() throws(KilnError) -> Double? {
    let thickness = try numberIfSet("thickness")
    switch model {
    case .planeStrain: return thickness
    case .shell, .planeStress:
      guard let thickness else {
        throw KilnError(
          .taskFailed, "`model: \(model.rawValue)` needs a `thickness`",
          fix: "write for example `thickness: 2 mm`")
      }
      return thickness
    case .solid, .axisymmetric:
      guard thickness == nil else {
        throw KilnError(
          .taskFailed, "`thickness` has no meaning with `model: \(model.rawValue)`",
          fix: "leave it out, or write `model: shell` or `model: plane-stress`")
      }
      return nil
    }
  }
}

// MARK: - Supports and loads

extension StressDeck {
  private func supports() throws(KilnError) -> [String] {
    var lines = ["*BOUNDARY"]
    let everything = model == .shell ? "1, 6" : model.isPlane ? "1, 2" : "1, 3"
    lines += try groups("fixed").map { "\($0.name), \(everything)" }
    for (axis, name) in ["x", "y", "z"].enumerated() {
      let direction = axis + 1
      lines += try groups("fixed_\(name)").map { "\($0.name), \(direction), \(direction)" }
      for group in try groups("symmetry_\(name)") {
        lines.append("\(group.name), \(direction), \(direction)")
        guard model == .shell else { continue }
        for turn in [4, 5, 6] where turn != direction + 3 {
          lines.append("\(group.name), \(turn), \(turn)")
        }
      }
    }
    return lines.count > 1 ? lines : []
  }

  private func loads() throws(KilnError) -> [String] {
    var lines: [String] = []
    if let pressure = try numberIfSet("pressure") {
      lines.append("*DSLOAD")
      lines += try places(of: "pressure").map { "\($0), P, \(pressure)" }
    }
    if let traction = try numberIfSet("traction") {
      let direction = try direction("traction_direction")
      lines.append("*DSLOAD")
      lines += try places(of: "traction").map { "\($0), TRVEC, \(traction), \(direction)" }
    }
    if let gravity = try numberIfSet("gravity") {
      guard try numberIfSet("density") != nil else {
        throw KilnError(
          .taskFailed, "`gravity` is given, but no `density`",
          fix: "write for example `density: 7850 kg/m^3`")
      }
      let direction = try direction("gravity_direction")
      lines += ["*DLOAD", "\(Self.all), GRAV, \(gravity), \(direction)"]
    }
    return lines
  }

  /// The groups on which a load acts, at least one.
  private func places(of load: String) throws(KilnError) -> [String] {
    let parameter = "\(load)_on"
    let groups = try groups(parameter)
    guard !groups.isEmpty else {
      throw KilnError(
        .taskFailed, "`\(load)` is given, but not where it acts",
        fix: "add `\(parameter)` with a physical group of the mesh")
    }
    let fitting = model == .solid ? [2] : model == .shell ? [1, 2] : [1]
    for group in groups where !fitting.contains(group.dimension) {
      let words = ["points", "curves", "surfaces", "volumes"]
      throw KilnError(
        .taskFailed, "`\(parameter)`: \(group.name) is a group of \(words[group.dimension])",
        fix: "name a group of \(fitting.map { words[$0] }.joined(separator: " or "))")
    }
    return groups.map(\.name)
  }

  /// Three numbers, as a deck writes them.
  private func direction(_ name: String) throws(KilnError) -> String {
    let text = try context.text(name)
    let numbers = text.split { $0 == " " || $0 == "," }.compactMap { Double($0) }
    guard numbers.count == 3, numbers.contains(where: { $0 != 0 }) else {
      throw KilnError(
        .taskFailed, "`\(name)` needs three numbers, not `\(text)`",
        fix: "write for example `\(name): 0 -1 0`")
    }
    guard !model.isPlane || numbers[2] == 0 else {
      throw KilnError(
        .taskFailed, "`\(name)` points out of the plane of `model: \(model.rawValue)`",
        fix: "write for example `\(name): 0 -1 0`")
    }
    guard model != .axisymmetric || name != "gravity_direction" || numbers[0] == 0 else {
      throw KilnError(
        .taskFailed, "weight across the axis is not axisymmetric",
        fix: "write `\(name): 0 -1 0`, or mesh the whole body")
    }
    return numbers.map { "\($0)" }.joined(separator: ", ")
  }
}

// MARK: - Parameters

extension StressDeck {
  private func number(_ name: String) throws(KilnError) -> Double {
    guard case .quantity(let number, let unit)? = context.parameters[name] else {
      throw KilnError(.taskFailed, "the parameter `\(name)` needs a number with a unit")
    }
    return try context.units.number(number, unit: unit)
  }

  /// Nil where the parameter is zero: its unit need not be known to the job's system then.
  private func numberIfSet(_ name: String) throws(KilnError) -> Double? {
    if case .quantity(0, _)? = context.parameters[name] { return nil }
    return try number(name)
  }

  /// The groups that a parameter names, separated by commas or, where there are none, by blanks.
  ///
  /// - Throws: where the mesh has no such group.
  private func groups(_ parameter: String) throws(KilnError) -> [GmshMesh.Group] {
    let text = try context.text(parameter)
    let words =
      mesh.group(named: text) != nil
      ? [text[...]] : text.contains(",") ? text.split(separator: ",") : text.split(separator: " ")
    var found: [GmshMesh.Group] = []
    for word in words {
      guard let group = mesh.group(named: String(word)) else {
        throw unknown(String(word), parameter)
      }
      found.append(group)
    }
    return found
  }

  private func unknown(_ name: String, _ parameter: String) -> KilnError {
    let names = mesh.groups.map(\.name)
    let advice =
      names.isEmpty
      ? "give it physical groups with elements"
      : "name one of " + names.prefix(20).joined(separator: ", ")
    return KilnError(
      .taskFailed, "`\(parameter)`: the mesh has no physical group \(name)",
      fix: nearest(to: name, among: names).map { "did you mean \($0)?" } ?? advice)
  }
}
