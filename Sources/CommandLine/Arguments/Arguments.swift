import Base

/// A command line after parsing: the words by place, the options by their declarations.
package struct Arguments: Sendable {
  let words: [String]
  /// What stood behind `--`; nil without one.
  let passthrough: [String]?
  private let values: [String: [String]]

  init(words: [String] = [], passthrough: [String]? = nil, values: [String: [String]] = [:]) {
    self.words = words
    self.passthrough = passthrough
    self.values = values
  }

  /// These arguments where they speak, weaker ones where they do not.
  func above(_ weaker: Arguments) -> Arguments {
    Arguments(
      words: words, passthrough: passthrough,
      values: values.merging(weaker.values) { own, _ in own })
  }

  subscript(flag: Flag) -> Bool { values[flag.declaration.name] != nil }

  /// The value given last; nil when the option was not given.
  func callAsFunction<Value>(_ option: Option<Value>) throws(KilnError) -> Value? {
    guard let text = values[option.declaration.name]?.last else { return nil }
    return try option.read(text)
  }

  /// All values of an option that may be given several times.
  func all<Value>(_ option: Option<Value>) throws(KilnError) -> [Value] {
    var read: [Value] = []
    for text in values[option.declaration.name] ?? [] { read.append(try option.read(text)) }
    return read
  }
}
