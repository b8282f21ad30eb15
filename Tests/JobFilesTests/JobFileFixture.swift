import Base
import JobFiles
import JobModel

/// A folder of input files that exists only in memory, and job files read against it.
struct JobFileFixture {
  var files: [String: String] = [
    "arm.inp": "*CLOAD\n1, 2, {load}\n*SOLID SECTION\n{thickness=3}\n",
    "plain.inp": "*NODE\n1, 0, 0, 0\n",
    "copies/plain.inp": "*NODE\n1, 0, 0, 0\n",
    "big.inp": "*CLOAD\n1, 2, {load}\n",
  ]
  var defaults = JobDefaults()

  func read(_ source: String) throws(Problems) -> JobSpec {
    try read(bytes: Array(source.utf8))
  }

  func read(bytes: [UInt8]) throws(Problems) -> JobSpec {
    let files = files
    let context = JobFileContext(defaults: defaults) { path in
      files[path].map { DeckScan.placeholders(in: Array($0.utf8), of: path) }
    }
    return try JobFile.parse(source: bytes, fileName: "job.yaml", context: context)
  }

  /// What is wrong with a job file, a line each; empty for a good one.
  func problems(_ source: String) -> [String] { problems(bytes: Array(source.utf8)) }

  func problems(bytes: [UInt8]) -> [String] {
    do throws(Problems) {
      _ = try read(bytes: bytes)
      return []
    } catch {
      return error.all.map(\.description)
    }
  }
}
