import Base

/// An instant as loggers write it: `2024-01-02 03:04:05.678`, `2024/1/2T03:04:05Z`, `03:04:05`.
struct InstantText {
  /// Nanoseconds since 1970-01-01T00:00:00Z; without a zone the time counts as UTC, without a date as
  /// that of the first day.
  let nanoseconds: Int64

  /// Nil where the text is no instant.
  init?(_ text: ArraySlice<UInt8>) {
    var rest = text
    var date: (year: Int, month: Int, day: Int)?
    if rest.prefix(5).count(where: { $0 == 0x2D || $0 == 0x2F || $0 == 0x2E }) == 1 {
      guard let year = Self.digits(&rest, 4...4), let mark = rest.popFirst(),
        mark == 0x2D || mark == 0x2F || mark == 0x2E,
        let month = Self.digits(&rest, 1...2), rest.popFirst() == mark,
        let day = Self.digits(&rest, 1...2)
      else { return nil }
      date = (year, month, day)
      if rest.isEmpty {
        guard let start = CivilTime.nanoseconds(year: year, month: month, day: day, seconds: 0)
        else { return nil }
        nanoseconds = start
        return
      }
      guard let between = rest.popFirst(), between == 0x20 || between | 0x20 == 0x74 else {
        return nil
      }
    }
    guard let hour = Self.digits(&rest, 1...2), hour < 24, rest.popFirst() == 0x3A,
      let minute = Self.digits(&rest, 2...2), minute < 60
    else { return nil }
    var seconds = 0
    var fraction = 0
    if rest.first == 0x3A {
      rest.removeFirst()
      guard let value = Self.digits(&rest, 2...2), value <= 60 else { return nil }
      seconds = value
      if rest.first == 0x2E || rest.first == 0x2C {
        rest.removeFirst()
        guard let value = Self.fraction(&rest) else { return nil }
        fraction = value
      }
    }
    guard let zone = Self.zone(rest) else { return nil }
    let (year, month, day) = date ?? (1970, 1, 1)
    guard
      let instant = CivilTime.nanoseconds(
        year: year, month: month, day: day, seconds: hour * 3600 + minute * 60 + seconds,
        nanoseconds: fraction)
    else { return nil }
    nanoseconds = instant - Int64(zone) * 1_000_000_000
  }

  /// A whole number of so many digits.
  private static func digits(_ text: inout ArraySlice<UInt8>, _ count: ClosedRange<Int>) -> Int? {
    let digits = text.prefix(count.upperBound).prefix { $0 &- 0x30 <= 9 }
    guard count.contains(digits.count) else { return nil }
    text.removeFirst(digits.count)
    return digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
  }

  /// Nanoseconds of the digits behind the point.
  private static func fraction(_ text: inout ArraySlice<UInt8>) -> Int? {
    let digits = text.prefix { $0 &- 0x30 <= 9 }
    guard !digits.isEmpty else { return nil }
    text.removeFirst(digits.count)
    var value = digits.prefix(9).reduce(0) { $0 * 10 + Int($1 - 0x30) }
    for _ in 0..<max(0, 9 - digits.count) { value *= 10 }
    return value
  }

  /// Seconds that local time is ahead of UTC; nil where the rest is no zone.
  private static func zone(_ text: ArraySlice<UInt8>) -> Int? {
    guard let first = text.first else { return 0 }
    if text.count == 1, first | 0x20 == 0x7A { return 0 }
    guard first == 0x2B || first == 0x2D else { return nil }
    var rest = text.dropFirst()
    guard let hours = digits(&rest, 2...2), hours <= 14 else { return nil }
    if rest.first == 0x3A { rest.removeFirst() }
    let minutes = rest.isEmpty ? 0 : digits(&rest, 2...2) ?? -1
    guard minutes >= 0, rest.isEmpty else { return nil }
    return (first == 0x2D ? -1 : 1) * (hours * 3600 + minutes * 60)
  }
}

/// A column of instants, in seconds after the first one's whole second, so that no digits are lost.
struct InstantColumn {
  /// Where the number goes in a row.
  let place: Int
  /// Nanoseconds since 1970 of the whole second of the first instant.
  private(set) var epoch: Int64?

  init(place: Int) { self.place = place }

  /// Nil where the text is no instant.
  mutating func seconds(of text: ArraySlice<UInt8>) -> Double? {
    if CellText.isMissing(text) { return .nan }
    guard let instant = InstantText(text) else { return nil }
    let start = epoch ?? instant.nanoseconds / 1_000_000_000 * 1_000_000_000
    epoch = start
    let (difference, overflows) = instant.nanoseconds.subtractingReportingOverflow(start)
    return overflows ? nil : Double(difference) / 1e9
  }
}
