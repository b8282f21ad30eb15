import Base
import Testing

@testable import Formats

/// Damaged files must end in an error or in numbers: never in a trap, an endless loop or memory
/// without bound.
@Suite struct HostileFileTests {
  struct Specimen: Sendable, CustomTestStringConvertible {
    var name: String
    var bytes: [UInt8]
    var testDescription: String { name }
  }

  static let specimens: [Specimen] = {
    let walk = SteimPacker(isBigEndian: true, isSecond: true).pack(MiniSEEDTests.walk)
    let record = MiniSEEDTests.record(at: 0, samples: 100, encoding: 11, data: walk)
    let later = MiniSEEDTests.record(at: 15_000, samples: 100, encoding: 11, data: walk)
    let trace = (0..<20).map { index in { (file: inout ByteBuilder) in file.u32(index << 20) } }
    let text = UniversalTests.set(
      node: 1, direction: 1, count: 6,
      values: UniversalTests.line([1, 2, 3, 4]) + UniversalTests.line([5, 6]))
    var table = "t [s];kind;x [mm]\n"
    for row in 0..<40 { table += "\(row);\"k\(row % 3)\";-1,\(row)e-3\n" }
    return [
      Specimen(name: "a.csv", bytes: Array(table.utf8)),
      Specimen(name: "b.csv", bytes: Array("# a b\n 1 2\n 3  NA\n4 5e7\n\n6 7\n".utf8)),
      Specimen(name: "c.npz", bytes: NumPyFiles.compressed),
      Specimen(name: "s.npz", bytes: NumPyFiles.stored),
      Specimen(name: "f.npy", bytes: NumPyFiles.fortran),
      Specimen(
        name: "w.wav",
        bytes: WAVTests.file(tag: 1, bits: 24, extensible: true, long: true) { data, index in
          data.integer(index, bytes: 3)
        }),
      Specimen(
        name: "t.sgy", bytes: SEGYTests.file(code: 1, bigEndian: true, samples: [trace, trace])),
      Specimen(name: "m.mseed", bytes: record + later),
      Specimen(name: "u.uff", bytes: Array((UniversalTests.header + text).utf8)),
      Specimen(
        name: "j.json",
        bytes: Array(#"[{"x [mm]": 1, "y": "\u00e9\n"}, {"x [mm]": -3e1, "z": {}}]"#.utf8)),
    ]
  }()

  @Test("random damage ends in an error or in numbers", arguments: specimens)
  func damage(specimen: Specimen) throws {
    let seed = UInt64.random(in: 0 ... .max)
    print("seed \(seed) for \(specimen.name)")
    var generator = SplitMix64(seed: seed)
    for _ in 0..<300 {
      var bytes = specimen.bytes
      for _ in 0..<Int.random(in: 1...4, using: &generator) { Self.mutate(&bytes, &generator) }
      try Self.read(bytes, name: specimen.name)
    }
  }

  @Test("a file that ends anywhere ends in an error or in numbers", arguments: specimens)
  func truncation(specimen: Specimen) throws {
    let step = max(1, specimen.bytes.count / 150)
    for length in stride(from: 0, to: specimen.bytes.count, by: step) {
      try Self.read(Array(specimen.bytes.prefix(length)), name: specimen.name)
    }
  }

  private static func mutate(_ bytes: inout [UInt8], _ generator: inout SplitMix64) {
    guard !bytes.isEmpty else { return }
    let place = Int.random(in: 0..<bytes.count, using: &generator)
    let extremes: [UInt8] = [0, 0xFF, 0x7F, 0x80, 0x22, 0x0A, 0x2C, 0x2D, 0x5B, 0x39]
    switch Int.random(in: 0..<6, using: &generator) {
    case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
    case 1: bytes[place] = extremes.randomElement(using: &generator) ?? 0
    case 2:
      let value = extremes.randomElement(using: &generator) ?? 0
      for index in place..<min(place + 8, bytes.count) { bytes[index] = value }
    case 3: bytes.remove(at: place)
    case 4: bytes.insert(UInt8.random(in: 0...255, using: &generator), at: place)
    default:
      let length = min(Int.random(in: 1...64, using: &generator), bytes.count - place)
      bytes.insert(contentsOf: bytes[place..<place + length], at: place)
    }
  }

  /// Reads all of a file, but no more than a million rows.
  private static func read(_ bytes: [UInt8], name: String) throws {
    let file = try TableFile(bytes, name: name)
    do {
      let table = try openTable(file.path)
      var block = TableBlock(rows: 1000, columns: table.columns.count)
      for _ in 0..<1000 {
        try table.read(into: &block)
        if block.rows == 0 { break }
      }
    } catch {
      #expect(!error.message.isEmpty)
    }
  }

  @Test("a line that never ends is an error before it fills the memory")
  func endlessLine() throws {
    let file = try TableFile([UInt8](repeating: 0x31, count: 70 << 20))
    #expect(words { _ = try file.read() }.contains("the first line is longer than"))
  }

  @Test(
    "what is no table is named as what it is",
    arguments: [
      ("book.xlsx", [0x50, 0x4B, 3, 4, 0, 0], "the file is a zip archive or a workbook"),
      ("a.csv", [0xFF, 0xFE, 0x31, 0], "the file is UTF-16"),
      ("a.csv", [0x7F, 0x45, 0x4C, 0x46, 0, 0], "the file is not text"),
      ("a.csv", [0x0A, 0x0A], "the table is empty"), ("a.csv", [], "the file is empty"),
    ] as [(String, [UInt8], String)])
  func noTables(name: String, bytes: [UInt8], message: String) throws {
    let file = try TableFile(bytes, name: name)
    #expect(words { _ = try file.read() }.contains(message))
    let nowhere = file.folder.path + "/none"
    #expect(words { _ = try openTable(nowhere) }.contains("cannot open the file"))
    #expect(words { _ = try openTable(file.folder.path) }.contains("this is a folder"))
  }
}

@Suite struct TextEncodingTests {
  @Test("headings and labels of Chinese and Western files are read in their own coding")
  func codings() throws {
    // "时间 [s],力 [N],级" and "甲", "乙" in GB18030.
    let chinese: [UInt8] =
      [0xCA, 0xB1, 0xBC, 0xE4] + Array(" [s],".utf8) + [0xC1, 0xA6] + Array(" [N],".utf8)
      + [0xBC, 0xB6] + Array("\n0,1.5,".utf8) + [0xBC, 0xD7] + Array("\n0.1,2,".utf8) + [
        0xD2, 0xD2,
      ]
      + Array("\n".utf8)
    let table = try TableFile(chinese).read(TableSelection(labels: ["级"]))
    #expect(table.columns == [Column("时间", unit: "s"), Column("力", unit: "N"), Column("级")])
    #expect(table.values == [[0, 0.1], [1.5, 2], [0, 1]])
    #expect(table.levels[2] == ["甲", "乙"])
    let western =
      Array("Temperatur [".utf8) + [0xB0] + Array("C];Weg [".utf8) + [0xB5]
      + Array("m]\n1,5;2\n".utf8)
    #expect(
      try TableFile(western).read().columns == [
        Column("Temperatur", unit: "°C"), Column("Weg", unit: "µm"),
      ])
  }
}
