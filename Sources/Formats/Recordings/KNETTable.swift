import Base

/// An accelerogram in the ASCII format of K-NET and KiK-net (NIED, Japan): one component in m/s².
///
/// The header's scale factor turns counts into gal (0.01 m/s²). The recording begins 15 s before the
/// header's record time, which is local time of Japan (UTC+9).
enum KNETTable {
  private static let bytesMax: Int64 = 64 << 20
  private static let headerLines = 17
  /// The trigger delay that the record time includes.
  private static let delaySeconds = 15

  static func isLikely(_ head: [UInt8]) -> Bool {
    head.starts(with: "Origin Time ".utf8)
      && String(decoding: head, as: UTF8.self).contains("\nScale Factor ")
  }

  static func open(
    _ source: FilePart, _ selection: TableSelection
  ) throws(KilnError) -> any TableReader {
    guard source.size <= bytesMax else {
      throw KilnError(.invalidFile, "the K-NET file is too large", at: source.path)
    }
    let bytes = try source.bytes(at: 0, count: Int(source.size))
    let lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
    guard lines.count > headerLines else {
      throw KilnError(.invalidFile, "the K-NET header is cut off", at: source.path)
    }
    let header = Header(lines.prefix(headerLines))
    guard let scale = header.scale, let rate = header.rate else {
      throw KilnError(
        .invalidFile, "the K-NET header tells no scale factor or no sampling frequency",
        at: source.path)
    }
    var values: [Double] = []
    for (index, line) in lines.enumerated().dropFirst(headerLines) {
      for field in line.split(whereSeparator: { $0 == 0x20 || $0 == 0x0D }) {
        guard let count = CellText.number(field, decimal: 0x2E) else {
          throw KilnError(
            .invalidFile, "`\(String(decoding: field.prefix(20), as: UTF8.self))` is not a number",
            at: "\(source.path):\(index + 1):\(field.startIndex - line.startIndex + 1)")
        }
        values.append(count * scale)
      }
    }
    let all = [Column(header.name, unit: "m/s^2")]
    let chosen = try ColumnChoice(all, path: source.path).indices(of: selection.columns)
    return MemoryTable(
      chosen.map { all[$0] }, values: chosen.map { _ in values }, sampleRateHz: rate,
      path: source.path, startTime: header.startTime)
  }

  /// The lines `keyword   value` before the counts.
  private struct Header {
    private var values: [String: String] = [:]

    init(_ lines: ArraySlice<ArraySlice<UInt8>>) {
      for line in lines {
        let text = String(decoding: line, as: UTF8.self)
        // Values begin at column 19.
        let key = Fields(text).text(0, 18)
        values[key] = Fields(text).text(18, 60)
      }
    }

    /// Station and component.
    var name: String {
      [values["Station Code"], values["Dir."]].compactMap { $0 }.joined(separator: ".")
    }

    /// `2000(gal)/8388608`: m/s² in a count.
    var scale: Double? {
      guard let parts = values["Scale Factor"]?.split(separator: "/"), parts.count == 2,
        let numerator = Double(parts[0].prefix { $0 != "(" }), let denominator = Double(parts[1]),
        denominator > 0
      else { return nil }
      return 0.01 * numerator / denominator
    }

    /// `100Hz`.
    var rate: Double? {
      guard let text = values["Sampling Freq(Hz)"],
        let rate = Double(text.prefix { $0.isNumber || $0 == "." }), rate > 0
      else { return nil }
      return rate
    }

    /// `1996/08/11 03:12:39` in Japan.
    var startTime: Double? {
      let numbers = (values["Record Time"] ?? "").split { !$0.isNumber }.compactMap { Int($0) }
      guard numbers.count == 6 else { return nil }
      let seconds = numbers[3] * 3600 + numbers[4] * 60 + numbers[5]
      guard
        let time = CivilTime.nanoseconds(
          year: numbers[0], month: numbers[1], day: numbers[2], seconds: seconds)
      else { return nil }
      return Double(time) / 1e9 - Double(9 * 3600 + delaySeconds)
    }
  }
}
