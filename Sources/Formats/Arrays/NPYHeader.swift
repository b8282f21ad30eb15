import Base

/// The header of NumPy's array file (format 1.0, 2.0 and 3.0, NEP 1): what the numbers are, and how
/// they lie.
struct NPYHeader {
  var decoder: NumberDecoder
  var isFortranOrder: Bool
  var shape: [Int]
  /// Offset of the first number.
  var start: Int64

  /// Reads the header; sizes are checked against what there is.
  init(_ source: some ByteSource) throws(KilnError) {
    let path = source.path
    let head = try source.bytes(at: 0, count: 12)
    guard head.count >= 10, head.starts(with: Self.magic) else {
      throw KilnError(.invalidFile, "this is no NPY array", at: path)
    }
    guard (1...3).contains(head[6]), head[6] == 1 || head.count == 12 else {
      throw KilnError(
        .invalidFile, "NPY format \(head[6]).\(head[7]) is not known", at: path,
        fix: "save the array with format 1.0, 2.0 or 3.0")
    }
    let lengthBytes = head[6] == 1 ? 2 : 4
    let length = head[8..<8 + lengthBytes].reversed().reduce(0) { $0 << 8 | Int($1) }
    guard length <= 1 << 20 else {
      throw KilnError(.invalidFile, "the NPY header claims \(length) bytes", at: path)
    }
    start = Int64(8 + lengthBytes + length)
    let bytes = try source.bytes(at: Int64(8 + lengthBytes), count: length)
    guard bytes.count == length else {
      throw KilnError(.invalidFile, "the NPY header is cut off", at: path)
    }
    let fields = NPYDictionary(String(decoding: bytes, as: UTF8.self))
    guard let described = fields.text("descr"), let order = fields.flag("fortran_order"),
      let shape = fields.integers("shape")
    else {
      throw KilnError(
        .invalidFile, "the NPY header is not understood: \(fields.shown)", at: path,
        fix: "save a plain array of numbers; structured arrays are not read")
    }
    decoder = try Self.decoder(described, path: path)
    isFortranOrder = order
    self.shape = shape
    try check(against: source)
  }

  static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)

  /// Numbers in all.
  var count: Int { shape.reduce(1, *) }

  private static func decoder(_ text: String, path: String) throws(KilnError) -> NumberDecoder {
    let type: NumberType? =
      switch text.dropFirst() {
      case "f8": .float(bytes: 8)
      case "f4": .float(bytes: 4)
      case "i8": .signed(bytes: 8)
      case "i4": .signed(bytes: 4)
      case "i2": .signed(bytes: 2)
      case "i1": .signed(bytes: 1)
      case "u8": .unsigned(bytes: 8)
      case "u4": .unsigned(bytes: 4)
      case "u2": .unsigned(bytes: 2)
      case "u1": .unsigned(bytes: 1)
      case "b1": .boolean
      case _: nil
      }
    guard let type, let order = text.first, "<>|=".contains(order) else {
      throw KilnError(
        .invalidFile, "arrays of `\(text)` are not read", at: path,
        fix: "save real numbers or integers: `array.astype(float)`; complex ones as two arrays")
    }
    return NumberDecoder(type: type, isBigEndian: order == ">")
  }

  private func check(against source: some ByteSource) throws(KilnError) {
    var bytes = decoder.type.bytes
    for length in shape {
      let (product, overflows) = bytes.multipliedReportingOverflow(by: length)
      guard length >= 0, !overflows else {
        throw KilnError(.invalidFile, "the array's shape \(shape) is absurd", at: source.path)
      }
      bytes = product
    }
    guard Int64(bytes) <= source.size - start else {
      throw KilnError(
        .invalidFile,
        "the array of shape \(shape) needs \(bytes) bytes, but \(max(0, source.size - start)) are there",
        at: source.path, fix: "was the file copied in full?")
    }
  }
}

/// The literal of a Python dictionary in an NPY header, as far as NumPy writes it.
private struct NPYDictionary {
  private let text: String

  init(_ text: String) { self.text = text }

  /// At most eighty characters of it, for errors.
  var shown: String { String(text.prefix(80).filter { !$0.isNewline }) }

  func text(_ key: String) -> String? {
    guard let value = value(key), let quote = value.first, quote == "'" || quote == "\"" else {
      return nil
    }
    return String(value.dropFirst().prefix { $0 != quote })
  }

  func flag(_ key: String) -> Bool? {
    guard let value = value(key) else { return nil }
    return value.hasPrefix("True") ? true : value.hasPrefix("False") ? false : nil
  }

  func integers(_ key: String) -> [Int]? {
    guard let value = value(key), value.first == "(", let end = value.firstIndex(of: ")") else {
      return nil
    }
    var numbers: [Int] = []
    for part in value[..<end].dropFirst().split(separator: ",") {
      let digits = part.filter { $0 != " " && $0 != "L" }
      if digits.isEmpty { continue }
      guard let number = Int(digits) else { return nil }
      numbers.append(number)
    }
    return numbers
  }

  /// What stands behind a key.
  private func value(_ key: String) -> Substring? {
    for quote in ["'", "\""] {
      var rest = text[...]
      let wanted = "\(quote)\(key)\(quote)"
      while let start = rest.firstIndex(of: Character(quote)) {
        rest = rest[start...]
        if rest.hasPrefix(wanted) {
          return rest.dropFirst(wanted.count).drop { $0 == " " || $0 == ":" }
        }
        rest = rest.dropFirst()
      }
    }
    return nil
  }
}
