import Base
import FiniteElements
import JobModel

/// `fe.stress`: writes the deck that a mesh and the job's parameters amount to, and solves it.
struct MeshStress: Kernel {
  let name = "fe.stress"

  var libraries: [String: String] { SolverRun.libraries }

  func run(_ context: KernelContext) throws {
    let start = Instant.now()
    let path = try context.input("mesh")
    context.progress("read", fraction: 0)
    let text = try Self.deckText(context)
    let deck = try SolverRun.parse(name: "parameters", text: Array(text.utf8), context) { _ in
      try SolverRun.content(path)
    }
    try SolverRun(deck, stem: SolverRun.stem(path), hasPrints: false, context).run(since: start)
  }

  /// The deck in the job's unit system.
  static func deckText(_ context: KernelContext) throws(KilnError) -> String {
    let young = try number("young", context)
    var lines = [
      "*INCLUDE, INPUT=mesh", "*ELSET, ELSET=KILN-ALL, GENERATE", "1, 1000000000",
      "*MATERIAL, NAME=KILN", "*ELASTIC", "\(young), \(try context.number("poisson"))",
    ]
    if let density = try numberIfSet("density", context) { lines += ["*DENSITY", "\(density)"] }
    lines += ["*SOLID SECTION, ELSET=KILN-ALL, MATERIAL=KILN", "*STEP", "*STATIC", "*BOUNDARY"]
    for (parameter, directions) in [
      ("fixed", "1, 3"), ("fixed_x", "1, 1"), ("fixed_y", "2, 2"), ("fixed_z", "3, 3"),
    ] {
      lines += try groups(parameter, context).map { "\($0), \(directions)" }
    }
    if let pressure = try numberIfSet("pressure", context) {
      lines.append("*DSLOAD")
      lines += try place(of: "pressure", context).map { "\($0), P, \(pressure)" }
    }
    if let traction = try numberIfSet("traction", context) {
      let direction = try direction("traction_direction", context)
      lines.append("*DSLOAD")
      lines += try place(of: "traction", context).map { "\($0), TRVEC, \(traction), \(direction)" }
    }
    if let gravity = try numberIfSet("gravity", context) {
      let direction = try direction("gravity_direction", context)
      lines += ["*DLOAD", "KILN-ALL, GRAV, \(gravity), \(direction)"]
    }
    lines += ["*NODE FILE", "U, RF", "*EL FILE", "S", "*END STEP", ""]
    return lines.joined(separator: "\n")
  }

  private static func number(
    _ name: String, _ context: KernelContext
  ) throws(KilnError) -> Double {
    guard case .quantity(let number, let unit)? = context.parameters[name] else {
      throw KilnError(.taskFailed, "the parameter `\(name)` needs a number with a unit")
    }
    return try context.units.number(number, unit: unit)
  }

  /// Nil where the parameter is zero: its unit need not be known to the job's system then.
  private static func numberIfSet(
    _ name: String, _ context: KernelContext
  ) throws(KilnError) -> Double? {
    if case .quantity(0, _)? = context.parameters[name] { return nil }
    return try number(name, context)
  }

  private static func groups(
    _ name: String, _ context: KernelContext
  ) throws(KilnError) -> [String] {
    try context.text(name).split { $0 == " " || $0 == "," }.map(String.init)
  }

  /// The groups on which a load acts, at least one.
  private static func place(
    of load: String, _ context: KernelContext
  ) throws(KilnError) -> [String] {
    let groups = try groups("\(load)_on", context)
    guard !groups.isEmpty else {
      throw KilnError(
        .taskFailed, "`\(load)` is given, but not where it acts",
        fix: "add `\(load)_on` with a physical group of the mesh")
    }
    return groups
  }

  /// Three numbers, as a deck writes them.
  private static func direction(
    _ name: String, _ context: KernelContext
  ) throws(KilnError) -> String {
    let numbers = try groups(name, context).compactMap { Double($0) }
    guard numbers.count == 3, numbers.contains(where: { $0 != 0 }) else {
      throw KilnError(
        .taskFailed, "`\(name)` needs three numbers, not `\(try context.text(name))`",
        fix: "write for example `\(name): 0 0 -1`")
    }
    return numbers.map { "\($0)" }.joined(separator: ", ")
  }
}
