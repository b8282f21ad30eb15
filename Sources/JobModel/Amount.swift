import Base

/// How much of something that can be shared in parts, in whole thousandths: `0.5` of a gpu.
package struct Amount: Hashable, Comparable, Sendable, SingleValueCoded {
  package let thousandths: Int

  package init(thousandths: Int) { self.thousandths = thousandths }
  package init(_ whole: Int) { self.init(thousandths: whole * 1000) }

  /// Nil for what is negative, too large, or finer than a thousandth.
  package init?(exactly number: Double) {
    let scaled = (number * 1000).rounded()
    guard number >= 0, number <= 1e9, abs(scaled - number * 1000) < 1e-6 else { return nil }
    self.init(thousandths: Int(scaled))
  }

  package var coded: Int { thousandths }
  package init(coded: Int) { self.init(thousandths: coded) }

  package static let zero = Amount(0)
  package static let one = Amount(1)

  package var isWhole: Bool { thousandths % 1000 == 0 }
  package var value: Double { Double(thousandths) / 1000 }

  package static func < (a: Amount, b: Amount) -> Bool { a.thousandths < b.thousandths }
  package static func + (a: Amount, b: Amount) -> Amount {
    Amount(thousandths: a.thousandths + b.thousandths)
  }
  package static func - (a: Amount, b: Amount) -> Amount {
    Amount(thousandths: a.thousandths - b.thousandths)
  }
  package static func += (a: inout Amount, b: Amount) { a = a + b }
  package static func -= (a: inout Amount, b: Amount) { a = a - b }
}

extension Amount: CustomStringConvertible {
  /// `2`, `0.5`, `-1.25`: without trailing zeros.
  package var description: String {
    let whole = "\(thousandths < 0 ? "-" : "")\(abs(thousandths) / 1000)"
    guard !isWhole else { return whole }
    var digits = String("\(1000 + abs(thousandths) % 1000)".dropFirst())
    while digits.last == "0" { digits.removeLast() }
    return "\(whole).\(digits)"
  }
}

/// Something that is counted besides cpus, memory and gpus.
package enum Pool: Hashable, Comparable, Sendable {
  case licence(String)
  /// A pool that the server's settings name.
  case named(String)
  /// The tasks of jobs with a label, of which only so many run at once.
  case label(String)
}

extension [Pool: Amount] {
  /// Licences and named pools together.
  package init(licences: [String: Int], named: [String: Amount]) {
    self.init()
    for (name, count) in licences { self[.licence(name)] = Amount(count) }
    for (name, amount) in named { self[.named(name)] = amount }
  }
}
