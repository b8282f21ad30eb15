import Base

/// Makes a text harmless for a terminal: what could move the cursor, change colours, reorder or
/// hide text is spelt out.
package func escaped(_ text: some StringProtocol) -> String {
  if text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) { return String(text) }
  var safe = String.UnicodeScalarView()
  for scalar in text.unicodeScalars {
    guard isHostile(scalar) else {
      safe.append(scalar)
      continue
    }
    safe.append(contentsOf: spelling(scalar).unicodeScalars)
  }
  return String(safe)
}

/// The same for what a program printed: line feeds and tabs stay, bytes that are not UTF-8 become
/// `\x..`.
package func escapedLog(_ bytes: [UInt8]) -> String {
  var text = ""
  for line in String(decoding: bytes, as: UTF8.self)
    .split(separator: "\n", omittingEmptySubsequences: false)
  {
    let cells = line.split(separator: "\t", omittingEmptySubsequences: false)
    text += cells.map { escaped($0) }.joined(separator: "\t") + "\n"
  }
  text.removeLast()
  return text
}

private func isHostile(_ scalar: Unicode.Scalar) -> Bool {
  switch scalar.value {
  case 0..<0x20, 0x7F..<0xA0: true
  // Direction overrides and isolates, line and paragraph separators, invisible operators.
  case 0x061C, 0x200B, 0x200E...0x200F, 0x2028...0x202E, 0x2060...0x206F, 0xFEFF: true
  // Tags: invisible letters.
  case 0xE0000...0xE007F: true
  default: false
  }
}

private func spelling(_ scalar: Unicode.Scalar) -> String {
  switch scalar {
  case "\n": "\\n"
  case "\r": "\\r"
  case "\t": "\\t"
  default:
    scalar.value < 0x100
      ? "\\x" + hexadecimal([UInt8(scalar.value)])
      : "\\u{" + String(scalar.value, radix: 16) + "}"
  }
}

/// A cell of tab-separated output: one line, one field.
func escapedCell(_ text: String) -> String {
  guard !isField(text) else { return text }
  var cell = ""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "\t": cell += "\\t"
    case "\n": cell += "\\n"
    case "\r": cell += "\\r"
    case "\\": cell += "\\\\"
    default: cell.unicodeScalars.append(scalar)
    }
  }
  return cell
}

/// Whether a text has neither tab nor line end nor backslash, as nearly all have none.
private func isField(_ text: String) -> Bool {
  let utf8 = text.utf8Span.span
  for place in utf8.indices {
    switch utf8[place] {
    case 0x09, 0x0A, 0x0D, 0x5C: return false
    case _: continue
    }
  }
  return true
}
