import Base

/// Seismic traces in SEG-Y (revisions 0 and 1, SEG Technical Standards Committee 2002): each trace is a
/// column. Traces have one length; numbers are IBM or IEEE floats of four bytes, or integers of one,
/// two or four; both byte orders.
enum SEGYTable {
  private static let textBytes = 3200
  private static let fileHeaderBytes = 3600
  private static let traceHeaderBytes = 240
  /// Beyond this, a job must say which traces it means.
  private static let tracesMax = 1 << 16

  /// Whether a file is SEG-Y: nothing marks it but its sizes, which must fit.
  static func isLikely(_ head: [UInt8], size: Int64) -> Bool {
    guard head.count >= 3840, let header = fileHeader(head) else { return false }
    let isText = head[0] == 0xC3 || head[0] == UInt8(ascii: "C")
    let interval = header.u16(textBytes + 16)
    return isText || interval > 0 && size > Int64(fileHeaderBytes + traceHeaderBytes)
  }

  /// The header in the byte order in which its format makes sense.
  private static func fileHeader(_ bytes: [UInt8]) -> HeaderBytes? {
    for isBigEndian in [true, false] {
      let header = HeaderBytes(bytes: bytes, isBigEndian: isBigEndian)
      if (1...16).contains(header.u16(textBytes + 24)) { return header }
    }
    return nil
  }

  static func open(
    _ source: any ByteSource, _ selection: TableSelection
  ) throws(KilnError) -> BinaryTable {
    guard let header = fileHeader(try source.bytes(at: 0, count: fileHeaderBytes)) else {
      throw KilnError(
        .invalidFile, "the SEG-Y header names no known format of numbers", at: source.path)
    }
    let code = header.u16(textBytes + 24)
    guard let type = numberType(code) else {
      throw KilnError(
        .invalidFile, "SEG-Y data of format \(code) is not read", at: source.path,
        fix: "convert it to IBM or IEEE floats (1 or 5) or integers (2, 3, 8)")
    }
    let extended = max(0, header.i16(textBytes + 304))
    let start = Int64(fileHeaderBytes + extended * textBytes)
    let trace = HeaderBytes(
      bytes: try source.bytes(at: start, count: traceHeaderBytes), isBigEndian: header.isBigEndian)
    guard trace.bytes.count == traceHeaderBytes else {
      throw KilnError(.invalidFile, "the SEG-Y file has no trace", at: source.path)
    }
    // A trace knows itself best; some programs leave one of the two empty, or write the file's for another survey.
    let lengths = [trace.u16(114), header.u16(textBytes + 20)].filter { $0 > 0 }
    let samples =
      lengths.first { (source.size - start) % traceBytes($0, type) == 0 } ?? lengths.first ?? 0
    let interval = [trace.u16(116), header.u16(textBytes + 16)].first { $0 > 0 } ?? 0
    return try BinaryTable(
      source,
      facts(
        Traces(
          decoder: NumberDecoder(type: type, isBigEndian: header.isBigEndian), start: start,
          samples: samples, interval: interval, startTime: startTime(trace)), source), selection)
  }

  /// Bytes of a trace with its header.
  private static func traceBytes(_ samples: Int, _ type: NumberType) -> Int64 {
    Int64(traceHeaderBytes + samples * type.bytes)
  }

  private static func numberType(_ code: Int) -> NumberType? {
    switch code {
    case 1: .ibmFloat
    case 2: .signed(bytes: 4)
    case 3: .signed(bytes: 2)
    case 5: .float(bytes: 4)
    case 8: .signed(bytes: 1)
    case _: nil
    }
  }

  private struct Traces {
    var decoder: NumberDecoder
    var start: Int64
    var samples: Int
    /// Microseconds.
    var interval: Int
    var startTime: Double?
  }

  private static func facts(
    _ traces: Traces, _ source: any ByteSource
  ) throws(KilnError) -> BinaryTable.Facts {
    let traceBytes = traceBytes(traces.samples, traces.decoder.type)
    let rest = source.size - traces.start
    guard traces.samples > 0, rest >= traceBytes, rest % traceBytes == 0 else {
      throw KilnError(
        .invalidFile,
        "traces of \(traces.samples) samples do not fill the \(rest) bytes of the SEG-Y file",
        at: source.path, fix: "was it copied in full? Traces of different lengths are not read")
    }
    let count = rest / traceBytes
    guard count <= tracesMax else {
      throw KilnError(
        .invalidFile, "the SEG-Y file has \(count) traces, more than \(tracesMax)",
        at: source.path, fix: "cut it into gathers first")
    }
    let fields = (0..<count).map { trace in
      BinaryField(
        decoder: traces.decoder,
        start: traces.start + trace * traceBytes + Int64(traceHeaderBytes))
    }
    return BinaryTable.Facts(
      columns: (1...Int(count)).map { Column("trace \($0)") }, fields: fields, layout: .columns,
      rows: traces.samples,
      sampleRateHz: traces.interval > 0 ? 1e6 / Double(traces.interval) : nil,
      startTime: traces.startTime)
  }

  /// Year, day, hour, minute and second of the first trace, if it counts in UTC.
  private static func startTime(_ trace: HeaderBytes) -> Double? {
    let basis = trace.u16(166)
    guard basis == 2 || basis == 4 else { return nil }
    let seconds = trace.u16(160) * 3600 + trace.u16(162) * 60 + trace.u16(164)
    return CivilTime.nanoseconds(year: trace.u16(156), day: trace.u16(158), seconds: seconds)
      .map { Double($0) / 1e9 }
  }
}
