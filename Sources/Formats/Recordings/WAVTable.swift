import Base

/// Sound in Microsoft's RIFF/WAVE (PCM of 8, 16, 24 and 32 bits, floats of 32 and 64 bits; extensible
/// format; RF64 and BW64 beyond 4 GiB, EBU Tech 3306).
///
/// Whole numbers are scaled to ±1 at full scale; floats are taken as they are.
enum WAVTable {
  static func open(
    _ source: any ByteSource, _ selection: TableSelection
  ) throws(KilnError) -> BinaryTable {
    let chunks = try Chunks(source)
    guard let format = chunks.format else {
      throw KilnError(.invalidFile, "the WAV file has no format chunk", at: source.path)
    }
    guard let data = chunks.data else {
      throw KilnError(.invalidFile, "the WAV file has no data", at: source.path)
    }
    return try BinaryTable(
      source, facts(format, start: data.start, size: data.size, path: source.path), selection)
  }

  private static func facts(
    _ format: HeaderBytes, start: Int64, size: Int64, path: String
  ) throws(KilnError) -> BinaryTable.Facts {
    let isExtensible = format.u16(0) == 0xFFFE
    let tag = isExtensible ? format.u16(24) : format.u16(0)
    let channels = format.u16(2)
    let rate = format.u32(4)
    let bits = format.u16(14)
    let type: NumberType? =
      switch (tag, bits) {
      case (1, 8): .unsigned(bytes: 1)
      case (1, 16), (1, 24), (1, 32): .signed(bytes: bits / 8)
      case (3, 32), (3, 64): .float(bytes: bits / 8)
      case _: nil
      }
    guard let type else {
      throw KilnError(
        .invalidFile, "WAV data of format \(tag) with \(bits) bits is not read", at: path,
        fix: "save it as PCM of 8 to 32 bits or as floats")
    }
    guard channels > 0, channels <= 4096, rate > 0 else {
      throw KilnError(
        .invalidFile, "the WAV header says \(channels) channels at \(rate) Hz", at: path)
    }
    let decoder = NumberDecoder(type: type, isBigEndian: false)
    let scale = tag == 3 ? 1 : 1 / Double(UInt64(1) << UInt64(bits - 1))
    let fields = (0..<channels).map {
      BinaryField(
        decoder: decoder, start: Int64($0 * type.bytes), scale: scale, shift: bits == 8 ? -128 : 0)
    }
    let rowBytes = channels * type.bytes
    return BinaryTable.Facts(
      columns: (1...channels).map { Column("channel \($0)") }, fields: fields,
      layout: .rows(start: start, bytes: rowBytes), rows: Int(size) / rowBytes,
      sampleRateHz: Double(rate))
  }

  /// The chunks that matter.
  private struct Chunks {
    var format: HeaderBytes?
    var data: (start: Int64, size: Int64)?

    init(_ source: any ByteSource) throws(KilnError) {
      var longSize: Int64?
      var offset: Int64 = 12
      while data == nil, offset + 8 <= source.size {
        let head = HeaderBytes(bytes: try source.bytes(at: offset, count: 8), isBigEndian: false)
        var size = Int64(head.u32(4))
        let start = offset + 8
        if head.starts(with: "ds64") {
          let body = HeaderBytes(bytes: try source.bytes(at: start, count: 28), isBigEndian: false)
          longSize = body.size(8)
        } else if head.starts(with: "fmt ") {
          format = HeaderBytes(bytes: try source.bytes(at: start, count: 40), isBigEndian: false)
        } else if head.starts(with: "data") {
          if size == 0xFFFF_FFFF, let longSize { size = longSize }
          // A recorder that was cut off leaves the size open.
          if size == 0 || size == 0xFFFF_FFFF { size = source.size - start }
          guard size <= source.size - start else {
            throw KilnError(
              .invalidFile,
              "the WAV header says \(size) bytes of sound, but \(source.size - start) are there",
              at: source.path, fix: "was the file copied in full?")
          }
          data = (start, size)
        }
        // Chunks have an even number of bytes.
        offset = start + size + (size & 1)
      }
    }
  }
}
