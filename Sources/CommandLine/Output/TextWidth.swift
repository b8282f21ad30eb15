/// How many columns a terminal gives to a text: East Asian wide characters take two, combining
/// marks none.
package func displayWidth(_ text: some StringProtocol) -> Int {
  if text.utf8.allSatisfy({ $0 < 0x80 }) { return text.utf8.count }
  return text.reduce(0) { $0 + displayWidth($1) }
}

/// The columns of one character as people see it; a sequence of emoji is as wide as its widest.
func displayWidth(_ character: Character) -> Int {
  var width = 0
  for scalar in character.unicodeScalars { width = max(width, displayWidth(scalar)) }
  return width
}

private func displayWidth(_ scalar: Unicode.Scalar) -> Int {
  let value = scalar.value
  if value < 0x300 { return 1 }
  switch scalar.properties.generalCategory {
  case .nonspacingMark, .enclosingMark, .format: return 0
  // The other categories all take room.
  default: return (0x1160...0x11FF).contains(value) ? 0 : WideCharacters.contains(value) ? 2 : 1
  }
}

/// Fills with spaces up to a width in columns; a longer text stays as it is.
func padded(_ text: some StringProtocol, to width: Int) -> String {
  text + String(repeating: " ", count: max(0, width - displayWidth(text)))
}

/// The same with the spaces in front, for numbers.
func paddedLeft(_ text: some StringProtocol, to width: Int) -> String {
  String(repeating: " ", count: max(0, width - displayWidth(text))) + text
}

func withoutTrailingSpace(_ text: String) -> String {
  guard text.hasSuffix(" ") else { return text }
  return String(text.reversed().drop { $0 == " " }.reversed())
}

/// Cuts to a width in columns; a cut is shown by `…`.
package func truncated(_ text: String, to width: Int) -> String {
  guard displayWidth(text) > width else { return text }
  guard width > 0 else { return "" }
  var kept = ""
  var used = 0
  for character in text {
    let columns = displayWidth(character)
    if used + columns > width - 1 { break }
    kept.append(character)
    used += columns
  }
  return kept + "…"
}
