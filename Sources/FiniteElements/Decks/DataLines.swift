/// Walks through the data lines of a card, fields cut at commas, blanks around them removed.
struct DataLines {
  private let segments: [Card.Segment]
  private var segment = -1
  private var scanner = LineScanner(bytes: [])
  private var fields: [Range<Int>] = []
  private var line = 0

  init(_ card: Card) { segments = card.data }

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
      split(found.bytes)
      return true
    }
  }

  var place: Place { Place(file: segments[segment].source.name, line: line) }

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

  /// The field in capitals: names do not depend on case.
  func name(_ field: Int) -> String {
    guard field < fields.count else { return "" }
    return String(decoding: scanner.bytes[fields[field]].map(Ascii.uppercased), as: UTF8.self)
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
