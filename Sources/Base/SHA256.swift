import CCrypto

/// A SHA-256 digest: the name of an input's content and the seal of a result's.
package struct SHA256: Hashable, Sendable, Codable {
  /// 64 lower-case hexadecimal digits.
  package let hex: String

  /// Nil unless `hex` is 64 lower-case hexadecimal digits.
  package init?(hex: String) {
    let digits = hex.utf8
    guard digits.count == 64,
      digits.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) })
    else { return nil }
    self.hex = hex
  }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    guard let digest = SHA256(hex: try container.decode(String.self)) else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "not a SHA-256 digest")
    }
    self = digest
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(hex)
  }

  fileprivate init(trusted hex: String) { self.hex = hex }

  package static func of(_ bytes: [UInt8]) -> SHA256 {
    var hasher = SHA256Hasher()
    hasher.update(bytes)
    return hasher.finish()
  }

  /// The authentication code of a message under a key: HMAC of RFC 2104, in hexadecimal.
  package static func authentication(of message: [UInt8], key: [UInt8]) -> String {
    let block = 64
    let short = key.count > block ? SHA256.of(key).bytes : key
    let padded = short + [UInt8](repeating: 0, count: block - short.count)
    let inner = SHA256.of(padded.map { $0 ^ 0x36 } + message)
    return SHA256.of(padded.map { $0 ^ 0x5C } + inner.bytes).hex
  }

  /// The digest as 32 bytes.
  private var bytes: [UInt8] {
    let digits = Array(hex.utf8).map { $0 <= 0x39 ? $0 - 0x30 : $0 - 0x57 }
    return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
  }
}

extension SHA256: CustomStringConvertible {
  package var description: String { hex }
}

/// Hashes a stream of bytes with libcrypto, which uses the processor's SHA instructions.
@safe
package struct SHA256Hasher: ~Copyable {
  private let context: OpaquePointer

  /// Looked up once: by `EVP_sha256` every hash would look it up again, at the cost of a short hash.
  // Sound: libcrypto counts references atomically, and this one is never given back.
  private nonisolated(unsafe) static let algorithm = unsafe EVP_MD_fetch(nil, "SHA256", nil)

  package init() {
    guard let context = unsafe EVP_MD_CTX_new() else { preconditionFailure("out of memory") }
    // Sound: the context lives until `deinit` frees it, once, because the type cannot be copied.
    unsafe self.context = context
    let started = unsafe EVP_DigestInit_ex(context, SHA256Hasher.algorithm, nil)
    precondition(started == 1, "libcrypto has no SHA-256")
  }

  deinit { unsafe EVP_MD_CTX_free(context) }

  package mutating func update(_ bytes: [UInt8]) {
    unsafe bytes.withUnsafeBytes { unsafe update($0) }
  }

  package mutating func update(_ bytes: UnsafeRawBufferPointer) {
    let fed = unsafe EVP_DigestUpdate(context, bytes.baseAddress, bytes.count)
    precondition(fed == 1, "libcrypto refused to hash")
  }

  package consuming func finish() -> SHA256 {
    var digest = [UInt8](repeating: 0, count: 32)
    // Sound: SHA-256 writes exactly 32 bytes.
    let finished = unsafe digest.withUnsafeMutableBufferPointer {
      unsafe EVP_DigestFinal_ex(context, $0.baseAddress, nil)
    }
    precondition(finished == 1, "libcrypto could not finish a hash")
    return SHA256(trusted: hexadecimal(digest))
  }
}

/// Lower-case hexadecimal digits of `bytes`.
package func hexadecimal(_ bytes: [UInt8]) -> String {
  func digit(_ nibble: UInt8) -> UInt8 { nibble < 10 ? 0x30 + nibble : 0x57 + nibble }
  // Sound: two digits are written for each byte, and the buffer has room for as many.
  return unsafe String(unsafeUninitializedCapacity: bytes.count * 2) { text in
    for (place, byte) in bytes.enumerated() {
      unsafe text[2 * place] = digit(byte >> 4)
      unsafe text[2 * place + 1] = digit(byte & 15)
    }
    return bytes.count * 2
  }
}
