import Base

/// Small tables in JSON, read whole: a list of objects, a list of rows, a list of numbers, an object
/// of lists, or a value on each line. Names may carry units (`force [N]`).
enum JSONTable {
  private static let bytesMax: Int64 = 32 << 20

  static func open(
    _ source: FilePart, _ selection: TableSelection
  ) throws(KilnError) -> any TableReader {
    let path = source.path
    guard source.size <= bytesMax else {
      throw KilnError(
        .invalidFile, "the JSON file is larger than \(ByteCount(bytesMax))", at: path,
        fix: "write large tables as CSV or NPY")
    }
    let content = try source.bytes(at: 0, count: Int(source.size))
    let values = try JSONValue.sequence(content, path: path)
    var table = Cells(path: path)
    if values.count == 1, case .array(let rows) = values[0] {
      try table.add(rows: rows)
    } else if values.count == 1, case .object(let members) = values[0] {
      try table.add(columns: members)
    } else {
      try table.add(rows: values)
    }
    return try table.reader(selection)
  }

  /// Values by column while the file is taken apart.
  private struct Cells {
    let path: String
    private var names: [String] = []
    private var columns: [[JSONValue]] = []
    private var places: [String: Int] = [:]
    private var rows = 0

    init(path: String) { self.path = path }

    mutating func add(rows: [JSONValue]) throws(KilnError) {
      for row in rows {
        switch row {
        case .object(let members):
          for member in members { try set(member.name, member.value) }
        case .array(let items):
          for (index, value) in items.enumerated() { try set("column \(index + 1)", value) }
        case .integer, .number, .null, .flag: try set("column 1", row)
        case .text: throw error("row \(self.rows + 1) is neither an object nor a list")
        }
        self.rows += 1
      }
    }

    mutating func add(columns members: [JSONValue.Member]) throws(KilnError) {
      for member in members {
        // Scalars beside the lists describe the table.
        guard case .array(let items) = member.value else { continue }
        guard columns.isEmpty || items.count == rows else {
          throw error("the list `\(member.name)` has \(items.count) values, others \(rows)")
        }
        rows = items.count
        places[member.name] = columns.count
        names.append(member.name)
        columns.append(items)
      }
      if columns.isEmpty { throw error("the object holds no list") }
    }

    private mutating func set(_ name: String, _ value: JSONValue) throws(KilnError) {
      let place = places[name] ?? columns.count
      if place == columns.count {
        guard place < 100_000 else { throw error("there are more than 100000 different names") }
        places[name] = place
        names.append(name)
        columns.append([])
      }
      // Values that rows before did not have.
      while columns[place].count < rows { columns[place].append(.null) }
      guard columns[place].count == rows else {
        throw error("row \(rows + 1) names `\(name)` twice")
      }
      columns[place].append(value)
    }

    func reader(_ selection: TableSelection) throws(KilnError) -> any TableReader {
      let all = names.map(Heading.column)
      let choice = ColumnChoice(all, path: path)
      let chosen = try choice.indices(of: selection.columns)
      var labelled: Set<Int> = []
      for name in selection.labels { labelled.insert(try choice.index(of: name)) }
      var values: [[Double]] = []
      var levels: [Int: [String]] = [:]
      for (place, column) in chosen.enumerated() {
        if labelled.contains(column) {
          let (numbers, texts) = Self.labels(columns[column], rows: rows)
          values.append(numbers)
          levels[place] = texts
        } else {
          values.append(try numbers(of: column))
        }
      }
      return MemoryTable(chosen.map { all[$0] }, values: values, levels: levels, path: path)
    }

    private func numbers(of column: Int) throws(KilnError) -> [Double] {
      var numbers: [Double] = []
      numbers.reserveCapacity(rows)
      for (row, value) in columns[column].enumerated() {
        switch value {
        case .integer(let number): numbers.append(Double(number))
        case .number(let number): numbers.append(number)
        case .null: numbers.append(.nan)
        case .flag(let flag): numbers.append(flag ? 1 : 0)
        case .text, .array, .object:
          throw KilnError(
            .invalidFile, "`\(names[column])` of row \(row + 1) is not a number", at: path,
            fix: "choose other columns, or name this one under the labels if its texts are "
              + "categories")
        }
      }
      numbers += [Double](repeating: .nan, count: rows - numbers.count)
      return numbers
    }

    private static func labels(_ values: [JSONValue], rows: Int) -> ([Double], [String]) {
      var list = LabelList(place: 0)
      var numbers = values.map { value in
        switch value {
        case .text(let text): list.number(of: Array(text.utf8)[...]) ?? .nan
        case .integer(let number): list.number(of: Array("\(number)".utf8)[...]) ?? .nan
        case .number(let number): list.number(of: Array("\(number)".utf8)[...]) ?? .nan
        case .flag(let flag): list.number(of: Array("\(flag)".utf8)[...]) ?? .nan
        case .null, .array, .object: Double.nan
        }
      }
      numbers += [Double](repeating: .nan, count: rows - numbers.count)
      return (numbers, list.texts.map { String(decoding: $0, as: UTF8.self) })
    }

    private func error(_ message: String) -> KilnError {
      KilnError(.invalidFile, message, at: path)
    }
  }
}
