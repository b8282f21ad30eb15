/// Compact JSON with line ends and two blanks for each level, so that differences can be read.
enum IndentedJSON {
  static func text(_ json: [UInt8]) -> String {
    var text: [UInt8] = []
    var depth = 0
    var isInString = false
    var isEscaped = false
    func breakLine() {
      text.append(0x0A)
      text.append(contentsOf: [UInt8](repeating: 0x20, count: 2 * depth))
    }
    for (place, byte) in json.enumerated() {
      if isInString {
        text.append(byte)
        isInString = isEscaped || byte != UInt8(ascii: "\"")
        isEscaped = !isEscaped && byte == UInt8(ascii: "\\")
        continue
      }
      switch byte {
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        text.append(byte)
        depth += 1
        if place + 1 < json.count, json[place + 1] != byte + 2 { breakLine() }
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        depth -= 1
        if json[place - 1] != byte - 2 { breakLine() }
        text.append(byte)
      case UInt8(ascii: ","):
        text.append(byte)
        breakLine()
      case UInt8(ascii: ":"): text.append(contentsOf: ": ".utf8)
      default:
        isInString = byte == UInt8(ascii: "\"")
        text.append(byte)
      }
    }
    return String(decoding: text, as: UTF8.self) + "\n"
  }
}
