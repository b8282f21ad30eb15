import Base

/// One message as the bytes of a frame.
package enum Frame {
  package static func encode(_ message: some Encodable) throws(KilnError) -> [UInt8] {
    let bytes: [UInt8]
    do {
      bytes = try JSONWriter.encoding(message)
    } catch {
      throw KilnError(.internalError, "cannot encode a message: \(error)")
    }
    guard bytes.count <= WorkerProtocol.frameBytesMax else {
      throw KilnError(
        .internalError,
        "a message of \(ByteCount(bytes.count)) exceeds the limit of "
          + "\(ByteCount(WorkerProtocol.frameBytesMax))")
    }
    return bytes
  }

  package static func decode<Message: Decodable>(
    _ type: Message.Type, _ bytes: [UInt8]
  ) throws(KilnError) -> Message {
    do {
      return try JSONValue.decoding(type, bytes, path: "message")
    } catch {
      throw KilnError(.internalError, "cannot understand a message: \(error)")
    }
  }
}
