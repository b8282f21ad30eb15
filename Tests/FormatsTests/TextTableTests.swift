import Base
import Testing

@testable import Formats

@Suite struct TextTableTests {
  @Test(
    "dialects are told from the text alone",
    arguments: [
      "t [s],x [mm]\n0,1.5\n0.1,-2\n", "t [s];x [mm]\n0;1,5\n0,1;-2\n",
      "t [s];x [mm]\n0;1.5\n0.1;-2\n", "t [s]\tx [mm]\n0\t1.5\n0.1\t-2\n",
      "t [s]\tx [mm]\n0\t1,5\n0,1\t-2\n", "t,x\ns,mm\n0,1.5\n0.1,-2\n",
      "t,x\r\n[s],[mm]\r\n0,1.5\r\n0.1,-2\r\n", "# made by hand\nt (s), x (mm)\n0, 1.5\n0.1, -2",
      "\u{FEFF}t [s],x [mm]\n0,1.5\n\n0.1,-2\n\n",
      "\"t [s]\",\"x [mm]\"\n\"0\",\"1.5\"\n\"0.1\",-2\n",
      "t[s]|x[mm]\n0|1.5\n0.1|-2\n", "  t[s]   x[mm]\n  0   1.5\n  0.1 -2\n",
      "t[s] x[mm]\n0 1,5\n0,1 -2\n", "# t[s] x[mm]\n0 1.5\n# in between\n0.1 -2\n",
      "t [s],x [mm],\n0,1.5,\n0.1,-2,\n",
      "Recorder 7\nUnit 3 in hall 2\nt [s],x [mm]\n0,1.5\n0.1,-2\n",
    ])
  func dialects(text: String) throws {
    let table = try TableFile(text).read()
    #expect(table.columns == [Column("t", unit: "s"), Column("x", unit: "mm")])
    #expect(table.values == [[0, 0.1], [1.5, -2]])
  }

  @Test(
    "a table without headings numbers its columns",
    arguments: ["1,2\n3,4\n", "1;2\n3;4", "1 2\n3 4\n", "1\t2\n3\t4\n"])
  func numbered(text: String) throws {
    let table = try TableFile(text).read()
    #expect(table.columns == [Column("column 1"), Column("column 2")])
    #expect(table.values == [[1, 3], [2, 4]])
  }

  @Test(
    "a single column is a table too",
    arguments: ["load\n-2\n1.5\n", "load\n-2\n1,5\n", "-2\n1.5", "load\r\n-2\r\n1.5\r\n"])
  func single(text: String) throws {
    #expect(try TableFile(text).read().values == [[-2, 1.5]])
  }

  @Test("missing values are NaN, blank lines of a single column too")
  func missing() throws {
    let table = try TableFile("a,b,c\n1,,3\nNA,nan,-\n\"\", NULL,9\n").read()
    #expect(same(table.values[0], [1, .nan, .nan]))
    #expect(same(table.values[1], [.nan, .nan, .nan]))
    #expect(same(table.values[2], [3, .nan, 9]))
    let quoted = try TableFile("a;b\n\"1,5\";\"\"\n\"-2\" ;\n;\"3e2\"\n").read()
    #expect(same(quoted.values[0], [1.5, -2, .nan]))
    #expect(same(quoted.values[1], [.nan, .nan, 300]))
    #expect(same(try TableFile("x\n1\n\n\n4\n\n").read().values[0], [1, .nan, .nan, 4]))
  }

