import Base

/// What a shell may offer for a value.
package enum Completion: Hashable, Sendable {
  case nothing
  case file
  case folder
  case job
  case kernel
  case command
  case words([String])
}

/// An option as help, completion, documentation and the parser see it.
package struct OptionDeclaration: Sendable {
  /// With its dashes: `--limit`.
  let name: String
  let short: Character?
  /// Nil: a flag, which takes no value.
  let valueName: String?
  let summary: String
  let completion: Completion
  /// Refuses a value that cannot be read; the message says what was expected.
  let check: @Sendable (String) throws(KilnError) -> Void
}

/// An option with a value of a type: part of the declaration, and the key to its value.
package struct Option<Value>: Sendable {
  package let declaration: OptionDeclaration
  let read: @Sendable (String) throws(KilnError) -> Value
}

/// An option that is given or not.
package struct Flag: Sendable {
  package let declaration: OptionDeclaration

  init(_ name: String, short: Character? = nil, _ summary: String) {
    declaration = OptionDeclaration(
      name: name, short: short, valueName: nil, summary: summary, completion: .nothing,
      check: { _ in })
  }
}

extension Option {
  init(
    _ name: String, short: Character? = nil, _ valueName: String, _ summary: String,
    completion: Completion = .nothing,
    read: @escaping @Sendable (String) throws(KilnError) -> Value
  ) {
    self.read = read
    declaration = OptionDeclaration(
      name: name, short: short, valueName: valueName, summary: summary, completion: completion,
      check: { text throws(KilnError) in _ = try read(text) })
  }
}

extension Option<String> {
  init(
    _ name: String, short: Character? = nil, text valueName: String, _ summary: String,
    completion: Completion = .nothing
  ) {
    self.init(name, short: short, valueName, summary, completion: completion) { $0 }
  }

  init(_ name: String, choice words: [String], _ valueName: String, _ summary: String) {
    self.init(name, valueName, summary, completion: .words(words)) { text throws(KilnError) in
      guard words.contains(text) else {
        throw KilnError(
          .usage, "\(name): '\(text)' is not one of \(words.joined(separator: ", "))",
          fix: nearest(to: text, among: words).map { "did you mean '\($0)'?" })
      }
      return text
    }
  }
}

extension Option<Int> {
  init(
    _ name: String, short: Character? = nil, integer range: ClosedRange<Int>, _ valueName: String,
    _ summary: String
  ) {
    self.init(name, short: short, valueName, summary) { text throws(KilnError) in
      guard let number = Int(text), range.contains(number) else {
        throw KilnError(.usage, "\(name): '\(text)' is not \(Option.expectation(range))")
      }
      return number
    }
  }

  private static func expectation(_ range: ClosedRange<Int>) -> String {
    range.upperBound == .max
      ? "a whole number of at least \(range.lowerBound)"
      : "a whole number from \(range.lowerBound) to \(range.upperBound)"
  }
}

extension Option<Seconds> {
  init(_ name: String, short: Character? = nil, duration valueName: String, _ summary: String) {
    self.init(name, short: short, valueName, summary) { text throws(KilnError) in
      guard let span = Seconds(spelling: text) else {
        throw KilnError(
          .usage, "\(name): '\(text)' is not a duration", fix: "write it as 90s, 10min or 2h")
      }
      return span
    }
  }
}

extension Option<ByteCount> {
  init(_ name: String, short: Character? = nil, bytes valueName: String, _ summary: String) {
    self.init(name, short: short, valueName, summary) { text throws(KilnError) in
      guard let bytes = ByteCount(spelling: text) else {
        throw KilnError(
          .usage, "\(name): '\(text)' is not a size", fix: "write it as 512MiB or 4GiB")
      }
      return bytes
    }
  }
}
