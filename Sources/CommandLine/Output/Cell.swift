import Base
import JobModel

/// A value in a listing: exact for machines, readable for people.
package enum Cell: Hashable, Sendable {
  case empty
  case text(String)
  case integer(Int64)
  case number(Double)
  case flag(Bool)
  case bytes(ByteCount)
  case span(Seconds)
  case time(Timestamp)
  /// A time for people as what has passed since another one.
  case moment(Timestamp, since: Timestamp)

  init(_ text: String?) { self = text.map { .text($0) } ?? .empty }
  init(_ value: Value) {
    switch value {
    case .text(let text): self = .text(text)
    case .number(let number): self = .number(number)
    case .quantity: self = .text(value.description)
    case .flag(let flag): self = .flag(flag)
    }
  }

  var isNumber: Bool {
    switch self {
    case .integer, .number, .bytes, .span: true
    case .empty, .text, .flag, .time, .moment: false
    }
  }

  /// For a person in front of a terminal.
  func spelled(now: Timestamp) -> String {
    switch self {
    case .empty: "–"
    case .text(let text): escaped(text)
    case .integer(let number): "\(number)"
    case .number(let number): spell(number)
    case .flag(let flag): flag ? "yes" : "no"
    case .bytes(let bytes): "\(bytes)"
    case .span(let span): "\(span)"
    case .time(let time): age(of: time, now: now)
    case .moment(let time, let start): offset(of: time, since: start)
    }
  }

  /// For tab-separated and comma-separated output: exact, without units.
  var exact: String {
    switch self {
    case .empty: ""
    case .text(let text): text
    case .integer(let number): "\(number)"
    case .number(let number): Value.spell(number)
    case .flag(let flag): flag ? "true" : "false"
    case .bytes(let bytes): "\(bytes.bytes)"
    case .span(let span): Value.spell(span.value)
    case .time(let time), .moment(let time, _): iso8601(time)
    }
  }

  var json: JSONValue {
    switch self {
    case .empty: .null
    case .text(let text): .text(text)
    case .integer(let number): .integer(number)
    case .number(let number): .number(number)
    case .flag(let flag): .flag(flag)
    case .bytes(let bytes): .integer(bytes.bytes)
    case .span(let span): .number(span.value)
    case .time(let time), .moment(let time, _): .text(iso8601(time))
    }
  }
}
