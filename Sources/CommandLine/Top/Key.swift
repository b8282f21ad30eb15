/// A key, as terminals report it.
enum Key: Hashable, Sendable {
  case character(Character)
  case up
  case down
  case left
  case right
  case pageUp
  case pageDown
  case home
  case end
  case enter
  case escape
  case backspace
  /// Ctrl with a letter.
  case control(Character)

  /// The keys in bytes that arrived together; an escape with nothing behind it is the key itself.
  static func read(_ bytes: [UInt8]) -> [Key] {
    var keys: [Key] = []
    var rest = bytes[...]
    while let first = rest.first {
      if first == 0x1B, let (key, length) = sequence(rest) {
        if let key { keys.append(key) }
        rest = rest.dropFirst(length)
        continue
      }
      if first < 0x20 || first == 0x7F {
        keys.append(control(first))
        rest = rest.dropFirst()
        continue
      }
      let length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : first >= 0xC0 ? 2 : 1
      let text = String(decoding: rest.prefix(length), as: UTF8.self)
      keys += text.map { .character($0) }
      rest = rest.dropFirst(length)
    }
    return keys
  }

  private static func control(_ byte: UInt8) -> Key {
    switch byte {
    case 0x0D, 0x0A: .enter
    case 0x1B: .escape
    case 0x7F, 0x08: .backspace
    default: .control(Character(Unicode.Scalar(byte + 0x60)))
    }
  }

  /// `ESC [ 5 ~`, `ESC O A`: the key (nil where Kiln knows none) and its bytes.
  private static func sequence(_ bytes: ArraySlice<UInt8>) -> (Key?, Int)? {
    let bytes = Array(bytes.prefix(16))
    guard bytes.count >= 3, bytes[1] == UInt8(ascii: "[") || bytes[1] == UInt8(ascii: "O") else {
      return nil
    }
    guard let end = bytes[2...].firstIndex(where: { (0x40...0x7E).contains($0) }) else {
      return nil
    }
    let parameter = String(decoding: bytes[2..<end], as: UTF8.self)
    return (named(Character(Unicode.Scalar(bytes[end])), parameter), end + 1)
  }

  private static func named(_ final: Character, _ parameter: String) -> Key? {
    switch (final, parameter) {
    case ("A", _): .up
    case ("B", _): .down
    case ("C", _): .right
    case ("D", _): .left
    case ("H", _), ("~", "1"), ("~", "7"): .home
    case ("F", _), ("~", "4"), ("~", "8"): .end
    case ("~", "5"): .pageUp
    case ("~", "6"): .pageDown
    default: nil
    }
  }
}
