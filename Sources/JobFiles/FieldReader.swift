import Base
import JobModel

/// Reads single values: each returns nil after reporting what is wrong.
struct FieldReader {
  let report: Report

  /// A text without control characters.
  func text(_ node: Node, _ title: String) -> String? {
    switch node.kind {
    case .invalid: return nil
    case .sequence, .mapping:
      report.add("\(title) must be a text", at: node.mark)
      return nil
    case .scalar(let text, _):
      guard !node.isNull else {
        report.add("\(title) is empty", at: node.mark, fix: "give it a value or remove it")
        return nil
      }
      guard !text.unicodeScalars.contains(where: isUnprintable) else {
        report.add(
          "\(title) has a control character: \(quoted(text))", at: node.mark, fix: "remove it")
        return nil
      }
      return text
    }
  }

  /// A name of a step, axis, parameter or project: a letter, then letters, digits, `-` and `_`.
  func isName(_ text: String, _ title: String, at mark: Mark) -> Bool {
    let scalars = text.unicodeScalars
    let isGood =
      text.utf8.count <= 64 && scalars.first?.properties.isAlphabetic == true
      && scalars.allSatisfy {
        $0.properties.isAlphabetic || $0.properties.generalCategory == .nonspacingMark
          || $0.properties.numericType == .decimal || $0 == "-" || $0 == "_"
      }
    if !isGood {
      report.add(
        "\(quoted(text)) is no name for \(title)", at: mark,
        fix: "begin with a letter; use letters, digits, `-` and `_`, at most 64 bytes")
    }
    return isGood
  }

  /// A whole number in a range.
  func integer(_ node: Node, _ title: String, _ range: ClosedRange<Int>) -> Int? {
    if case .invalid = node.kind { return nil }
    if case .scalar(let text, isPlain: true) = node.kind, let number = Quantity.number(text),
      let whole = Int(exactly: number), range.contains(whole)
    {
      return whole
    }
    report.add(
      "\(title) must be a whole number from \(range.lowerBound) to \(range.upperBound)"
        + notThis(node), at: node.mark)
    return nil
  }

  /// `true` or `false`.
  func flag(_ node: Node, _ title: String) -> Bool? {
    if case .invalid = node.kind { return nil }
    if case .scalar(let text, isPlain: true) = node.kind, text == "true" || text == "false" {
      return text == "true"
    }
    report.add("\(title) must be `true` or `false`\(notThis(node))", at: node.mark)
    return nil
  }

  /// A number above 0 with at most three decimals.
  func amount(_ node: Node, _ title: String, most: Int) -> Amount? {
    guard let number = number(node, title, 0...Double(most)) else { return nil }
    if let amount = Amount(exactly: number), amount > .zero { return amount }
    report.add(
      "\(title) must be at least 0.001, with at most three decimals\(notThis(node))",
      at: node.mark)
    return nil
  }

  /// A plain number in a range.
  func number(_ node: Node, _ title: String, _ range: ClosedRange<Double>) -> Double? {
    if case .invalid = node.kind { return nil }
    if case .scalar(let text, isPlain: true) = node.kind, let number = Quantity.number(text),
      range.contains(number)
    {
      return number
    }
    report.add(
      "\(title) must be a number from \(Value.spell(range.lowerBound)) to "
        + Value.spell(range.upperBound) + notThis(node), at: node.mark)
    return nil
  }

  /// A number of bytes with its unit.
  func bytes(_ node: Node, _ title: String) -> ByteCount? {
    guard let bytes = quantity(node, title, dimension: "bytes", example: "512 MiB") else {
      return nil
    }
    guard bytes >= 1, bytes <= 0x1p50 else {
      report.add("\(title) must be from 1 B to 1024 TiB\(notThis(node))", at: node.mark)
      return nil
    }
    return ByteCount(Int64(bytes.rounded(.up)))
  }

  /// A time with its unit.
  func duration(_ node: Node, _ title: String) -> Seconds? {
    guard let seconds = quantity(node, title, dimension: "time", example: "10 min") else {
      return nil
    }
    guard seconds > 0, seconds <= 86_400 * 3650 else {
      report.add("\(title) must be from 1 ns to 3650 d\(notThis(node))", at: node.mark)
      return nil
    }
    return Seconds(seconds)
  }

  private func quantity(
    _ node: Node, _ title: String, dimension: String, example: String
  ) -> Double? {
    if case .invalid = node.kind { return nil }
    guard case .scalar(let text, _) = node.kind else {
      report.add("\(title) must be a number with a unit", at: node.mark, fix: "write `\(example)`")
      return nil
    }
    if Quantity.number(text) != nil {
      report.add("\(title) needs a unit", at: node.mark, fix: "write it like `\(example)`")
      return nil
    }
    guard let (number, symbol) = Quantity.split(text),
      let value = UnitSystem.toSI(number, unit: symbol, dimension: dimension)
    else {
      report.add(
        "\(title) must be a number with a unit\(notThis(node))", at: node.mark,
        fix: quantityFix(text, dimension: dimension) ?? "write it like `\(example)`")
      return nil
    }
    return value
  }

  /// What was meant: a blank before the unit, another unit; nil where nobody knows.
  func quantityFix(_ text: String, dimension: String) -> String? {
    let wanted = Dimension.named(dimension)
    if let (number, symbol) = Quantity.splitUnspaced(text), Unit.named(symbol)?.dimension == wanted
    {
      return "put a blank before the unit: `\(Value.spell(number)) \(symbol)`"
    }
    guard let (_, symbol) = Quantity.split(text) else { return nil }
    return nearest(to: symbol, among: Unit.symbols(of: wanted)).map { "did you mean `\($0)`?" }
  }

  /// The items of a list; a single word is not taken for a list.
  func list(_ node: Node, _ title: String, example: (String) -> String) -> [Node]? {
    switch node.kind {
    case .sequence(let items): return items
    case .invalid: return nil
    case .mapping, .scalar:
      var shown = "a"
      if case .scalar(let text, _) = node.kind, !text.unicodeScalars.contains(where: isUnprintable)
      {
        shown = text
      }
      report.add("\(title) must be a list", at: node.mark, fix: "write `\(example(shown))`")
      return nil
    }
  }

  /// `, not` and the value, for a message.
  func notThis(_ node: Node) -> String {
    switch node.kind {
    case .scalar(let text, _): ", not \(quoted(text))"
    case .sequence: ", not a list"
    case .mapping: ", not a mapping"
    case .invalid: ""
    }
  }
}
