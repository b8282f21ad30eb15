/// What a program said last, for one-sentence messages.
package enum LastLine {
  private static let bytesMax = 200

  /// The last line that is not empty, without control characters and cut to a readable length.
  package static func of(_ text: [UInt8], containing mark: String = "") -> String? {
    let lines = text.suffix(64 << 10).split { $0 == 10 || $0 == 13 }
    let line = lines.last { $0.contains { $0 > 32 } && (mark.isEmpty || $0.contains(mark.utf8)) }
    guard let line else { return nil }
    let readable = String(decoding: line.prefix(bytesMax), as: UTF8.self).unicodeScalars
      .filter { $0.properties.generalCategory != .control && $0 != "\u{FFFD}" }
    return String(String.UnicodeScalarView(readable))
  }
}
