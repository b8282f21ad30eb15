/// Writes SVG as bytes: coordinates with at most two decimals, text escaped.
struct SVGWriter {
  private(set) var bytes: [UInt8] = []

  /// Markup that needs no escaping.
  mutating func markup(_ text: String) { bytes.append(contentsOf: text.utf8) }

  /// A coordinate in pixels, rounded to hundredths; what is not a number becomes 0.
  mutating func coordinate(_ value: Double) {
    let bounded = value.isFinite ? min(max(value, -1e6), 1e6) : 0
    var hundredths = Int((bounded * 100).rounded())
    if hundredths < 0 {
      bytes.append(UInt8(ascii: "-"))
      hundredths = -hundredths
    }
    bytes.append(contentsOf: String(hundredths / 100).utf8)
    let rest = hundredths % 100
    guard rest > 0 else { return }
    bytes.append(UInt8(ascii: "."))
    bytes.append(UInt8(ascii: "0") + UInt8(rest / 10))
    if rest % 10 > 0 { bytes.append(UInt8(ascii: "0") + UInt8(rest % 10)) }
  }

  /// ` name="12.5"`.
  mutating func attribute(_ name: String, _ value: Double) {
    markup(" \(name)=\"")
    coordinate(value)
    markup("\"")
  }

  mutating func point(_ command: Character, _ point: Point) {
    markup(String(command))
    coordinate(point.x)
    bytes.append(UInt8(ascii: " "))
    coordinate(point.y)
  }

  /// Text for an element's content or an attribute; control characters, which XML forbids, become U+FFFD.
  mutating func escaped(_ text: String) {
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": markup("&amp;")
      case "<": markup("&lt;")
      case ">": markup("&gt;")
      case "\"": markup("&quot;")
      case "\t", "\n", "\r": markup(" ")
      case "\u{00}"..."\u{1F}", "\u{7F}", "\u{FFFE}"..."\u{FFFF}": markup("\u{FFFD}")
      default: bytes.append(contentsOf: String(scalar).utf8)
      }
    }
  }

  mutating func rectangle(_ box: Box, _ attributes: String) {
    markup("<rect")
    attribute("x", box.x)
    attribute("y", box.y)
    attribute("width", box.width)
    attribute("height", box.height)
    markup(" \(attributes)/>\n")
  }

  mutating func line(from: Point, to: Point, _ attributes: String) {
    markup("<path d=\"")
    point("M", from)
    point("L", to)
    markup("\" \(attributes)/>\n")
  }

  mutating func text(_ text: String, at point: Point, _ style: TextStyle) {
    guard !text.isEmpty else { return }
    markup("<text")
    attribute("x", point.x)
    attribute("y", point.y)
    if style.size != TextStyle.usualSize { attribute("font-size", style.size) }
    if style.anchor != .start { markup(" text-anchor=\"\(style.anchor.rawValue)\"") }
    if style.isBold { markup(" font-weight=\"600\"") }
    if style.colour != TextStyle.usualColour { markup(" fill=\"\(style.colour)\"") }
    if style.hasHalo {
      markup(" stroke=\"#fff\" stroke-width=\"3\" stroke-linejoin=\"round\" paint-order=\"stroke\"")
    }
    if style.rotation != 0 {
      markup(" transform=\"rotate(")
      coordinate(style.rotation)
      bytes.append(UInt8(ascii: " "))
      coordinate(point.x)
      bytes.append(UInt8(ascii: " "))
      coordinate(point.y)
      markup(")\"")
    }
    markup(">")
    withExponent(text)
    markup("</text>\n")
  }

  /// Escaped text in which `10^{-3}` is set as a power of ten.
  private mutating func withExponent(_ text: String) {
    guard let open = text.range(of: "^{"), let close = text[open.upperBound...].firstIndex(of: "}")
    else { return escaped(text) }
    escaped(String(text[..<open.lowerBound]))
    markup("<tspan dy=\"-4\" font-size=\"8.5\">")
    escaped(String(text[open.upperBound..<close]))
    markup("</tspan>")
    let rest = text[text.index(after: close)...]
    guard !rest.isEmpty else { return }
    markup("<tspan dy=\"4\">")
    escaped(String(rest))
    markup("</tspan>")
  }
}

extension String {
  /// Where a short text first occurs.
  func range(of part: String) -> Range<Index>? {
    var start = startIndex
    while start < endIndex {
      if self[start...].hasPrefix(part) { return start..<index(start, offsetBy: part.count) }
      start = index(after: start)
    }
    return nil
  }
}

struct Point: Equatable {
  var x: Double
  var y: Double
}

struct Box {
  var x: Double
  var y: Double
  var width: Double
  var height: Double

  var right: Double { x + width }
  var bottom: Double { y + height }
  var middle: Point { Point(x: x + width / 2, y: y + height / 2) }
}

struct TextStyle {
  enum Anchor: String {
    case start
    case middle
    case end
  }

  static let usualSize = 11.0
  static let usualColour = "#333"

  var size = usualSize
  var anchor = Anchor.start
  var isBold = false
  var colour = usualColour
  var hasHalo = false
  /// Degrees, clockwise.
  var rotation = 0.0
}
