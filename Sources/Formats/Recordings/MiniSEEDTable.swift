import Base
import LinearAlgebra

/// Seismograms in miniSEED 2: each channel is a column on the grid of the earliest one; rows that no
/// record covers are NaN.
///
/// Records may come in any order. Where two overlap, the earlier one holds.
final class MiniSEEDTable: TableReader {
  let columns: [Column]
  let rowCount: Int?
  let sampleRateHz: Double?
  let startTime: Double?
  var path: String? { source.path }
  var fractionRead: Double? { rows > 0 ? Double(next) / Double(rows) : 1 }

  private let source: any ByteSource
  private let rows: Int
  private var channels: [ChannelCursor]
  private var next = 0

  init(_ source: any ByteSource, _ selection: TableSelection) throws(KilnError) {
    if let label = selection.labels.first {
      throw KilnError(.invalidFile, "miniSEED has no labels, so no `\(label)`", at: source.path)
    }
    self.source = source
    let index = try MiniSEEDIndex(source)
    let names = index.channels.map(\.name)
    let chosen = try ColumnChoice(names.map { Column($0) }, path: source.path)
      .indices(of: selection.columns).map { index.channels[$0] }
    let rates = Set(chosen.map(\.rateHz))
    guard rates.count <= 1 else {
      let list = chosen.map { "\($0.name) \(Float($0.rateHz)) Hz" }.joined(separator: ", ")
      throw KilnError(
        .invalidFile, "the channels have different rates: \(list)", at: source.path,
        fix: "choose channels of one rate")
    }
    let start = chosen.compactMap { $0.records.first?.start }.min() ?? 0
    columns = chosen.map { Column($0.name, unit: "counts") }
    channels = chosen.map { ChannelCursor($0, from: start) }
    rows = channels.map(\.end).max() ?? 0
    rowCount = rows
    sampleRateHz = rates.first
    startTime = Double(start) / 1e9
    let samples = chosen.flatMap(\.records).reduce(0) { $0 + $1.samples }
    guard rows <= 1000 * samples + 100_000_000 else {
      throw KilnError(
        .invalidFile, "the records span \(rows) samples, but hold only \(samples)",
        at: source.path, fix: "a record has a wrong time; choose channels or cut the file")
    }
  }

  func read(into block: inout TableBlock) throws(KilnError) {
    precondition(block.columns == columns.count, "the block has other columns than the table")
    let count = columns.isEmpty ? 0 : min(block.capacity, rows - next)
    block.rows = count
    for index in channels.indices {
      try channels[index].read(source, from: next, into: block.column(index))
    }
    next += count
  }
}

/// All records of a file by channel, from their headers alone.
struct MiniSEEDIndex {
  struct Entry {
    var start: Int64
    var samples: Int
    var offset: Int64
  }

  struct Channel {
    var name: String
    var rateHz: Double
    /// In the order of their times.
    var records: [Entry]
  }

  private(set) var channels: [Channel] = []

  private static let recordsMax = 8_000_000

  init(_ source: any ByteSource) throws(KilnError) {
    var places: [String: Int] = [:]
    var offset: Int64 = 0
    var count = 0
    while offset + Int64(MiniSEEDRecord.headerBytes) <= source.size {
      let bytes = try source.bytes(at: offset, count: MiniSEEDRecord.glanceBytes)
      guard let record = MiniSEEDRecord(bytes) else {
        offset = try Self.skip(bytes, at: offset, source)
        continue
      }
      guard offset + Int64(record.length) <= source.size else {
        throw KilnError(
          .invalidFile, "the last record of \(record.channel) is cut off at byte \(offset)",
          at: source.path, fix: "was the file copied in full?")
      }
      count += 1
      guard count <= Self.recordsMax else {
        throw KilnError(
          .invalidFile, "there are more than \(Self.recordsMax) records", at: source.path,
          fix: "cut the file into days")
      }
      let entry = Entry(start: record.start, samples: record.samples, offset: offset)
      offset += Int64(record.length)
      // Records without samples carry events and states.
      if record.samples == 0 || record.rateHz <= 0 { continue }
      let place = places[record.channel] ?? channels.count
      if place == channels.count {
        places[record.channel] = place
        channels.append(Channel(name: record.channel, rateHz: record.rateHz, records: []))
      }
      let rate = channels[place].rateHz
      guard abs(record.rateHz - rate) <= 1e-4 * rate else {
        throw KilnError(
          .invalidFile,
          "\(record.channel) changes its rate from \(rate) to \(record.rateHz) Hz at byte \(entry.offset)",
          at: source.path, fix: "cut the file there")
      }
      channels[place].records.append(entry)
    }
    guard !channels.isEmpty else {
      throw KilnError(.invalidFile, "there is no record with samples", at: source.path)
    }
    for index in channels.indices {
      channels[index].records.sort { ($0.start, $0.offset) < ($1.start, $1.offset) }
    }
  }

