import Base

extension Timestamp {
  /// Reads `2026-12-01T08:00+08:00`: date, `T` or a blank, time with or without seconds, `Z` or an offset.
  /// Nil for anything else, for a time without a zone, and for dates that do not exist.
  package init?(spelling text: String) {
    let bytes = Array(text.utf8)
    guard bytes.count >= 17, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"),
      bytes[10] == UInt8(ascii: "T") || bytes[10] == UInt8(ascii: " "),
      bytes[13] == UInt8(ascii: ":"),
      let year = Timestamp.number(bytes[0..<4]), let month = Timestamp.number(bytes[5..<7]),
      let day = Timestamp.number(bytes[8..<10]), let hour = Timestamp.number(bytes[11..<13]),
      let minute = Timestamp.number(bytes[14..<16])
    else { return nil }
    var rest = bytes[16...]
    var second = 0
    if rest.first == UInt8(ascii: ":") {
      guard rest.count >= 3, let number = Timestamp.number(rest.dropFirst().prefix(2)) else {
        return nil
      }
      second = number
      rest = rest.dropFirst(3)
    }
    guard let offset = Timestamp.offset(Array(rest)), (1970...9999).contains(year),
      (1...12).contains(month), (1...Timestamp.days(in: month, of: year)).contains(day), hour < 24,
      minute < 60, second < 60
    else { return nil }
    let seconds =
      Timestamp.days(before: year, month, day) * 86_400 + hour * 3600 + minute * 60 + second
    self.init(milliseconds: Int64(seconds - offset * 60) * 1000)
  }

  /// The same in UTC: `2026-12-01T00:00:00Z`.
  package var spelled: String {
    let seconds = Int(milliseconds.floored(by: 1000))
    let day = seconds.floored(by: 86_400)
    let clock = seconds - day * 86_400
    var year = 1970 + day / 366
    while Timestamp.days(before: year + 1, 1, 1) <= day { year += 1 }
    var rest = day - Timestamp.days(before: year, 1, 1)
    var month = 1
    while rest >= Timestamp.days(in: month, of: year) {
      rest -= Timestamp.days(in: month, of: year)
      month += 1
    }
    let date = [String(year), two(month), two(rest + 1)].joined(separator: "-")
    return "\(date)T\(two(clock / 3600)):\(two(clock / 60 % 60)):\(two(clock % 60))Z"
  }

  private func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

  private static func number(_ digits: some Collection<UInt8>) -> Int? {
    var number = 0
    for digit in digits {
      guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
      number = 10 * number + Int(digit - UInt8(ascii: "0"))
    }
    return digits.isEmpty ? nil : number
  }

  /// Minutes east of Greenwich of `Z`, `+08:00` or `+0800`.
  private static func offset(_ zone: [UInt8]) -> Int? {
    if zone == [UInt8(ascii: "Z")] { return 0 }
    guard let sign = zone.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") else {
      return nil
    }
    let digits = zone.dropFirst().filter { $0 != UInt8(ascii: ":") }
    guard digits.count == 4, zone.count <= 6, let hours = number(digits.prefix(2)), hours < 15,
      let minutes = number(digits.suffix(2)), minutes < 60
    else { return nil }
    return (sign == UInt8(ascii: "-") ? -1 : 1) * (hours * 60 + minutes)
  }

  private static func isLeap(_ year: Int) -> Bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
  }

  private static func days(in month: Int, of year: Int) -> Int {
    switch month {
    case 4, 6, 9, 11: 30
    case 2: isLeap(year) ? 29 : 28
    default: 31
    }
  }

  /// Days from 1970-01-01 to a date.
  private static func days(before year: Int, _ month: Int, _ day: Int) -> Int {
    let past = year - 1
    let leaps = past / 4 - past / 100 + past / 400 - (1969 / 4 - 1969 / 100 + 1969 / 400)
    let months = (1..<month).reduce(0) { $0 + days(in: $1, of: year) }
    return (year - 1970) * 365 + leaps + months + day - 1
  }
}

extension BinaryInteger {
  /// Divided, rounded down.
  fileprivate func floored(by divisor: Self) -> Self {
    let quotient = self / divisor
    return self % divisor < 0 ? quotient - 1 : quotient
  }
}
