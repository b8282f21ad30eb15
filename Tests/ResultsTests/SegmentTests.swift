import Base
import FoundationEssentials
import JobModel
import Results
import Testing
import Wire

@Suite("result segments")
struct SegmentTests {
  @Test("a sealed segment gives back every record and every byte")
  func roundTrip() throws {
    let world = try SegmentWorld()
    let reasons: [EndReason] = [
      .succeeded, .failed(exit: 3), .signalled(11), .memory, .time, .lost, .cancelled, .refused,
    ]
    var writer = try world.writer()
    for (task, reason) in zip(1..., reasons) {
      let record = sampleRecord(
        task: task, reason: reason, message: reason == .succeeded ? nil : "钢 gave way")
      try writer.append(
        record,
        files: [
          .bytes(name: "summary.json", sampleBytes(200, seed: UInt64(task)), isLog: false),
          .bytes(name: "stderr", [], isLog: true),
        ])
    }
    let written = writer.records
    #expect(written == 8)
    let seal = try writer.seal()

    #expect(seal.path == "results/7/3.seg")
    #expect(seal.records == 8)
    #expect(Int64(try world.bytes(world.file).count) == seal.size.bytes)
    let reader = try world.reader()
    #expect(reader.isSealed)
    #expect(reader.job == world.job && reader.epoch == world.epoch)
    #expect(reader.records.map(\.reason) == reasons)
    for record in reader.records {
      var plain = record
      plain.files = []
      #expect(
        plain
          == sampleRecord(
            task: record.task, reason: record.reason,
            message: record.reason == .succeeded ? nil : "钢 gave way"))
      #expect(record.files.map(\.name) == ["summary.json", "stderr"])
      #expect(record.files.map(\.isLog) == [false, true])
      let summary = sampleBytes(200, seed: UInt64(record.task))
      #expect(try reader.readAll(record.files[0]) == summary)
      #expect(try reader.read(record.files[0], from: 150, count: 500) == Array(summary[150...]))
      #expect(try reader.read(record.files[0], from: 200, count: 1) == [])
      #expect(try reader.readAll(record.files[1]) == [])
    }
  }

  @Test(
    "a file of up to 64 KiB travels inside, a larger one is moved", arguments: [65_536, 65_537])
  func largeFiles(size: Int) throws {
    let world = try SegmentWorld()
    let content = sampleBytes(size, seed: 1)
    let source = try world.made("field.vtu", content)
    var writer = try world.writer()
    try writer.append(
      sampleRecord(task: 4), files: [.path(name: "out/field.vtu", path: source, isLog: false)])
    _ = try writer.seal()

    let reader = try world.reader()
    let file = try #require(reader.record(task: 4)?.files.first)
    #expect(file.name == "out/field.vtu")
    #expect(file.size == ByteCount(size))
    #expect(file.digest == .of(content))
    #expect(try reader.readAll(file) == content)
    #expect(try reader.read(file, from: 65_000, count: 100) == Array(content[65_000..<65_100]))
    let isMoved = size > 65_536
    #expect(FileManager.default.fileExists(atPath: source) != isMoved)
    switch file.place {
    case .inline: #expect(!isMoved)
    case .external(let path): #expect(path == "results/7/3.files/4/1")
    }
  }

  @Test("large bytes that never were a file get one")
  func largeBytes() throws {
    let world = try SegmentWorld()
    let content = sampleBytes(100_000, seed: 2)
    var writer = try world.writer()
    try writer.append(
      sampleRecord(task: 1), files: [.bytes(name: "stdout", content, isLog: true)])
    _ = try writer.seal()
    let reader = try world.reader()
    #expect(try reader.readAll(reader.records[0].files[0]) == content)
  }

  @Test("a part of the records can be read alone")
  func partial() throws {
    let world = try SegmentWorld()
    var writer = try world.writer()
    for task in 1...50 { try writer.append(sampleRecord(task: task), files: []) }
    _ = try writer.seal()
    #expect(try world.reader(tasks: TaskRange(20, 22)).records.map(\.task) == [20, 21, 22])
    #expect(try world.reader().record(task: 33)?.task == 33)
    #expect(try world.reader().record(task: 51) == nil)
  }

  @Test(
    "names that would leave the folder of the results are refused",
    arguments: ["../x", "/etc/passwd", "a//b", "a/./b", ""])
  func hostileNames(name: String) throws {
    let world = try SegmentWorld()
    var writer = try world.writer()
    do {
      try writer.append(sampleRecord(task: 1), files: [.bytes(name: name, [1], isLog: false)])
      Issue.record("accepted \(name)")
    } catch {
      #expect(error.code == .refused)
      #expect(error.message == "a result file cannot be called \"\(name)\"")
    }
    try writer.append(sampleRecord(task: 2), files: [])
    _ = try writer.seal()
    #expect(try world.reader().records.map(\.task) == [2])
  }

  @Test("a link is not a result file: it may lead anywhere")
  func links() throws {
    let world = try SegmentWorld()
    let link = "\(world.state.root)/link"
    try FileManager.default.createSymbolicLink(
      atPath: link, withDestinationPath: "/etc/hostname")
    var writer = try world.writer()
    do {
      try writer.append(
        sampleRecord(task: 1), files: [.path(name: "x", path: link, isLog: false)])
      Issue.record("followed a link")
    } catch {
      #expect(
        error.description == "\(link): cannot open it: Too many levels of symbolic links")
    }
  }

  @Test("when one file of a record cannot be read, the large ones go back to their folder")
  func undo() throws {
    let world = try SegmentWorld()
    let large = try world.made("large", sampleBytes(70_000, seed: 3))
    var writer = try world.writer()
    do {
      try writer.append(
        sampleRecord(task: 1),
        files: [
          .path(name: "large", path: large, isLog: false),
          .path(name: "gone", path: "\(world.state.root)/gone", isLog: false),
        ])
      Issue.record("recorded a missing file")
    } catch {
      #expect(
        error.description == "\(world.state.root)/gone: cannot open it: No such file or directory")
    }
    #expect(FileManager.default.fileExists(atPath: large))
    try writer.append(
      sampleRecord(task: 1), files: [.path(name: "large", path: large, isLog: false)])
    _ = try writer.seal()
    #expect(try world.reader().records.map(\.files.count) == [1])
  }

  @Test("a file that is no segment is refused with a sentence")
  func noSegment() throws {
    let world = try SegmentWorld()
    let path = try world.made("deck.inp", Array("*HEADING and more than a head".utf8))
    #expect(throws: KilnError(.storage, "not a result segment of this version", at: path)) {
      try SegmentReader(state: world.state, path: "deck.inp")
    }
  }

  @Test("two writers cannot have the same segment")
  func exclusive() throws {
    let world = try SegmentWorld()
    _ = try world.writer()
    do {
      _ = try world.writer()
      Issue.record("opened twice")
    } catch let error as KilnError {
      #expect(error.description == "\(world.file): cannot open it: File exists")
    }
  }
}
