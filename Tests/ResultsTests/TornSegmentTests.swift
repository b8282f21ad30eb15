import Base
import JobModel
import Results
import Testing
import Wire

@Suite("torn and damaged segments")
struct TornSegmentTests {
  /// Ten records with two small files each, and one large file at task 5.
  private func fill(_ world: SegmentWorld) throws -> [TaskRecord] {
    var writer = try world.writer()
    for task in 1...10 {
      var files: [NewFile] = [
        .bytes(name: "summary.json", sampleBytes(60 + task, seed: UInt64(task)), isLog: false),
        .bytes(name: "stdout", sampleBytes(task, seed: 99), isLog: true),
      ]
      if task == 5 {
        let large = try world.made("large", sampleBytes(70_000, seed: 5))
        files.append(.path(name: "large", path: large, isLog: false))
      }
      try writer.append(sampleRecord(task: task, message: "no. \(task)"), files: files)
    }
    _ = try writer.seal()
    return try world.reader().records
  }

  @Test("whatever the length at which a writer died, the complete records are readable")
  func truncated() throws {
    let world = try SegmentWorld()
    let records = try fill(world)
    let whole = try world.bytes(world.file)
    var longest = 0
    for length in stride(from: 32, to: whole.count, by: 7) {
      try world.write(Array(whole.prefix(length)), to: world.file)
      let reader = try world.reader()
      #expect(!reader.isSealed)
      #expect(reader.records == Array(records.prefix(reader.records.count)))
      #expect(reader.records.count >= longest, "a longer file gave fewer records")
      longest = reader.records.count
    }
    #expect(longest == 10)
  }

  @Test("a head that is cut short is refused", arguments: [0, 1, 31])
  func cutHead(length: Int) throws {
    let world = try SegmentWorld()
    _ = try fill(world)
    try world.write(Array(try world.bytes(world.file).prefix(length)), to: world.file)
    #expect(throws: KilnError(.storage, "not a result segment of this version", at: world.file)) {
      try world.reader()
    }
  }

  @Test("changed bytes are never returned", arguments: 0..<4 as Range<UInt64>)
  func corrupted(seed: UInt64) throws {
    let world = try SegmentWorld()
    let records = try fill(world)
    let whole = try world.bytes(world.file)
    let isTorn = seed % 2 == 1
    let length = isTorn ? whole.count - 40 : whole.count
    var contents: [SHA256: [UInt8]] = [:]
    let sound = try world.reader()
    for file in records.flatMap(\.files) { contents[file.digest] = try sound.readAll(file) }
    var random = SplitMix64(seed: seed)
    var refused = 0
    for round in 0..<250 {
      var bytes = Array(whole.prefix(length))
      for _ in 0...Int.random(in: 0..<4, using: &random) {
        let place = Int.random(in: 0..<bytes.count, using: &random)
        bytes[place] ^= UInt8.random(in: 1...255, using: &random)
      }
      try world.write(bytes, to: world.file)
      let comment: Comment = "seed \(seed), round \(round)"
      guard let reader = attempt({ try world.reader() }) else {
        refused += 1
        continue
      }
      refused += reader.records.count < records.count ? 1 : 0
      for record in reader.records { #expect(records.contains(record), comment) }
      for file in reader.records.flatMap(\.files) {
        guard let content = attempt({ try reader.readAll(file) }) else {
          refused += 1
          continue
        }
        #expect(content == contents[file.digest], comment)
      }
    }
    #expect(refused > 0, "no damage was ever noticed: seed \(seed)")
  }

  /// The value, or nil where the reader refused with an error for people.
  private func attempt<T>(_ body: () throws -> T) -> T? {
    do {
      return try body()
    } catch {
      #expect(error is KilnError)
      return nil
    }
  }

  @Test("a dead worker's segment is completed and can be published")
  func salvage() throws {
    let world = try SegmentWorld()
    let records = try fill(world)
    let whole = try world.bytes(world.file)
    // In the middle of the content of the last record.
    let last = try #require(records.last?.files.first)
    guard case .inline(let offset) = last.place else { throw Surprise() }
    try world.write(Array(whole.prefix(Int(offset) + 3)), to: world.file)

    var writer = try SegmentWriter(salvaging: world.state, job: world.job, epoch: world.epoch)
    let kept = writer.records
    #expect(kept == 9)
    try writer.append(sampleRecord(task: 10, reason: .lost), files: [])
    let seal = try writer.seal()

    #expect(seal.records == 10)
    let reader = try world.reader()
    #expect(reader.isSealed)
    #expect(reader.records.dropLast() == records.dropLast())
    #expect(reader.records.last?.reason == .lost)
    for file in reader.records.flatMap(\.files) { _ = try reader.readAll(file) }
  }

  @Test("a torn segment ends before a record whose large file is missing or changed")
  func missingLargeFile() throws {
    let world = try SegmentWorld()
    _ = try fill(world)
    let whole = try world.bytes(world.file)
    try world.write(Array(whole.dropLast()), to: world.file)
    #expect(try world.reader().records.count == 10)
    try world.write(
      sampleBytes(70_000, seed: 6), to: "\(world.state.root)/results/7/3.files/5/3")
    #expect(try world.reader().records.map(\.task) == [1, 2, 3, 4])
  }

  @Test("damage to a published file is told with its place")
  func damagedContent() throws {
    let world = try SegmentWorld()
    let records = try fill(world)
    guard case .inline(let offset) = records[0].files[0].place else { throw Surprise() }
    var bytes = try world.bytes(world.file)
    bytes[Int(offset)] ^= 1
    try world.write(bytes, to: world.file)
    let reader = try world.reader()
    #expect(
      throws: KilnError(
        .storage, "a stored result is damaged: summary.json does not match its digest",
        at: world.file, fix: "run the task again")
    ) { try reader.readAll(records[0].files[0]) }
  }
}

/// A sample that is not what the test took it for.
private struct Surprise: Error {}
