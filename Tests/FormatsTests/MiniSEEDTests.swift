import Base
import TestSupport
import Testing

@testable import Formats

/// Packs samples into Steim frames: the reverse of what is under test, written for the test alone.
struct SteimPacker {
  let isBigEndian: Bool
  let isSecond: Bool

  /// Frames of 64 bytes; the differences of a word are as many as fit.
  func pack(_ samples: [Int32]) -> [UInt8] {
    var differences = [samples[0]]
    for (a, b) in zip(samples, samples.dropFirst()) { differences.append(b &- a) }
    var words: [(code: Int, word: UInt32)] = []
    var rest = differences[...]
    while !rest.isEmpty {
      let (code, bits, count, head) = fitting(rest)
      var word = head
      for index in 0..<count {
        let value = UInt32(bitPattern: rest[rest.startIndex + index])
        let mask = bits == 32 ? UInt32.max : (1 << bits) - 1
        word |= (value & mask) << (bits * UInt32(count - 1 - index))
      }
      words.append((code, word))
      rest = rest.dropFirst(count)
    }
    return frames(words, first: samples[0], last: samples[samples.count - 1])
  }

  private func fitting(
    _ rest: ArraySlice<Int32>
  ) -> (code: Int, bits: UInt32, count: Int, head: UInt32) {
    let choices: [(Int, UInt32, Int, UInt32)] =
      isSecond
      ? [
        (3, 4, 7, 2 << 30), (3, 5, 6, 1 << 30), (3, 6, 5, 0), (1, 8, 4, 0), (2, 10, 3, 3 << 30),
        (2, 15, 2, 2 << 30), (2, 30, 1, 1 << 30),
      ] : [(1, 8, 4, 0), (2, 16, 2, 0), (3, 32, 1, 0)]
    for (code, bits, count, head) in choices where rest.count >= count {
      let limit = Int64(1) << Int64(bits - 1)
      if rest.prefix(count).allSatisfy({ Int64($0) >= -limit && Int64($0) < limit }) {
        return (code, bits, count, head)
      }
    }
    return (0, 0, 0, 0)
  }

  private func frames(_ words: [(code: Int, word: UInt32)], first: Int32, last: Int32) -> [UInt8] {
    var file = ByteBuilder(bigEndian: isBigEndian)
    var rest = words[...]
    while !rest.isEmpty {
      let isFirst = file.bytes.isEmpty
      let taken = rest.prefix(isFirst ? 13 : 15)
      var codes: UInt32 = 0
      for (index, word) in taken.enumerated() {
        codes |= UInt32(word.code) << UInt32(30 - 2 * (index + (isFirst ? 3 : 1)))
      }
      file.u32(Int(codes))
      if isFirst {
        file.u32(Int(UInt32(bitPattern: first)))
        file.u32(Int(UInt32(bitPattern: last)))
      }
      for word in taken { file.u32(Int(word.word)) }
      file.zeros((64 - file.bytes.count % 64) % 64)
      rest = rest.dropFirst(taken.count)
    }
    return file.bytes
  }
}

@Suite struct MiniSEEDTests {
  /// A record of 512 bytes that begins so many tenths of milliseconds after 2024-01-02T03:04:05Z.
  static func record(
    _ channel: String = "BHZ", at tenths: Int, samples: Int, encoding: Int, data: [UInt8],
    bigEndian: Bool = true
  ) -> [UInt8] {
    var file = ByteBuilder(bigEndian: bigEndian)
    file.text("000001D ")
    file.text("STA  ")
    file.text("00")
    file.text(channel)
    file.text("XX")
    file.u16(2024)
    file.u16(2)
    for number in [3, 4, 5 + tenths / 10_000, 0] { file.u8(number) }
    file.u16(tenths % 10_000)
    file.u16(samples)
    file.u16(100)
    file.u16(1)
    for number in [0, 0, 0, 1] { file.u8(number) }
    file.u32(0)
    file.u16(64)
    file.u16(48)
    file.u16(1000)
    file.u16(0)
    for number in [encoding, bigEndian ? 1 : 0, 9, 0] { file.u8(number) }
    file.zeros(until: 64)
    file.bytes += data
    file.zeros(until: 512)
    return file.bytes
  }

  static let walk: [Int32] = {
    var generator = SplitMix64(seed: 7)
    var value: Int32 = 12_345
    return (0..<100).map { index in
      let reach = Int32(1) << Int32(index % 14)
      value &+= Int32.random(in: -reach...reach, using: &generator)
      return value
    }
  }()

  @Test("Steim 1 and 2 are unpacked in both byte orders", arguments: [10, 11], [true, false])
  func steim(encoding: Int, bigEndian: Bool) throws {
    let packer = SteimPacker(isBigEndian: bigEndian, isSecond: encoding == 11)
    let data = packer.pack(Self.walk)
    let bytes = Self.record(
      at: 0, samples: 100, encoding: encoding, data: data, bigEndian: bigEndian)
    let file = try TableFile(bytes, name: "a.mseed")
    let table = try openTable(file.path)
    #expect(table.columns == [Column("XX.STA.00.BHZ", unit: "counts")])
    #expect(table.sampleRateHz == 100)
    // 2024-01-02T03:04:05Z
    #expect(table.startTime == 1_704_164_645)
    #expect(try Columns(table).values == [Self.walk.map(Double.init)])
  }

