/// Walks through the data lines of a card, fields cut at commas, blanks around them removed.
struct DataLines {
  private let card: Place
  private let segments: [Card.Segment]
  private var segment = -1
  private var scanner = LineScanner(bytes: [])
  private var fields: [Range<Int>] = []
  private var line = 0
  private var lineLength = 0

  init(_ card: Card) {
    self.card = card.place
    segments = card.data
  }

  /// Moves to the next line that is neither blank nor comment; false at the end.
  mutating func next() -> Bool {
    while true {
      guard let found = scanner.next() else {
        segment += 1
        guard segment < segments.count else { return false }
        let data = segments[segment]
        scanner = LineScanner(
          bytes: data.source.bytes, range: data.bytes, firstLine: data.firstLine)
        continue
      }
      guard found.kind == .data else { continue }
      line = found.number
      lineLength = found.bytes.count + 1
      split(found.bytes)
      return true
    }
  }

  /// Reads on as long as the lines are plain, without cutting them into fields; ends before the
  /// first line that `body` refuses, for ``next()`` to take.
  ///
  /// - Parameter body: reads one or more whole lines and says whether it could. What it read of a
  ///   line that it refuses is read again.
  mutating func readPlain(_ body: (inout NumberScanner) -> Bool) { scanner.readPlain(body) }

  /// The line at which the next one to be read stands.
  var nextLine: Int { scanner.nextNumber }

  /// The file that is being read; nil before the first line.
  var file: String? { segments.indices.contains(segment) ? segments[segment].source.name : nil }

  /// How many records of `fields` fields the rest of the piece of the file may hold, judged by the
  /// line read last: for reserving memory.
  func expectedRecords(of fields: Int = 1) -> Int {
    let length = max(lineLength, 1) * max(1, fields / max(self.fields.count, 1))
    return scanner.bytesLeft / length
  }

  /// Where the present line stands: that of the card before the first, and the last one at the end.
  var place: Place {
    guard segment >= 0, let last = segments.last, line > 0 else { return card }
    let source = segment < segments.count ? segments[segment].source : last.source
    return Place(file: source.name, line: line)
  }

  var count: Int { fields.count }

  func isBlank(_ field: Int) -> Bool { field >= fields.count || fields[field].isEmpty }

  func integer(_ field: Int) -> Int? {
    field < fields.count ? NumberParsing.integer(scanner.bytes, fields[field]) : nil
  }

  /// A number; nil when the field is missing, blank or malformed.
  func real(_ field: Int) -> Double? {
    field < fields.count ? NumberParsing.real(scanner.bytes, fields[field]) : nil
  }

  /// The field as written.
  func text(_ field: Int) -> String {
    guard field < fields.count else { return "" }
    return String(decoding: scanner.bytes[fields[field]], as: UTF8.self)
  }

  /// The field in capitals, without quotes around it: names do not depend on case.
  func name(_ field: Int) -> String {
    guard field < fields.count else { return "" }
    var name = scanner.bytes[fields[field]]
    if name.count > 1, name.first == Ascii.quote, name.last == Ascii.quote {
      name = name.dropFirst().dropLast()
    }
    return String(decoding: name.map(Ascii.uppercased), as: UTF8.self)
  }

  private mutating func split(_ range: Range<Int>) {
    fields.removeAll(keepingCapacity: true)
    var start = range.lowerBound
    for index in range where scanner.bytes[index] == Ascii.comma {
      fields.append(trimmed(start, index))
      start = index + 1
    }
    let last = trimmed(start, range.upperBound)
    // A comma at the end of a line continues the data; it does not begin a field.
    if !last.isEmpty || fields.isEmpty { fields.append(last) }
  }

  private func trimmed(_ start: Int, _ end: Int) -> Range<Int> {
    var start = start
    var end = end
    while start < end, Ascii.isBlank(scanner.bytes[start]) { start += 1 }
    while end > start, Ascii.isBlank(scanner.bytes[end - 1]) { end -= 1 }
    return start..<end
  }
}
