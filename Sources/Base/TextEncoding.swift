import Glibc

/// How the letters of a text file are coded.
package enum TextEncoding: String, Sendable {
  case utf8 = "UTF-8"
  /// China's standard; GBK and GB2312 are subsets.
  case gb18030 = "GB18030"
  /// Western European files of Windows.
  case windows1252 = "CP1252"

  /// Guesses the coding from the beginning of a file.
  ///
  /// Bytes that are UTF-8 are UTF-8. Otherwise high bytes that come in pairs are GB18030, and single
  /// ones (`°C`, `µm`) are Windows-1252.
  package static func guess(_ bytes: ArraySlice<UInt8>) -> TextEncoding {
    var pairs = 0
    var singles = 0
    var run = 0
    for byte in bytes {
      if byte >= 0x80 {
        run += 1
        continue
      }
      if run == 1 { singles += 1 } else if run > 1 { pairs += 1 }
      run = 0
    }
    if pairs + singles == 0 || isUTF8(bytes) { return .utf8 }
    return pairs > singles ? .gb18030 : .windows1252
  }

  /// Whether the bytes are UTF-8; a character cut off at the end is let pass.
  static func isUTF8(_ bytes: ArraySlice<UInt8>) -> Bool {
    let cut = bytes.suffix(3).lastIndex { $0 >= 0xC0 } ?? bytes.endIndex
    if String(validating: bytes[..<cut], as: UTF8.self) == nil { return false }
    let rest = bytes[cut...]
    guard let lead = rest.first else { return true }
    let length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2
    return rest.count < length || String(validating: rest, as: UTF8.self) != nil
  }

  /// The text; bytes that mean nothing become U+FFFD.
  package func decode(_ bytes: ArraySlice<UInt8>) -> String {
    if self == .utf8 || bytes.allSatisfy({ $0 < 0x80 }) {
      return String(decoding: bytes, as: UTF8.self)
    }
    return String(decoding: Self.convert(Array(bytes), from: rawValue), as: UTF8.self)
  }

  private static func convert(_ bytes: [UInt8], from name: String) -> [UInt8] {
    // Sound: both names are terminated strings; the handle is checked and closed below.
    let handle = unsafe iconv_open("UTF-8", name)
    guard unsafe handle != iconv_t(bitPattern: -1) else { return bytes }
    defer { unsafe iconv_close(handle) }
    var source = bytes.map { CChar(bitPattern: $0) }
    // No character of these codings takes more than three times its bytes in UTF-8.
    var target = [CChar](repeating: 0, count: 3 * bytes.count + 16)
    var sourceLeft = source.count
    var targetLeft = target.count
    // Sound: iconv moves the two pointers inside the arrays, within the counts that go along.
    unsafe source.withUnsafeMutableBufferPointer { from in
      unsafe target.withUnsafeMutableBufferPointer { to in
        var input = from.baseAddress
        var output = to.baseAddress
        while sourceLeft > 0, targetLeft >= 4 {
          if unsafe iconv(handle, &input, &sourceLeft, &output, &targetLeft) != -1 { break }
          guard errno != E2BIG, sourceLeft > 0, targetLeft >= 3 else { break }
          // A byte that means nothing.
          for byte in [0xEF, 0xBF, 0xBD] as [UInt8] {
            unsafe output?.pointee = CChar(bitPattern: byte)
            unsafe output = output.map { unsafe $0 + 1 }
          }
          targetLeft -= 3
          unsafe input = input.map { unsafe $0 + 1 }
          sourceLeft -= 1
        }
      }
    }
    return target.dropLast(targetLeft).map { UInt8(bitPattern: $0) }
  }
}