  @Test("plain numbers are read", arguments: [1, 3, 4, 5], [true, false])
  func plain(encoding: Int, bigEndian: Bool) throws {
    var data = ByteBuilder(bigEndian: bigEndian)
    for value in [-3.0, 0, 250] {
      switch encoding {
      case 1: data.u16(Int(value))
      case 3: data.u32(Int(value))
      case 4: data.float(Float(value))
      default: data.double(value)
      }
    }
    let bytes = Self.record(
      at: 0, samples: 3, encoding: encoding, data: data.bytes, bigEndian: bigEndian)
    #expect(try TableFile(bytes, name: "a.mseed").read().values == [[-3, 0, 250]])
  }

  @Test("gaps are rows of NaN, channels lie on one grid, and order does not matter")
  func gaps() throws {
    func integers(_ values: [Int]) -> [UInt8] {
      var data = ByteBuilder(bigEndian: true)
      for value in values { data.u32(value) }
      return data.bytes
    }
    // Ten milliseconds are a sample; the second record of Z comes two samples late, the third in time.
    let records = [
      Self.record(at: 500, samples: 2, encoding: 3, data: integers([6, 7])),
      Self.record(at: 0, samples: 3, encoding: 3, data: integers([1, 2, 3])),
      Self.record("BHN", at: 202, samples: 2, encoding: 3, data: integers([20, 30])),
      Self.record(at: 700, samples: 1, encoding: 3, data: integers([8])),
    ]
    let file = try TableFile(records.flatMap { $0 }, name: "a.mseed")
    for rows in [1, 3, 100] {
      let table = try file.read(rows: rows)
      #expect(table.columns.map(\.name) == ["XX.STA.00.BHZ", "XX.STA.00.BHN"])
      #expect(same(table.values[0], [1, 2, 3, .nan, .nan, 6, 7, 8]))
      #expect(same(table.values[1], [.nan, .nan, 20, 30, .nan, .nan, .nan, .nan]))
    }
    #expect(
      same(try file.read(TableSelection(columns: ["XX.STA.00.BHN"])).values[0], [20, 30]))
  }

  @Test("a damaged record is an error that says where it is")
  func damaged() throws {
    var data = SteimPacker(isBigEndian: true, isSecond: true).pack(Self.walk)
    data[20] ^= 1
    let file = try TableFile(
      Self.record(at: 0, samples: 100, encoding: 11, data: data), name: "a.mseed")
    #expect(
      words { _ = try file.read() }.contains("the record of XX.STA.00.BHZ at byte 0 is damaged"))
    let cut = try TableFile(
      Array(Self.record(at: 0, samples: 3, encoding: 3, data: []).dropLast()), name: "a.mseed")
    #expect(words { _ = try cut.read() }.contains("is cut off at byte 0"))
  }

  /// Runs of samples without a gap.
  static func runs(_ values: [Double]) -> [[Double]] {
    values.split { $0.isNaN }.map(Array.init)
  }

  static let shared = repositoryFile("../shared/data/formats")

  @Test(
    "recordings of real networks are decoded as ObsPy decodes them",
    .enabled(if: FileTree.isFolder(shared), "../shared/data is not beside the repository"))
  func obspy() throws {
    for name in try FileTree.entries(Self.shared).map(\.name) where name.hasSuffix(".mseed") {
      let file = "\(Self.shared)/\(name)"
      let text = try #require(textOfFile("\(file).json"))
      let reference = try JSONValue(parsing: Array(text.utf8), path: name)
      let table = try openTable(file)
      let runs = Self.runs(try Columns(table, rows: 1000).values[0])
      let traces = reference["traces"]?.items ?? []
      #expect(runs.map(\.count) == traces.map { Int($0["npts"]?.number ?? 0) })
      #expect(runs.map { $0.reduce(0, +) } == traces.map { $0["sum"]?.number ?? 0 })
      #expect(table.sampleRateHz == traces.first?["fs"]?.number)
      for (run, trace) in zip(runs, traces) {
        #expect(Array(run.prefix(5)) == trace["first5"]?.items?.map { $0.number ?? .nan })
      }
    }
  }

  @Test(
    "traces of SEG-Y files are decoded as ObsPy decodes them",
    .enabled(if: FileTree.isFolder(shared), "../shared/data is not beside the repository"))
  func segy() throws {
    for name in try FileTree.entries(Self.shared).map(\.name) where name.hasSuffix("first_trace") {
      let file = "\(Self.shared)/\(name)"
      let text = try #require(textOfFile("\(file).json"))
      let reference = try JSONValue(parsing: Array(text.utf8), path: name)
      let table = try openTable(file)
      let values = try Columns(table, rows: 1000).values[0]
      #expect(values.count == Int(reference["npts"]?.number ?? 0))
      #expect(abs((table.sampleRateHz ?? 0) * (reference["delta"]?.number ?? 0) - 1) < 1e-12)
      #expect(Array(values.prefix(5)) == reference["first5"]?.items?.map { $0.number ?? .nan })
      #expect(Array(values.suffix(5)) == reference["last5"]?.items?.map { $0.number ?? .nan })
      // The order of summation differs.
      let sum = reference["sum"]?.number ?? 0
      let largest = values.map(abs).max() ?? 0
      #expect(abs(values.reduce(0, +) - sum) <= 1e-12 * largest * Double(values.count))
    }
  }
}
