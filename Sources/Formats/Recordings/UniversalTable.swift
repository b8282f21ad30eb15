import Base
import LinearAlgebra

/// Recordings of a universal file (sets 58 and 58b over time): each set is a column. Other sets are
/// passed over.
final class UniversalTable: TableReader {
  let columns: [Column]
  let rowCount: Int?
  let sampleRateHz: Double?
  var path: String? { source.path }
  var fractionRead: Double? { rows > 0 ? Double(next) / Double(rows) : 1 }

  private let source: FilePart
  private let rows: Int
  private var cursors: [SetCursor] = []
  private var next = 0

  /// Whether a file begins with the mark between sets and the number of one.
  static func isLikely(_ head: [UInt8]) -> Bool {
    let lines = head.split(separator: 0x0A, maxSplits: 2)
    guard lines.count >= 2 else { return false }
    let number = CellText.trimmed(lines[1].prefix(6))
    return CellText.trimmed(lines[0]).elementsEqual("-1".utf8) && lines[0].first == 0x20
      && !number.isEmpty && number.allSatisfy { $0 &- 0x30 <= 9 }
  }

  init(
    _ file: Descriptor, _ source: FilePart, _ selection: TableSelection
  ) throws(KilnError) {
    if let label = selection.labels.first {
      throw KilnError(.invalidFile, "UFF58 has no labels, so no `\(label)`", at: source.path)
    }
    self.source = source
    let sets = try UniversalSets.recordings(file, source)
    var names: [String: Int] = [:]
    let all = sets.map { set in
      names[set.column.name, default: 0] += 1
      let number = names[set.column.name] ?? 1
      return Column(
        number > 1 ? "\(set.column.name) #\(number)" : set.column.name, unit: set.column.unit)
    }
    let chosen = try ColumnChoice(all, path: source.path).indices(of: selection.columns)
    columns = chosen.map { all[$0] }
    let steps = chosen.map { sets[$0].step }
    if let first = steps.first, !steps.allSatisfy({ abs($0 - first) <= 1e-6 * first }) {
      throw KilnError(
        .invalidFile, "the sets have different rates", at: source.path,
        fix: "choose channels of one rate: \(all.map(\.name).joined(separator: ", "))")
    }
    sampleRateHz = steps.first.map(Self.rate)
    rows = chosen.map { sets[$0].count }.max() ?? 0
    rowCount = rows
    for index in chosen { cursors.append(try SetCursor(sets[index], file, source)) }
  }

  /// Steps are written with six digits: a whole rate that rounds to them is the rate.
  private static func rate(_ step: Double) -> Double {
    let rate = 1 / step
    return abs(rate - rate.rounded()) <= 5.1e-6 * rate ? rate.rounded() : rate
  }

  func read(into block: inout TableBlock) throws(KilnError) {
    precondition(block.columns == columns.count, "the block has other columns than the table")
    let count = columns.isEmpty ? 0 : min(block.capacity, rows - next)
    block.rows = count
    for index in cursors.indices {
      try cursors[index].read(from: next, into: block.column(index))
    }
    next += count
  }
}

/// Finds the sets of a universal file.
private enum UniversalSets {
  static func recordings(
    _ file: Descriptor, _ source: FilePart
  ) throws(KilnError) -> [UniversalSet] {
    var lines = LineCursor(file, source)
    var sets: [UniversalSet] = []
    var others: Set<String> = []
    while try skipToMark(&lines) {
      guard let type = try lines.next() else { break }
      let number = Fields(type).text(0, 6)
      guard number == "58" else {
        others.insert(number)
        // The mark at the end of the set.
        _ = try skipToMark(&lines)
        continue
      }
      var header: [String] = []
      while header.count < 11, let line = try lines.next() { header.append(line) }
      guard let set = UniversalSet(type: type, lines: header, start: lines.offset) else {
        throw KilnError(
          .invalidFile, "the header of set \(sets.count + 1) is not understood", at: source.path)
      }
      if case .binary(let decoder) = set.form {
        let numbers = set.isComplex ? 2 : 1
        let bytes = set.count.multipliedReportingOverflow(by: decoder.type.bytes * numbers)
        guard !bytes.overflow, Int64(bytes.partialValue) <= source.size - set.start else {
          throw KilnError(
            .invalidFile, "set \(sets.count + 1) has fewer than its \(set.count) values",
            at: source.path, fix: "was the file copied in full?")
        }
        if set.isEven { lines.move(to: set.start + Int64(bytes.partialValue)) }
      }
      if set.isRecording { sets.append(set) } else { others.insert("58 of type \(set.function)") }
      _ = try skipToMark(&lines)
    }
    guard !sets.isEmpty else {
      let found = others.sorted().joined(separator: ", ")
      throw KilnError(
        .invalidFile, "the file has no recording over time (sets found: \(found))",
        at: source.path, fix: "export time histories as sets 58 or 58b with an even step")
    }
    return sets
  }

