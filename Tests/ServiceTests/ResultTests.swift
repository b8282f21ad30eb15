import Base
import Client
import Glibc
import JobModel
import TestSupport
import Testing
import Wire

@testable import Service

@Suite("results over HTTP")
struct ResultTests {
  private func world() throws -> ServerWorld {
    let world = try ServerWorld()
    try world.submit(tenNaps)
    #expect(try world.end(of: JobID(1)) == .succeeded)
    return world
  }

  private func data(_ task: Int) -> [UInt8] { (0..<1000).map { UInt8(($0 + task) % 256) } }

  @Test(
    "a range of tasks that ends before it begins is refused",
    arguments: ["results", "attempts", "partial"])
  func backwards(_ listing: String) throws {
    let world = try world()
    let answer = try world.get("/v1/jobs/1/\(listing)?first=5&last=2")
    #expect(answer.status == 400)
    #expect(answer.text.contains("`first` is greater than `last`"))
  }

  @Test("results list what was published, logs only when asked for")
  func listing() throws {
    let world = try world()
    var entries: [ResultEntry] = []
    try world.client().results(of: .last, TaskSelection(), withLogs: false) { entries.append($0) }
    #expect(entries.map(\.task) == Array(1...10))
    #expect(entries[3].files.map(\.name) == ["summary.json", "data.bin"])
    #expect(entries[3].files[1].digest == SHA256.of(data(4)))
    entries = []
    try world.client().results(
      of: .last, TaskSelection(step: 0, tasks: TaskRange(4, 5)), withLogs: true
    ) { entries.append($0) }
    #expect(entries.map(\.task) == [4, 5])
    #expect(entries[0].files.map(\.name) == ["summary.json", "data.bin", "stdout"])
  }

  @Test("a download is verified, and goes on where it was cut off")
  func downloads() throws {
    let world = try world()
    let folder = try TemporaryFolder()
    var entry: ResultEntry?
    try world.client().results(
      of: .last, TaskSelection(step: 0, tasks: TaskRange(4)), withLogs: false
    ) { entry = $0 }
    let file = try #require(entry?.files.last)
    let remote = RemoteFile(job: .last, step: 0, task: 4, file: file)
    try Descriptor.open("\(folder.path)/data.bin.part", O_WRONLY | O_CREAT)
      .write(Array(data(4).prefix(333)))
    #expect(try world.client().download(remote, to: "\(folder.path)/data.bin") == .fetched)
    #expect(try LocalPath("\(folder.path)/data.bin").digest() == SHA256.of(data(4)))
    #expect(try world.client().download(remote, to: "\(folder.path)/data.bin") == .present)
  }

  @Test("a range gives its bytes, its place and the digest of the whole")
  func ranges() throws {
    let world = try world()
    let path = "/v1/jobs/1/tasks/0/4/files/data.bin"
    let whole = try world.get(path)
    #expect(whole.status == 200)
    #expect(whole.body == data(4))
    #expect(whole.header("etag") == "\"\(SHA256.of(data(4)))\"")
    let part = try world.get(path, headers: "Range: bytes=990-\r\n")
    #expect(part.status == 206)
    #expect(part.body == Array(data(4).suffix(10)))
    #expect(part.header("content-range") == "bytes 990-999/1000")
    let outside = try world.get(path, headers: "Range: bytes=1000-\r\n")
    #expect(outside.status == 416)
    #expect(outside.header("content-range") == "bytes */1000")
    let unknown = try world.get("/v1/jobs/1/tasks/0/4/files/data.bim")
    #expect(unknown.status == 404)
    #expect(unknown.text.contains("did you mean `data.bin`?"))
  }

  @Test("a log is what the last attempt printed")
  func logs() throws {
    let world = try world()
    #expect(try world.get("/v1/jobs/1/tasks/0/4/logs/stdout").text == "task 4\n")
    #expect(try world.get("/v1/jobs/1/tasks/0/4/logs/stdout?follow=1").text == "task 4\n")
    #expect(try world.get("/v1/jobs/1/tasks/0/4/logs/stderr").text == "")
    #expect(try world.get("/v1/jobs/1/tasks/0/4/logs/console").status == 404)
  }

  @Test("a table that is sent in many pieces has every task once, in order")
  func pieces() throws {
    let world = try ServerWorld()
    try world.submit(
      "name: many\nkernel: test.sleep\nsweep: {value: {from: 1, to: 1500, count: 1500}}\n")
    #expect(try world.end(of: JobID(1)) == .succeeded)
    let text = try world.get("/v1/jobs/1/table").text
    #expect(text.utf8.count > 2 * (64 << 10))
    let rows = try text.split(separator: "\n").map {
      try JSONValue(parsing: Array($0.utf8), path: "row")
    }
    #expect(rows.map { $0["task"]?.number } == (1...1500).map { Double($0) })
    #expect(rows.map { $0["summary"]?["value"]?.number } == (1...1500).map { Double($0) })
  }

  @Test("tasks that failed have a row without a summary of another attempt")
  func failures() throws {
    let world = try ServerWorld { grant in
      grant.tasks.contains(1) ? (.signalled(11), "crashed") : (.succeeded, nil)
    }
    try world.submit("name: two\nkernel: test.sleep\nsweep: {value: [5 , 6]}\nretry: {lost: 0}\n")
    #expect(try world.end(of: JobID(1)) == .failed)
    let rows = try world.get("/v1/jobs/1/table").text.split(separator: "\n")
    #expect(rows.first?.contains("\"state\":\"signalled(11)\"") == true)
    let failed = try world.client().tasks(of: .last, step: nil, state: "signalled")
    #expect(failed.first?.message == "crashed")
  }
}
