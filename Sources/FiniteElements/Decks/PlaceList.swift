/// The places of many things that stand one after the other: a line number each, a file name for
/// each run of them.
struct PlaceList {
  private var lines: [Int32] = []
  private var runs: [(start: Int, file: String)] = []

  mutating func append(_ place: Place) {
    beginRun(file: place.file)
    append(line: place.line)
  }

  /// What is appended from here on stands in `file`.
  mutating func beginRun(file: String) {
    if runs.last?.file != file { runs.append((lines.count, file)) }
  }

  /// Appends a place in the file of the run.
  @inline(__always)
  mutating func append(line: Int) { lines.append(Int32(truncatingIfNeeded: line)) }

  subscript(index: Int) -> Place {
    let run = runs.last { $0.start <= index }
    return Place(file: run?.file ?? "", line: Int(lines[index]))
  }
}
