import Base
import Testing

@testable import Formats

@Suite struct ArrayTests {
  @Test("what is written as NPY is read back bit by bit")
  func roundTrip() throws {
    let values = (0..<70_001).map { Double($0).squareRoot() }
    var bytes: [UInt8] = []
    try writeNPY(values, shape: [values.count]) { (piece) throws(KilnError) in bytes += piece }
    let table = try TableFile(bytes, name: "a.npy").read(rows: 1000)
    let isSame = table.values == [values]
    #expect(isSame)
  }

  @Test("an array grows row by row and gets its shape at the end")
  func growing() throws {
    var bytes: [UInt8] = []
    let writer = try ArrayWriter(
      columns: 2, write: { (piece) throws(KilnError) in bytes += piece },
      replaceStart: { (piece) throws(KilnError) in
        bytes.replaceSubrange(0..<piece.count, with: piece)
      })
    try writer.append([1, 2])
    var block = TableBlock(rows: 2, columns: 2)
    block.rows = 1
    block.column(0)[0] = 3
    block.column(1)[0] = 4
    try writer.append(block)
    try writer.finish()
    #expect(try TableFile(bytes, name: "a.npy").read().values == [[1, 3], [2, 4]])
    #expect(
      try TableFile(bytes, name: "a.npy").read(TableSelection(columns: ["2"])).values == [[2, 4]])
  }

  @Test("a table is written with headings, units and the fewest digits that read back")
  func table() throws {
    var bytes: [UInt8] = []
    let columns = [Column("f", unit: "Hz"), Column("name, long"), Column("x")]
    let writer = try TableWriter(columns) { (piece) throws(KilnError) in bytes += piece }
    try writer.append([.number(0.1), .text("say \"a, b\""), .number(1e-30)])
    try writer.append([3, -0.0, .nan])
    try writer.finish()
    #expect(
      String(decoding: bytes, as: UTF8.self)
        == "f [Hz],\"name, long\",x\n0.1,\"say \"\"a, b\"\"\",1e-30\n3,-0,NaN\n")
  }
}
