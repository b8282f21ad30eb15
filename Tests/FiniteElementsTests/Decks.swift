@testable import FiniteElements

/// Small decks as text.
enum Decks {
  /// One cube of side 1 on a fixed foot; `step` stands between *STATIC and *END STEP.
  static func cube(_ step: String, material: String = "*ELASTIC\n210000., .3\n*DENSITY\n7.8E-9")
    -> String
  {
    """
    *HEADING
    One cube
    *NODE, NSET=NALL
    1, 0, 0, 0
    2, 1, 0, 0
    3, 1, 1, 0
    4, 0, 1, 0
    5, 0, 0, 1
    6, 1, 0, 1
    7, 1, 1, 1
    8, 0, 1, 1
    *ELEMENT, TYPE=C3D8, ELSET=EALL
    1, 1, 2, 3, 4, 5, 6, 7, 8
    *NSET, NSET=FOOT
    1, 2, 3, 4
    *MATERIAL, NAME=STEEL
    \(material)
    *SOLID SECTION, ELSET=EALL, MATERIAL=STEEL
    *BOUNDARY
    FOOT, 1, 3
    *STEP
    *STATIC
    \(step)
    *END STEP

    """
  }

  static func parse(
    _ text: String, placeholders: [String: String] = [:], files: [String: String] = [:]
  ) throws(DeckProblems) -> Deck {
    try Deck.parse(name: "cube.inp", text: Array(text.utf8), placeholders: placeholders) { name in
      guard let file = files[name] else { throw NoFile() }
      return Array(file.utf8)
    }
  }

  struct NoFile: Error, CustomStringConvertible {
    var description: String { "no such file" }
  }

  /// The problems of a deck as the user reads them; empty when it has none.
  static func problems(
    _ text: String, placeholders: [String: String] = [:], files: [String: String] = [:]
  ) -> String {
    do {
      _ = try parse(text, placeholders: placeholders, files: files)
      return ""
    } catch {
      return error.description
    }
  }

  /// Solves a deck and returns its files as text.
  static func solve(_ deck: Deck) throws -> (dat: String, frd: String, vtu: [UInt8], Summary) {
    let dat = Collector()
    let frd = Collector()
    let vtu = Collector()
    let outputs = SolveOutputs(
      dat: { dat.bytes += $0 }, frd: { frd.bytes += $0 },
      vtu: { step, mode in step == 1 && mode == nil ? { vtu.bytes += $0 } : nil })
    let summary = try deck.solve(SolverSettings(threads: 1), outputs: outputs)
    return (
      String(decoding: dat.bytes, as: UTF8.self), String(decoding: frd.bytes, as: UTF8.self),
      vtu.bytes, summary
    )
  }

  private final class Collector {
    var bytes: [UInt8] = []
  }
}

extension Step {
  /// The forces at the end of the step.
  var forcesByFreedom: [Int: Double] {
    Dictionary(
      forces.map {
        ($0.freedom, ($0.course.factor(stepTime: period, totalTime: endTime) ?? 1) * $0.value)
      }, uniquingKeysWith: +)
  }
}