  @Test("infinities are read as such")
  func infinities() throws {
    #expect(
      try TableFile("a,b\n1,inf\n-Infinity,2\n").read().values == [
        [1, -.infinity], [.infinity, 2],
      ])
  }

  @Test("columns are chosen by name, heading, other case or number, in the order asked for")
  func selection() throws {
    let file = try TableFile("time [s],Force [N],note\n0,1,up\n1,2,\"down, left\"\n")
    let selection = TableSelection(columns: ["force", "1"])
    let table = try file.read(selection)
    #expect(table.columns == [Column("Force", unit: "N"), Column("time", unit: "s")])
    #expect(table.values == [[1, 2], [0, 1]])
    #expect(try file.read(TableSelection(columns: ["Force [N]"])).values == [[1, 2]])
  }

  @Test("labels become numbers of their texts in the order of appearance")
  func labels() throws {
    let file = try TableFile("kind,x\nb,1\na,2\nb,3\n,4\n\"a\",5\n")
    let table = try file.read(TableSelection(columns: ["kind", "x"], labels: ["kind"]), rows: 2)
    #expect(same(table.values[0], [0, 1, 0, .nan, 1]))
    #expect(table.levels == [["b", "a"], []])
  }

  @Test("what cannot be read is named with file, line and column, and the fix")
  func errors() throws {
    func reading(_ text: String, _ selection: TableSelection = TableSelection()) throws -> String {
      let file = try TableFile(text)
      return words { _ = try file.read(selection) }
        .replacingPath(file.path)
    }
    #expect(
      try reading("a,b\n1,2\n3,x4\n5,6\n")
        == "table.csv:3:3: `x4` is not a number; choose other columns, or name this one under the labels if its texts are categories"
    )
    #expect(
      try reading("a;b\n1;2\n3;1,234.5\n1;2\n1;2\n1;2\n")
        == "table.csv:3:3: `1,234.5` has thousands separators; write the number without them")
    #expect(
      try reading("a,b\n1,2\n3\n5,6\n7,8\n9,0\n")
        == "table.csv:3:2: the row has 1 cells, but the table has 2; fill the row or remove it")
    #expect(
      try reading("a,b\n1,2\n3,4\n5,6,7\n7,8\n9,0\n7,8\n")
        == "table.csv:4:4: the row has more than the table's 2 cells; quote texts that hold the separator `,`"
    )
    #expect(
      try reading("a,force\n1,2\n", TableSelection(columns: ["forze"]))
        == "table.csv: there is no column `forze`; did you mean `force`?")
    #expect(
      try reading("a,a\n1,2\n", TableSelection(columns: ["a"]))
        == "table.csv: several columns are called `a`; choose one by its number: 1, 2")
    #expect(try reading("") == "table.csv: the file is empty")
    #expect(
      try reading("a,b\n1,\"2\n3,4\n")
        == "table.csv:2:1: the quote is not closed; close it, or double quotes inside of texts"
    )
  }

  @Test(
    "dates and times are seconds from the first whole second",
    arguments: [
      "2024-01-02 03:04:05.25", "2024/1/2T03:04:05.250000Z", "2024-01-02T04:04:05,25+01:00",
      "2024.01.02 03:04:05.25",
    ])
  func instants(first: String) throws {
    let text = "time;x\n\(first);1\n2024-01-02 03:04:07;2\n2024-01-03T03:04:05Z;3\n"
    let file = try TableFile(text)
    let table = try openTable(file.path, TableSelection(instants: "time"))
    #expect(try Columns(table).values == [[0.25, 2, 86_400], [1, 2, 3]])
    // 2024-01-02T03:04:05Z
    #expect(table.startTime == 1_704_164_645)
  }

  @Test("times without a date are read, and what is no time is named")
  func timesOfDay() throws {
    let file = try TableFile("t,x\n03:04:05.5,1\n03:04:06,2\n03:04:99,3\n")
    #expect(
      words { _ = try file.read(TableSelection(instants: "t")) }.replacingPath(file.path)
        == "table.csv:4:1: `03:04:99` is no instant; write times like 2024-01-02 03:04:05.678, or as seconds"
    )
    #expect(try file.read(TableSelection(columns: ["x"])).values == [[1, 2, 3]])
  }

  @Test("a file longer than the window is read whole, whatever the block")
  func long() throws {
    var text = "n,square\n"
    let count = 150_000
    for number in 0..<count { text += "\(number),\(Double(number) * 0.1)\n" }
    let file = try TableFile(text)
    for rows in [1000, 65_536] {
      let table = try file.read(rows: rows)
      let isRight =
        table.values == [(0..<count).map(Double.init), (0..<count).map { Double($0) * 0.1 }]
      #expect(isRight)
    }
  }
}

extension String {
  func replacingPath(_ path: String) -> String {
    hasPrefix(path) ? "table.csv" + dropFirst(path.count) : self
  }
}
