import Base
import Testing

@testable import Formats

@Suite struct WAVTests {
  /// A file of two channels, three rows.
  static func file(
    tag: Int, bits: Int, extensible: Bool = false, long: Bool = false,
    sample: (inout ByteBuilder, Int) -> Void
  ) -> [UInt8] {
    var data = ByteBuilder(bigEndian: false)
    for index in 0..<6 { sample(&data, index) }
    var file = ByteBuilder(bigEndian: false)
    file.text(long ? "RF64" : "RIFF")
    file.u32(long ? 0xFFFF_FFFF : 0)
    file.text("WAVE")
    if long {
      file.text("ds64")
      file.u32(28)
      file.u64(0)
      file.u64(data.bytes.count)
      file.u64(3)
      file.u32(0)
    }
    file.text("LIST")
    file.u32(3)
    file.text("abc\u{0}")
    file.text("fmt ")
    file.u32(extensible ? 40 : 16)
    file.u16(extensible ? 0xFFFE : tag)
    file.u16(2)
    file.u32(48000)
    file.u32(48000 * 2 * bits / 8)
    file.u16(2 * bits / 8)
    file.u16(bits)
    if extensible {
      file.u16(22)
      file.u16(bits)
      file.u32(3)
      file.u16(tag)
      file.zeros(14)
    }
    file.text("data")
    file.u32(long ? 0xFFFF_FFFF : data.bytes.count)
    return file.bytes + data.bytes
  }

  @Test("whole numbers are scaled to full scale", arguments: [8, 16, 24, 32], [false, true])
  func pcm(bits: Int, extensible: Bool) throws {
    let full = 1 << (bits - 1)
    let numbers = [0, full / 2, -full / 2, -full, full / 4, 0]
    let bytes = Self.file(tag: 1, bits: bits, extensible: extensible) { data, index in
      data.integer(numbers[index] + (bits == 8 ? 128 : 0), bytes: bits / 8)
    }
    let file = try TableFile(bytes, name: "a.wav")
    let table = try openTable(file.path)
    #expect(table.sampleRateHz == 48000)
    #expect(table.rowCount == 3)
    #expect(try Columns(table, rows: 2).values == [[0, -0.5, 0.25], [0.5, -1, 0]])
  }

  @Test(
    "floats are taken as they are, in files beyond 4 GiB too", arguments: [32, 64], [false, true])
  func float(bits: Int, long: Bool) throws {
    let bytes = Self.file(tag: 3, bits: bits, long: long) { data, index in
      let value = Double(index) * 0.75 - 1
      if bits == 32 { data.float(Float(value)) } else { data.double(value) }
    }
    let table = try TableFile(bytes, name: "a.wav").read()
    #expect(table.values == [[-1, 0.5, 2], [-0.25, 1.25, 2.75]])
  }

  @Test("sound that is cut off is an error")
  func cut() throws {
    let bytes = Self.file(tag: 1, bits: 16) { data, index in data.u16(index) }
    let file = try TableFile(Array(bytes.dropLast(2)), name: "a.wav")
    #expect(words { _ = try file.read() }.contains("says 12 bytes of sound, but 10 are there"))
  }
}

@Suite struct SEGYTests {
  /// - Parameter announced: samples of a trace that the file's header tells; nil: the true number.
  static func file(
    code: Int, bigEndian: Bool, samples: [[(inout ByteBuilder) -> Void]], announced: Int? = nil
  ) -> [UInt8] {
    var file = ByteBuilder(bigEndian: bigEndian)
    file.text("C01 made by a test", width: 3200)
    file.zeros(16)
    file.u16(2000)
    file.u16(0)
    file.u16(announced ?? samples[0].count)
    file.u16(0)
    file.u16(code)
    file.zeros(until: 3600)
    for trace in samples {
      let start = file.bytes.count
      file.zeros(114)
      file.u16(trace.count)
      file.u16(2000)
      file.zeros(until: start + 156)
      for number in [2003, 149, 2, 13, 22, 2] { file.u16(number) }
      file.zeros(until: start + 240)
      for sample in trace { sample(&file) }
    }
    return file.bytes
  }