  /// Moves over what is no record of data: headers of full SEED and padding.
  private static func skip(
    _ bytes: [UInt8], at offset: Int64, _ source: any ByteSource
  ) throws(KilnError) -> Int64 {
    let isControl = bytes.count > 7 && "VAST ".utf8.contains(bytes[6])
    let isPadding = bytes.prefix(8).allSatisfy { $0 == 0 || $0 == 0x20 }
    guard isControl || isPadding else {
      throw KilnError(
        .invalidFile, "no miniSEED 2 record begins at byte \(offset)", at: source.path,
        fix: "is the file damaged there? miniSEED 3 is not read")
    }
    return offset + 128
  }
}

/// A channel while its records are unpacked one after another.
private struct ChannelCursor {
  private let channel: MiniSEEDIndex.Channel
  /// The row of each record's first sample.
  private let places: [Int]
  /// Rows up to the last sample.
  let end: Int
  private var next = 0
  /// Samples of the record at hand, and the row of the first one.
  private var samples: [Double] = []
  private var place = 0

  init(_ channel: MiniSEEDIndex.Channel, from start: Int64) {
    self.channel = channel
    var places: [Int] = []
    var end = 0
    for record in channel.records {
      let exact = Double(record.start - start) * 1e-9 * channel.rateHz
      // Times are rounded: what comes within a sample and a half of the end before goes on there.
      let nearest = Int(exact.rounded())
      let row = !places.isEmpty && abs(exact - Double(end)) <= 0.5 ? end : nearest
      places.append(row)
      end = max(end, row + record.samples)
    }
    self.places = places
    self.end = end
  }

  /// Fills rows of a column from a row of the table on.
  mutating func read(
    _ source: any ByteSource, from row: Int, into values: MutableView<Double>
  ) throws(KilnError) {
    for index in 0..<values.count { values[index] = .nan }
    let limit = row + values.count
    var filled = row
    while true {
      let first = max(place, filled)
      let last = min(place + samples.count, limit)
      if first < last {
        for index in first..<last { values[index - row] = samples[index - place] }
        filled = last
      }
      // The record at hand reaches beyond the block, or the next one begins behind it.
      if place + samples.count > limit { return }
      guard next < places.count, places[next] < limit else { return }
      // What an earlier record covers stays.
      filled = max(filled, place + samples.count)
      samples = try Self.unpack(channel.records[next], channel, source)
      place = places[next]
      next += 1
    }
  }

  private static func unpack(
    _ entry: MiniSEEDIndex.Entry, _ channel: MiniSEEDIndex.Channel, _ source: any ByteSource
  ) throws(KilnError) -> [Double] {
    let head = try source.bytes(at: entry.offset, count: MiniSEEDRecord.glanceBytes)
    guard let record = MiniSEEDRecord(head) else { throw damaged(entry, channel, source) }
    let bytes = try source.bytes(at: entry.offset, count: record.length)
    let data = bytes.dropFirst(record.dataOffset)
    guard let encoding = MiniSEEDRecord.Encoding(rawValue: record.encoding) else {
      throw KilnError(
        .invalidFile, "encoding \(record.encoding) of \(channel.name) is not read",
        at: source.path, fix: "convert it to Steim 1, Steim 2, integers or floats")
    }
    let values: [Double]? =
      switch encoding {
      case .steim1:
        Steim.decode(data, samples: record.samples, .one, isBigEndian: record.isBigEndian)
      case .steim2:
        Steim.decode(data, samples: record.samples, .two, isBigEndian: record.isBigEndian)
      case .int16: plain(data, record, .signed(bytes: 2))
      case .int24: plain(data, record, .signed(bytes: 3))
      case .int32: plain(data, record, .signed(bytes: 4))
      case .float32: plain(data, record, .float(bytes: 4))
      case .float64: plain(data, record, .float(bytes: 8))
      }
    guard let values else { throw damaged(entry, channel, source) }
    return values
  }

  private static func plain(
    _ data: ArraySlice<UInt8>, _ record: MiniSEEDRecord, _ type: NumberType
  ) -> [Double]? {
    guard record.samples * type.bytes <= data.count else { return nil }
    var values = [Double](repeating: 0, count: record.samples)
    let decoder = NumberDecoder(type: type, isBigEndian: record.isBigEndian)
    Array(data).withView { bytes in
      values.withMutableView { values in
        decoder.decode(
          bytes, from: 0, stride: type.bytes, count: record.samples, into: values, at: 0)
      }
    }
    return values
  }

  private static func damaged(
    _ entry: MiniSEEDIndex.Entry, _ channel: MiniSEEDIndex.Channel, _ source: any ByteSource
  ) -> KilnError {
    KilnError(
      .invalidFile, "the record of \(channel.name) at byte \(entry.offset) is damaged",
      at: source.path, fix: "cut it out of the file; the gap can then be treated by `gaps`")
  }
}
