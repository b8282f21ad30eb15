import Base
import Testing

@testable import Formats

@Suite struct ArchiveTests {
  @Test("vectors and matrices of a compressed archive are columns named after their arrays")
  func compressed() throws {
    let file = try TableFile(NumPyFiles.compressed, name: "data.npz")
    let table = try openTable(file.path)
    #expect(table.sampleRateHz == 1000)
    #expect(table.rowCount == 40)
    let all = try Columns(table)
    #expect(all.columns.map(\.name) == ["x", "m[1]", "m[2]"])
    #expect(all.values[0] == (0..<40).map { Double($0) * 0.5 })
    #expect(all.values[1] == (0..<40).map { Double(2 * $0) })
    #expect(all.values[2] == (0..<40).map { Double(2 * $0 + 1) })
    #expect(try file.read(TableSelection(columns: ["m[2]"])).values == [all.values[2]])
    #expect(try file.read(TableSelection(part: "note")).values == [[0, 1, 2]])
    #expect(
      words { _ = try file.read(TableSelection(columns: ["x", "note"])) }
        .contains("the arrays have different numbers of rows: x 40, m 40, note 3"))
  }

  @Test("a stored archive is read in place, whatever the byte order")
  func stored() throws {
    let table = try TableFile(NumPyFiles.stored, name: "data.npz").read(rows: 2)
    #expect(table.columns.map(\.name) == ["a", "b"])
    #expect(table.values == [[1, 2, 3], [1.5, -2, 3]])
  }

  @Test("Fortran order is read column by column")
  func fortran() throws {
    let file = try TableFile(NumPyFiles.fortran, name: "data.npy")
    #expect(try file.read(rows: 2).values == [[1, 3, 5], [2, 4, 6]])
  }

  @Test(
    "numbers of every type and order mean what NumPy means",
    arguments: [
      ("<f8", [0, 0, 0, 0, 0, 0, 0xF8, 0x3F], 1.5), (">f8", [0x3F, 0xF8, 0, 0, 0, 0, 0, 0], 1.5),
      ("<f4", [0, 0, 0xC0, 0x3F], 1.5), (">f4", [0x3F, 0xC0, 0, 0], 1.5),
      ("<i8", [0xFE, 255, 255, 255, 255, 255, 255, 255], -2), (">i4", [255, 255, 255, 0xFE], -2),
      ("<i2", [0xFE, 255], -2), ("|i1", [0xFE], -2),
      (">u8", [0, 0, 0, 1, 0, 0, 0, 0], 4_294_967_296),
      ("<u4", [0xFE, 255, 255, 255], 4_294_967_294), (">u2", [1, 0], 256), ("|u1", [0xFE], 254),
      ("|b1", [1], 1),
    ] as [(String, [UInt8], Double)])
  func types(descr: String, bytes: [UInt8], value: Double) throws {
    for version in 1...3 as ClosedRange<UInt8> {
      let text = "{'descr': '\(descr)', 'fortran_order': False, 'shape': (2,), }\n"
      let length: [UInt8] = [UInt8(text.utf8.count), 0] + (version == 1 ? [] : [0, 0])
      let head = [0x93] + Array("NUMPY".utf8) + [version, 0] + length + Array(text.utf8)
      #expect(try TableFile(head + bytes + bytes, name: "a.npy").read().values == [[value, value]])
    }
  }

  @Test("headers that lie are errors, not allocations")
  func lies() throws {
    func reading(_ descr: String, _ shape: String) throws -> String {
      let text = "{'descr': '\(descr)', 'fortran_order': False, 'shape': \(shape), }\n"
      let head = [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(text.utf8.count), 0]
      let file = try TableFile(head + Array(text.utf8) + [0, 0, 0, 0], name: "a.npy")
      return words { _ = try file.read() }
    }
    #expect(
      try reading("<f8", "(1000000000000,)").contains("needs 8000000000000 bytes, but 4 are there"))
    #expect(try reading("<f8", "(9223372036854775807, 9223372036854775807)").contains("is absurd"))
    #expect(try reading("<f8", "(-4,)").contains("is absurd"))
    #expect(try reading("<c16", "(1,)").contains("arrays of `<c16` are not read"))
    #expect(try reading("|O", "(1,)").contains("arrays of `|O` are not read"))
    #expect(try reading("<i4", "(1, 1, 1)").contains("the array has 3 dimensions"))
  }

  @Test("an archive that claims to unpack into more than deflate can is refused")
  func bomb() throws {
    var bytes = NumPyFiles.compressed
    let entry = try #require(
      (0..<bytes.count - 4).first { bytes[$0...].starts(with: [0x50, 0x4B, 1, 2]) })
    for index in 24..<27 { bytes[entry + index] = 0xFF }
    let file = try TableFile(bytes, name: "bomb.npz")
    #expect(words { _ = try file.read() }.contains("the zip archive is damaged"))
  }
}

@Suite struct JSONTests {
  @Test(
    "a table has one meaning in all its spellings",
    arguments: [
      #"[{"x [mm]": 1, "y": 2.5}, {"x [mm]": -3e1, "y": null}]"#,
      #"{"x [mm]": [1, -30], "y": [2.5, NaN], "note": "hello"}"#,
      "{\"x [mm]\": 1, \"y\": 2.5}\n{\"x [mm]\": -30}\n",
      "\u{FEFF}[\n {\"x [\\u006dm]\": 1, \"y\": 2.5},\n {\"x [mm]\": -30}\n]\n",
    ])
  func spellings(text: String) throws {
    let table = try TableFile(text, name: "a.json").read()
    #expect(table.columns == [Column("x", unit: "mm"), Column("y")])
    #expect(table.values[0] == [1, -30])
    #expect(same(table.values[1], [2.5, .nan]))
  }

  @Test("rows without names are numbered columns")
  func rows() throws {
    #expect(try TableFile("[[1, 2], [3, 4]]", name: "a.json").read().values == [[1, 3], [2, 4]])
    #expect(try TableFile("[1, 2, true]", name: "a.json").read(rows: 2).values.count == 1)
  }

  @Test("texts are labels where they are chosen as such")
  func labels() throws {
    let file = try TableFile(#"[{"k":"b","x":1},{"k":"a","x":2},{"k":"b","x":3}]"#, name: "a.json")
    let table = try file.read(TableSelection(labels: ["k"]))
    #expect(table.values == [[0, 1, 0], [1, 2, 3]])
    #expect(table.levels[0] == ["b", "a"])
    #expect(words { _ = try file.read() }.contains("`k` of row 1 is not a number"))
  }

  @Test(
    "errors name line and column",
    arguments: [
      ("[1,\n 2", "2:3: a comma or `]` is expected here"), ("[1,\n x]", "2:2: a value is expected"),
      ("{\"a\" 1}", "1:6: a colon"),
      ("{\"a\": [1, 2], \"b\": [1]}", "the list `b` has 1 values, others 2"),
      (String(repeating: "[", count: 100_000), "1:65: values are nested too deeply"),
      ("{\"a\": \"x", "1:9: a text is not closed"), ("{\"a\": 1}}", "1:9: a value is expected"),
    ])
  func errors(text: String, message: String) throws {
    let file = try TableFile(text, name: "a.json")
    let said = words { _ = try file.read() }
    #expect(said.contains(message))
  }
}