  @Test("IBM floats are read exactly", arguments: [true, false])
  func ibm(bigEndian: Bool) throws {
    // -118.625 is the textbook example; 1, 0, the smallest step above 1, and 2^-24.
    let words: [(Int, Double)] = [
      (0xC276_A000, -118.625), (0x4110_0000, 1), (0, 0), (0x4110_0001, 1 + 0x1p-20),
      (0x3B10_0000, 0x1p-24), (0x7FFF_FFFF, 0xFFFFFFp228),
    ]
    let trace = words.map { word in { (file: inout ByteBuilder) in file.u32(word.0) } }
    let bytes = Self.file(code: 1, bigEndian: bigEndian, samples: [trace, trace.reversed()])
    let file = try TableFile(bytes, name: "a.sgy")
    let table = try openTable(file.path)
    #expect(table.sampleRateHz == 500)
    // 2003-05-29T02:13:22Z
    #expect(table.startTime == 1_054_174_402)
    let values = words.map(\.1)
    #expect(try Columns(table, rows: 4).values == [values, values.reversed()])
  }

  @Test(
    "IEEE floats and integers are read in both byte orders",
    arguments: [(5, 4), (2, 4), (3, 2), (8, 1)], [true, false])
  func others(code: (Int, Int), bigEndian: Bool) throws {
    let values = [0.0, 5, -7, 100]
    let trace = values.map { value in
      { (file: inout ByteBuilder) in
        if code.0 == 5 { file.float(Float(value)) } else { file.integer(Int(value), bytes: code.1) }
      }
    }
    let bytes = Self.file(code: code.0, bigEndian: bigEndian, samples: [trace])
    #expect(try TableFile(bytes, name: "a.segy").read().values == [values])
  }

  @Test(
    "where file and trace tell different lengths, the one that fits the file holds",
    arguments: [0, 3, 7])
  func lengths(announced: Int) throws {
    let trace = [1.0, 2, 3, 4].map { value in
      { (file: inout ByteBuilder) in file.float(Float(value)) }
    }
    var bytes = Self.file(
      code: 5, bigEndian: true, samples: [trace, trace.reversed()], announced: announced)
    #expect(try TableFile(bytes, name: "a.sgy").read().values == [[1, 2, 3, 4], [4, 3, 2, 1]])
    // The other way round: traces that do not know their length.
    bytes = Self.file(code: 5, bigEndian: true, samples: [trace, trace])
    for start in [3600, 3600 + 240 + 16] { bytes[start + 115] = UInt8(announced) }
    #expect(try TableFile(bytes, name: "a.sgy").read().values == [[1, 2, 3, 4], [1, 2, 3, 4]])
  }

  @Test("a file that is cut off is an error")
  func cut() throws {
    let trace = (0..<9).map { _ in { (file: inout ByteBuilder) in file.u32(0) } }
    let bytes = Self.file(code: 5, bigEndian: true, samples: [trace, trace])
    let file = try TableFile(Array(bytes.dropLast(5)), name: "a.sgy")
    #expect(words { _ = try file.read() }.contains("traces of 9 samples do not fill the 547 bytes"))
  }
}

@Suite struct UniversalTests {
  /// A set 58 of real numbers at an even step.
  static func set(
    node: Int, direction: Int, count: Int, type: String = "    58", order: Int = 4, values: String
  ) -> String {
    func pad(_ text: String, _ width: Int) -> String {
      String(repeating: " ", count: max(0, width - text.count)) + text
    }
    let who =
      pad("1", 5) + pad("0", 10) + pad("0", 5) + pad("0", 10) + " NONE      "
      + pad("\(node)", 10) + pad("\(direction)", 4) + " NONE      " + pad("0", 10) + pad("0", 4)
    let kind =
      pad("\(order)", 10) + pad("\(count)", 10) + pad("1", 10) + pad("0.00000E+00", 13)
      + pad("1.95313E-03", 13) + pad("0.00000E+00", 13)
    let axis = pad("17", 10) + "    0    0    0 Time                 s                   "
    let ordinate = pad("12", 10) + "    0    0    0 Acceleration         m/s^2               "
    let none = pad("0", 10) + "    0    0    0 NONE                 NONE                "
    let head = [
      type, "Run up", "NONE", "NONE", "NONE", "NONE", who, kind, axis, ordinate, none, none,
    ]
    return (["    -1"] + head).joined(separator: "\n") + "\n" + values + "    -1\n"
  }

