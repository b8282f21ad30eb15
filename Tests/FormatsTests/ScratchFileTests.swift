import Base
import Formats
import LinearAlgebra
import TestSupport
import Testing

@Suite("Scratch files")
struct ScratchFileTests {
  @Test("give back what was written last, and leave nothing in the folder")
  func roundTrip() throws {
    let folder = try TemporaryFolder()
    let file = try ScratchFile(in: folder.path, name: "numbers")
    // A second one of the same name is another file.
    let other = try ScratchFile(in: folder.path, name: "numbers")
    for start in stride(from: 0, to: 100, by: 10) {
      try (start..<start + 10).map { Double($0) + 0.1 }.withView { (view) throws(KilnError) in
        try file.append(view)
      }
    }
    try [-1.0, .infinity].withView { (view) throws(KilnError) in try file.write(view, at: 50) }
    #expect(file.count == 100 && other.count == 0)
    let result = Buffer(repeating: 0.0, count: 4)
    try file.read(at: 49, into: result.view)
    #expect(result.view.copy(first: 4) == [49.1, -1, .infinity, 52.1])
    #expect(throws: KilnError.self) { try file.read(at: 98, into: result.view) }
  }

  @Test("rows in one run are those of an array written row by row")
  func rows() throws {
    let values = (0..<12).map { Double($0) * 1.5 }
    let (whole, single) = (ByteSink(), ByteSink())
    let writer = try whole.array(columns: 3)
    try values.withView { (view) throws(KilnError) in try writer.append(rows: view) }
    let other = try single.array(columns: 3)
    for row in 0..<4 { try other.append(Array(values[3 * row..<3 * row + 3])) }
    try writer.finish()
    try other.finish()
    #expect(whole.bytes == single.bytes && whole.bytes.count == 128 + 96)
  }
}

/// A file in memory.
private final class ByteSink {
  var bytes: [UInt8] = []

  func array(columns: Int) throws(KilnError) -> ArrayWriter {
    try ArrayWriter(
      columns: columns, write: { (new) throws(KilnError) in self.bytes += new },
      replaceStart: { (new) throws(KilnError) in
        self.bytes.replaceSubrange(0..<new.count, with: new)
      })
  }
}
