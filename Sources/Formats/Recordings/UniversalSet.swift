import Base

/// The header of a set 58 of a universal file: a function at a measured point (SDRC, Universal File
/// Datasets Summary; 58b is its binary form).
struct UniversalSet {
  /// How the values lie behind the header.
  enum Form {
    /// Text of so many columns for each value, in lines of 80.
    case text(width: Int)
    case binary(NumberDecoder)
  }

  var column: Column
  /// 1: a response over time; others are spectra, frequency responses …
  var function: Int
  /// 17: over time; 18: over frequency.
  var abscissa: Int
  var isComplex: Bool
  var isEven: Bool
  var count: Int
  var first: Double
  var step: Double
  var form: Form
  /// Offset of the first value in the file.
  var start: Int64

  /// Whether it is a recording at an even rate.
  var isRecording: Bool { (function == 1 || abscissa == 17) && !isComplex && isEven && step > 0 }

  /// - Parameters:
  ///   - type: the line with the set's number.
  ///   - lines: the eleven lines behind it.
  ///   - start: where the values begin.
  /// - Returns: nil where the lines are no header.
  init?(type: String, lines: [String], start: Int64) {
    guard lines.count == 11 else { return nil }
    let kind = Fields(lines[6])
    let order = kind.integer(0, 10) ?? 0
    guard [2, 4, 5, 6].contains(order), let count = kind.integer(10, 10), count >= 0,
      let first = kind.number(30, 13), let step = kind.number(43, 13)
    else { return nil }
    let isDouble = order == 4 || order == 6
    let who = Fields(lines[5])
    let label = Fields(lines[8])
    function = who.integer(0, 5) ?? 0
    abscissa = Fields(lines[7]).integer(0, 10) ?? 0
    isComplex = order >= 5
    isEven = kind.integer(20, 10) == 1
    self.count = count
    self.first = first
    self.step = step
    self.start = start
    let unit = label.text(47, 20)
    column = Column(
      Self.name(who, title: lines[0]), unit: unit.isEmpty || unit == "NONE" ? nil : unit)
    let head = Fields(type)
    if head.text(6, 1).lowercased() == "b" {
      // 1: little-endian, 2: big-endian; floats are IEEE (2), never VMS (1).
      guard let endian = head.integer(7, 6), head.integer(13, 6) != 1 else { return nil }
      form = .binary(
        NumberDecoder(type: .float(bytes: isDouble ? 8 : 4), isBigEndian: endian == 2))
    } else {
      form = .text(width: isDouble ? 20 : 13)
    }
  }

  /// `node:direction` of the response, or the set's title where there is no node.
  private static func name(_ who: Fields, title: String) -> String {
    let directions = ["-Z", "-Y", "-X", "", "+X", "+Y", "+Z"]
    guard let node = who.integer(41, 10), node > 0 else {
      let title = Fields(title).text(0, 80)
      return title.isEmpty || title == "NONE" ? "set" : title
    }
    let direction = who.integer(51, 4) ?? 0
    guard (-3...3).contains(direction), direction != 0 else { return "\(node)" }
    return "\(node)\(directions[direction + 3])"
  }
}

/// Fields of fixed width in a line.
struct Fields {
  private let bytes: [UInt8]

  init(_ line: String) { bytes = Array(line.utf8) }

  func text(_ start: Int, _ width: Int) -> String {
    guard start < bytes.count else { return "" }
    let field = bytes[start..<min(start + width, bytes.count)]
    return String(decoding: CellText.trimmed(field), as: UTF8.self)
  }

  func integer(_ start: Int, _ width: Int) -> Int? { Int(text(start, width)) }

  /// A number; Fortran's `D` exponent counts, and an empty field is zero.
  func number(_ start: Int, _ width: Int) -> Double? {
    let text = text(start, width)
    return text.isEmpty ? 0 : Self.number(Array(text.utf8)[...])
  }

  static func number(_ field: ArraySlice<UInt8>) -> Double? {
    CellText.number(
      ArraySlice(CellText.trimmed(field).map { $0 | 0x20 == 0x64 ? UInt8(ascii: "e") : $0 }),
      decimal: UInt8(ascii: "."))
  }
}