  /// Moves behind the next `    -1`; false at the end of the file.
  private static func skipToMark(_ lines: inout LineCursor) throws(KilnError) -> Bool {
    while let line = try lines.next() {
      if line.utf8.count <= 80, Fields(line).text(0, 80) == "-1" { return true }
    }
    return false
  }
}

/// Lines of a file one after another, from anywhere in it.
private struct LineCursor {
  private let file: Descriptor
  private let source: FilePart
  private var bytes: [UInt8] = []
  private var index = 0
  private var start: Int64 = 0

  init(_ file: Descriptor, _ source: FilePart) {
    self.file = file
    self.source = source
  }

  /// Where the next line begins.
  var offset: Int64 { start + Int64(index) }

  mutating func move(to offset: Int64) {
    start = offset
    bytes = []
    index = 0
  }

  /// The next line without its end, at most 4 KiB of it; nil at the end of the file.
  mutating func next() throws(KilnError) -> String? {
    if index + 4096 > bytes.count {
      start = offset
      index = 0
      bytes = try source.bytes(at: start, count: 1 << 16)
    }
    if index >= bytes.count { return nil }
    let line = bytes[index...].prefix(4096).prefix { $0 != 0x0A }
    index = line.endIndex + (line.endIndex < bytes.count && bytes[line.endIndex] == 0x0A ? 1 : 0)
    return String(decoding: line.last == 0x0D ? line.dropLast() : line, as: UTF8.self)
  }
}

/// A set while its values are read one after another.
private struct SetCursor {
  private let set: UniversalSet
  private let source: FilePart
  private var lines: LineCursor
  private var values: [Double] = []
  private var taken = 0
  private var bytes: [UInt8] = []

  init(_ set: UniversalSet, _ file: Descriptor, _ source: FilePart) throws(KilnError) {
    self.set = set
    self.source = source
    lines = LineCursor(file, source)
    lines.move(to: set.start)
  }

  /// Fills rows from a row of the table on; rows behind the set's end are NaN.
  mutating func read(from row: Int, into column: MutableView<Double>) throws(KilnError) {
    let count = max(0, min(column.count, set.count - row))
    switch set.form {
    case .binary(let decoder):
      let item = decoder.type.bytes
      if bytes.count < count * item { bytes = [UInt8](repeating: 0, count: count * item) }
      try source.fill(&bytes, at: set.start + Int64(row) * Int64(item), count: count * item)
      bytes.withView { bytes in
        decoder.decode(bytes, from: 0, stride: item, count: count, into: column, at: 0)
      }
    case .text(let width):
      for index in 0..<count { column[index] = try value(width) }
    }
    for index in count..<column.count { column[index] = .nan }
  }

  private mutating func value(_ width: Int) throws(KilnError) -> Double {
    while taken == values.count {
      guard let line = try lines.next() else {
        throw KilnError(
          .invalidFile, "a set has fewer than its \(set.count) values", at: source.path,
          fix: "was the file copied in full?")
      }
      try take(Array(line.utf8), width)
    }
    taken += 1
    return values[taken - 1]
  }

  /// Numbers of a line: fields of fixed width, which may touch each other.
  private mutating func take(_ line: [UInt8], _ width: Int) throws(KilnError) {
    values.removeAll(keepingCapacity: true)
    taken = 0
    var start = 0
    while start < line.count {
      let field = CellText.trimmed(line[start..<min(start + width, line.count)])
      if !field.isEmpty {
        guard let value = Fields.number(field) else {
          let text = String(decoding: field, as: UTF8.self)
          throw KilnError(
            .invalidFile, "`\(text)` is not a number in a set 58", at: source.path,
            fix: "fields have \(width) characters; write the file anew")
        }
        values.append(value)
      }
      start += width
    }
  }
}