  static let header = "    -1\n   151\nmodel\nmade by a test\n    -1\n"

  @Test("time histories become columns with node, direction, unit and rate")
  func text() throws {
    // Fortran writes a `D` for doubles, and fields may touch each other.
    let values = Self.line([1, -2.5, 0]).dropLast() + "   4.00000000000D-03\n" + Self.line([5])
    let first = Self.set(node: 12, direction: 3, count: 5, values: values)
    let second = Self.set(node: 12, direction: -1, count: 3, values: Self.line([7, 8, 9]))
    let file = try TableFile(Self.header + first + second, name: "a.uff")
    let table = try openTable(file.path)
    #expect(table.columns == [Column("12+Z", unit: "m/s^2"), Column("12-X", unit: "m/s^2")])
    #expect(table.sampleRateHz == 512)
    let all = try Columns(table, rows: 2)
    #expect(same(all.values[1], [7, 8, 9, .nan, .nan]))
    #expect(all.values[0] == [1, -2.5, 0, 0.004, 5])
  }

  /// Numbers in fields of twenty characters, four in a line.
  static func line(_ values: [Double]) -> String {
    values.map { value in
      let text = "\(value)"
      return String(repeating: " ", count: 20 - text.count) + text
    }.joined() + "\n"
  }

  @Test("binary sets are read in both byte orders", arguments: [1, 2], [2, 4])
  func binary(endian: Int, order: Int) throws {
    let values = [1.5, -2, 0.25, 1e10]
    var data = ByteBuilder(bigEndian: endian == 2)
    for value in values { if order == 2 { data.float(Float(value)) } else { data.double(value) } }
    let type =
      "    58b     \(endian)     2          11          \(data.bytes.count)     0     0           0           0"
    let text = Self.set(node: 7, direction: 1, count: 4, type: type, order: order, values: "")
    let head = Array((Self.header + text.dropLast("    -1\n".count)).utf8)
    for tail in ["    -1\n", "\n    -1\n"] {
      let file = try TableFile(head + data.bytes + Array(tail.utf8), name: "a.unv")
      let table = try file.read(rows: 3)
      #expect(table.columns == [Column("7+X", unit: "m/s^2")])
      #expect(table.values == [values])
    }
  }

  @Test("a file without time histories says what it has")
  func others() throws {
    let file = try TableFile(Self.header, name: "a.uff")
    #expect(
      words { _ = try file.read() }.contains(
        "the file has no recording over time (sets found: 151)"))
  }
}

@Suite struct KNETTests {
  @Test("counts become accelerations, and the time of Japan that of the world")
  func example() throws {
    var text = ""
    for (key, value) in [
      ("Origin Time", "1996/08/11 03:12:00"), ("Lat.", "38.920"), ("Long.", "140.630"),
      ("Depth. (km)", "7"), ("Mag.", "5.9"), ("Station Code", "AKT013"),
      ("Station Lat.", "39.6069"), ("Station Long.", "140.3213"), ("Station Height(m)", "34"),
      ("Record Time", "1996/08/11 03:12:39"), ("Sampling Freq(Hz)", "100Hz"),
      ("Duration Time(s)", "59"), ("Dir.", "E-W"), ("Scale Factor", "2000(gal)/8388608"),
      ("Max. Acc. (gal)", "4.383"), ("Last Correction", "1996/08/11 03:00:00"), ("Memo.", ""),
    ] {
      text += key + String(repeating: " ", count: 18 - key.count) + value + "\n"
    }
    let file = try TableFile(text + "  -18205   4194304 \n        0\n", name: "a.EW")
    let table = try openTable(file.path)
    #expect(table.sampleRateHz == 100)
    // 1996-08-10T18:12:24Z
    #expect(table.startTime == 839_700_744)
    let all = try Columns(table)
    #expect(all.columns == [Column("AKT013.E-W", unit: "m/s^2")])
    // Half of full scale is ten metres per second squared.
    #expect(all.values[0][1] == 10 && all.values[0][2] == 0)
    #expect(abs(all.values[0][0] + 18205 * 2.384185791015625e-06) < 1e-15)
  }
}
