/// What is checked before anything is parsed: size, encoding, control characters.
enum SourceCheck {
  static func passes(_ bytes: [UInt8], _ report: Report) -> Bool {
    guard bytes.count <= TreeReader.bytesMax else {
      report.add(
        "larger than 1 MiB", at: .start,
        fix: "put data into input files, and long axes into {from: , to: , count: }")
      return false
    }
    var line = 1
    var column = 1
    var iterator = bytes.makeIterator()
    var decoder = UTF8()
    while true {
      switch decoder.decode(&iterator) {
      case .emptyInput: return true
      case .error:
        report.add(
          "not valid UTF-8", at: Mark(line: line, column: column), fix: "save the file as UTF-8")
        return false
      case .scalarValue("\n"):
        line += 1
        column = 1
      case .scalarValue(let scalar):
        guard isAllowed(scalar) else {
          report.add(
            "the control character \(quoted(String(scalar)))",
            at: Mark(line: line, column: column), fix: "remove it")
          return false
        }
        column += 1
      }
    }
  }

  private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x09, 0x0D, 0x85: true
    case 0..<0x20, 0x7F..<0xA0: false
    default: true
    }
  }
}
