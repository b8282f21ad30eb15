/// Estimates of how wide text will be, without the font: East Asian characters take a full square, Latin
/// ones what a common sans serif gives them.
enum TextMeasure {
  static func width(_ text: String, size: Double = TextStyle.usualSize) -> Double {
    text.unicodeScalars.reduce(0) { $0 + advance($1) } * size
  }

  /// Breaks text into lines no wider than `width`: at blanks, and anywhere between East Asian characters.
  static func lines(_ text: String, width: Double, size: Double) -> [String] {
    var lines: [String] = []
    var line = ""
    for word in words(text) {
      if !line.isEmpty, self.width(line + word, size: size) > width {
        lines.append(trimmed(line))
        line = ""
      }
      line += word
    }
    let last = trimmed(line)
    return last.isEmpty ? lines : lines + [last]
  }

  /// The text, or as much of its beginning as fits with an ellipsis.
  static func clipped(_ text: String, width: Double, size: Double = TextStyle.usualSize) -> String {
    guard self.width(text, size: size) > width else { return text }
    var kept = text
    while !kept.isEmpty, self.width(kept + "…", size: size) > width { kept.removeLast() }
    return kept + "…"
  }

  private static func words(_ text: String) -> [String] {
    var words = [""]
    for character in text {
      let isWide = character.unicodeScalars.first.map { $0.value >= 0x2E80 } ?? false
      if isWide || words[words.count - 1].last == " " { words.append("") }
      words[words.count - 1].append(character)
    }
    return words
  }

  private static func trimmed(_ line: String) -> String {
    var line = line
    while line.last == " " { line.removeLast() }
    return line
  }

  /// Width of a character in units of the font's size.
  private static func advance(_ scalar: Unicode.Scalar) -> Double {
    switch scalar {
    case "i", "j", "l", "I", "'", "|", ".", ",", ":", ";", "!": 0.31
    case "f", "t", "r", " ", "(", ")", "[", "]", "/", "-": 0.38
    case "m", "M", "w", "W", "@", "%": 0.92
    case "A"..."Z": 0.68
    case "\u{2E80}"..."\u{FFDC}", "\u{1F300}"..."\u{3FFFF}": 1.0
    default: 0.6
    }
  }
}
