import Glibc
import Testing

@testable import FiniteElements

/// What a solved deck printed, read back from its files: benchmarks see what users see.
struct BenchmarkResult {
  /// From the last *NODE PRINT of U: displacements by node.
  private(set) var displacements: [Int: SIMD3<Double>] = [:]
  /// From the last *NODE PRINT of NT.
  private(set) var temperatures: [Int: Double] = [:]
  /// Frequencies in cycles of the time unit.
  private(set) var frequencies: [Double] = []
  private(set) var bucklingFactors: [Double] = []
  /// Stresses averaged at nodes, from the last *EL FILE: xx, yy, zz, xy, yz, zx.
  private(set) var stresses: [Int: [Double]] = [:]

  init(_ deck: String) throws {
    let files = try Decks.solve(Decks.parse(deck))
    readPrinted(files.dat)
    readFields(files.frd)
  }

  private enum Section { case displacements, temperatures, eigenvalues, factors, other }

  private mutating func readPrinted(_ text: String) {
    var section = Section.other
    for line in text.split(separator: "\n") {
      let words = line.split(separator: " ")
      let numbers = words.compactMap { Double($0) }
      guard numbers.count == words.count, let first = numbers.first else {
        section = Self.section(of: line) ?? section
        if !line.contains("MODE NO"), !line.contains("("), Self.section(of: line) == nil,
          line.contains("set")
        {
          section = .other
        }
        continue
      }
      switch section {
      case .displacements where numbers.count == 4:
        displacements[Int(first)] = SIMD3(numbers[1], numbers[2], numbers[3])
      case .temperatures where numbers.count == 2: temperatures[Int(first)] = numbers[1]
      case .eigenvalues where numbers.count >= 4: frequencies.append(numbers[3])
      case .factors where numbers.count == 2: bucklingFactors.append(numbers[1])
      case .displacements, .temperatures, .eigenvalues, .factors, .other: break
      }
    }
  }

  private static func section(of line: Substring) -> Section? {
    if line.hasPrefix(" displacements") { return .displacements }
    if line.hasPrefix(" temperatures") { return .temperatures }
    if line.contains("E I G E N V A L U E   O U T P U T") { return .eigenvalues }
    if line.contains("B U C K L I N G   F A C T O R") { return .factors }
    if line.contains("P A R T I C I P") || line.contains("E F F E C T I V E") { return .other }
    return nil
  }

  private mutating func readFields(_ text: String) {
    var isStress = false
    for line in text.split(separator: "\n") {
      if line.hasPrefix(" -4") {
        isStress = line.contains("STRESS")
      } else if isStress, line.hasPrefix(" -1") {
        // Ten characters of the node's label after the key, then twelve for each value.
        let characters = Array(line)
        guard let node = Int(Self.trimmed(characters, 3, 10)) else { continue }
        stresses[node] = (0..<6).compactMap { Double(Self.trimmed(characters, 13 + 12 * $0, 12)) }
      }
    }
  }

  private static func trimmed(_ line: [Character], _ start: Int, _ count: Int) -> String {
    String(line[min(start, line.count)..<min(start + count, line.count)].filter { $0 != " " })
  }

  func displacement(_ node: Int) throws -> SIMD3<Double> {
    try #require(displacements[node])
  }

  func stress(_ node: Int) throws -> [Double] {
    let found = try #require(stresses[node])
    try #require(found.count == 6)
    return found
  }
}

/// Expects a value within a share of a benchmark's target, and says both.
func expect(
  _ value: Double, target: Double, within tolerance: Double, _ what: String = "",
  at location: SourceLocation = #_sourceLocation
) {
  #expect(
    abs(value / target - 1) <= tolerance,
    "\(what) \(value), target \(target): ratio \(value / target)",
    sourceLocation: location)
  // One line for each figure of docs/verification.md, where scripts/verification asks for them.
  if unsafe getenv("KILN_VERIFICATION") != nil {
    let words = [
      location.fileName, Test.current?.displayName ?? "", what, "\(target)", "\(value)",
      "\(tolerance)",
    ]
    print("verified\t" + words.joined(separator: "\t"))
  }
}
