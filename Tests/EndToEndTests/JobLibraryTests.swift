import Base
import Glibc
import TestSupport
import Testing

/// Every job that comes with Kiln runs, and gives what it says.
///
/// A line `# Verified: NAME = VALUE within TOLERANCE (source)` of a job file names a scalar of `summary.json`; in a
/// job of several steps or points the name has the result's folder before it: `fatigue/damage`, `1/losses`.
/// The tolerance is relative.
@Suite("the jobs of the library")
struct JobLibraryTests {
  @Test("each job runs, and its verified scalars hold", arguments: JobLibraryTests.files)
  func runs(_ path: String) throws {
    let world = World()
    let out = "\(world.folder)/out"
    let ran = world.kiln("run", "\(World.checkout)/\(path)", "-o", out, limit: Seconds(300))
    #expect(ran.status == 0, "\(ran.errors)")
    for claim in try JobLibraryTests.claims(in: readText("\(World.checkout)/\(path)")) {
      let summary = readText("\(out)/\(claim.folder)summary.json")
      let value = try #require(
        JobLibraryTests.scalar(claim.name, in: summary),
        "\(claim.folder)summary.json has no \(claim.name)")
      #expect(
        abs(value - claim.value) <= claim.tolerance * abs(claim.value),
        "\(claim.folder)\(claim.name) is \(value), not \(claim.value)")
    }
  }

  @Test("every job of the library says what was verified")
  func claimsAreThere() throws {
    for path in JobLibraryTests.files {
      let claims = try JobLibraryTests.claims(in: readText("\(World.checkout)/\(path)"))
      #expect(!claims.isEmpty, "\(path) has no line `# Verified: NAME = VALUE within TOLERANCE`")
    }
  }

  // MARK: Reading

  struct Claim {
    /// Empty, or the result's folder with its slash.
    let folder: String
    let name: String
    let value: Double
    let tolerance: Double
  }

  struct Malformed: Error, CustomStringConvertible {
    let description: String
  }

  static let files: [String] = {
    let list = start(
      ["/usr/bin/find", "jobs", "-name", "*.yaml"], environment: [], folder: "/tmp",
      workingFolder: World.checkout
    ).wait(limit: Seconds(30))
    return list.lines.sorted()
  }()

  static func claims(in text: String) throws -> [Claim] {
    let mark = "# Verified: "
    return try text.split(separator: "\n").filter { $0.hasPrefix(mark) }.map { line in
      // NAME = VALUE within TOLERANCE …
      let words = line.dropFirst(mark.count).split(separator: " ")
      guard words.count >= 5, words[1] == "=", words[3] == "within",
        let value = Double(words[2]), let tolerance = Double(words[4])
      else { throw Malformed(description: "cannot be read: \(line)") }
      let name = words[0]
      let slash = name.lastIndex(of: "/").map { name.index(after: $0) } ?? name.startIndex
      return Claim(
        folder: String(name[..<slash]), name: String(name[slash...]), value: value,
        tolerance: tolerance)
    }
  }

  /// The number of a scalar, with or without a unit.
  static func scalar(_ name: String, in summary: String) -> Double? {
    guard let key = summary.firstRange(of: "\"\(name)\":") else { return nil }
    var rest = summary[key.upperBound...]
    let inner = "{\"value\":"
    if rest.hasPrefix(inner) { rest = rest.dropFirst(inner.count) }
    return Double(rest.prefix { $0.isNumber || "+-.eE".contains($0) })
  }
}
