import Base
import Client
import Glibc
import JobModel
import Testing
import TestSupport
import Wire

/// A client and a server whose answers a test writes.
private struct Conversation {
  let folder: TemporaryFolder
  let client: KilnClient
  let server: ScriptedServer

  init(_ script: @escaping ScriptedServer.Script) throws {
    folder = try TemporaryFolder()
    let state = StateDirectory(root: folder.path)
    server = try ScriptedServer(state.serverSocket, script)
    client = try KilnClient(state: state)
  }

  func problems(_ body: (KilnClient) throws -> Void) -> [KilnError] {
    do {
      try body(client)
      return []
    } catch {
      return (error as? Problems)?.all ?? []
    }
  }
}

@Suite("The client", .timeLimit(.minutes(10)))
struct ClientTests {
  private static let job = JobReference.id(JobID(17))

  private static func remote(_ content: [UInt8], digest: SHA256? = nil) -> RemoteFile {
    RemoteFile(
      job: job, step: 0, task: 4,
      file: ResultFile(
        name: "网格 a/b.vtu", size: ByteCount(content.count), digest: digest ?? .of(content)))
  }

  private static func content(seed: UInt64, count: Int) -> [UInt8] {
    var random = SplitMix64(seed: seed)
    return (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) }
  }

  @Test("gives the server's own problems on, whatever the status")
  func problems() throws {
    let said = [
      KilnError(.conflict, "the key `k` names job 3", fix: "choose another"),
      KilnError(.usage, "and so on", at: "a.yaml:1:2"),
    ]
    let body = #"""
      {"problems":[{"code":"conflict","message":"the key `k` names job 3","fix":"choose another"},
      {"code":"usage","message":"and so on","place":"a.yaml:1:2"}]}
      """#
    let world = try Conversation { _, _ in ScriptedServer.answer(409, Array(body.utf8)) }
    defer { world.server.stop() }
    #expect(world.problems { _ = try $0.job(ClientTests.job) } == said)
  }

  @Test(
    "makes an error of an answer that says nothing",
    arguments: [
      (404, KilnError.Code.notFound), (409, .conflict), (422, .invalidFile), (401, .refused),
      (503, .unreachable), (507, .storage), (500, .internalError), (302, .internalError),
    ])
  func statuses(_ status: Int, _ code: KilnError.Code) throws {
    let world = try Conversation { _, _ in ScriptedServer.answer(status, []) }
    defer { world.server.stop() }
    #expect(
      world.problems { _ = try $0.server() } == [KilnError(code, "the server answered \(status)")])
  }

  @Test("says that an answer cannot be read")
  func garbage() throws {
    let world = try Conversation { _, _ in ScriptedServer.answer(200, Array("<html>".utf8)) }
    defer { world.server.stop() }
    #expect(world.problems { _ = try $0.server() }.map(\.code) == [.internalError])
  }

  @Test("asks for jobs by number, by name and for the newest")
  func paths() throws {
    let world = try Conversation { _, _ in ScriptedServer.answer(404, []) }
    defer { world.server.stop() }
    for job: JobReference in [.id(JobID(17)), .last, .named("支/架 1")] {
      _ = world.problems { _ = try $0.job(job) }
    }
    _ = world.problems {
      _ = try $0.jobs(JobFilter(states: [.queued, .running], before: JobID(9), limit: 5))
    }
    #expect(
      world.server.requests.map(\.target) == [
        "GET /v1/jobs/17", "GET /v1/jobs/last", "GET /v1/jobs/@%E6%94%AF%2F%E6%9E%B6%201",
        "GET /v1/jobs?state=queued%2Crunning&before=9&limit=5",
      ])
  }

  @Test("uploads only what is missing, by its digest")
  func uploads() throws {
    let folder = try TemporaryFolder()
    let texts = ["one", "two", "one"]
    let files = texts.enumerated().map { place, text in
      writeText(text, to: "\(folder.path)/\(place)")
      return LocalFile(
        digest: .of(Array(text.utf8)), path: "\(folder.path)/\(place)",
        size: ByteCount(text.utf8.count))
    }
    let missing = SHA256.of(Array("two".utf8))
    let world = try Conversation { request, _ in
      request.line.hasPrefix("POST")
        ? ScriptedServer.answer(200, Array(#"{"digests":["\#(missing)"]}"#.utf8))
        : ScriptedServer.answer(201, [])
    }
    defer { world.server.stop() }
    #expect(try world.client.upload(files) == [files[1]])
    #expect(
      world.server.requests.map(\.target) == [
        "POST /v1/files/missing", "PUT /v1/files/\(missing)",
      ])
    #expect(world.server.requests.last?.body == Array("two".utf8))
  }

  @Test("a download that breaks off goes on where it was", arguments: [1, 300_000, 699_999])
  func resume(_ limit: Int) throws {
    let content = ClientTests.content(seed: 7, count: 700_000)
    let world = try Conversation { request, number in
      ScriptedServer.file(content, from: request.offset, limit: number == 1 ? limit : .max)
    }
    defer { world.server.stop() }
    let path = "\(world.folder.path)/result"
    #expect(try world.client.download(ClientTests.remote(content), to: path) == .fetched)
    #expect(try LocalPath(path).digest() == .of(content))
    #expect(try LocalPath(path + ".part").size() == nil)
    #expect(world.server.requests.map(\.offset) == [0, limit])
    #expect(try world.client.download(ClientTests.remote(content), to: path) == .present)
    #expect(world.server.requests.count == 2, "what is there is not asked for again")
  }

  @Test("an unfinished file of an earlier pull is continued, and a wrong one thrown away")
  func leftovers() throws {
    let content = ClientTests.content(seed: 8, count: 50_000)
    for (part, offsets) in [(Array(content[..<20_000]), [20_000]), ([1, 2, 3], [3, 0])] {
      let world = try Conversation { request, _ in
        ScriptedServer.file(content, from: request.offset)
      }
      defer { world.server.stop() }
      let path = "\(world.folder.path)/result"
      let file = try Descriptor.open(path + ".part", O_WRONLY | O_CREAT)
      try file.write(part)
      #expect(try world.client.download(ClientTests.remote(content), to: path) == .fetched)
      #expect(try LocalPath(path).digest() == .of(content))
      #expect(world.server.requests.map(\.offset) == offsets)
    }
  }

  @Test("a result that is not what was published never gets its name")
  func mismatch() throws {
    let content = ClientTests.content(seed: 9, count: 1000)
    let other = SHA256.of([1])
    let world = try Conversation { request, _ in
      ScriptedServer.file(content, from: request.offset)
    }
    defer { world.server.stop() }
    let path = "\(world.folder.path)/result"
    let problems = world.problems {
      _ = try $0.download(ClientTests.remote(content, digest: other), to: path)
    }
    #expect(
      problems.map(\.description) == [
        "\(path): what arrived is not what was published (its SHA-256 differs); pull again; "
          + "if it persists, run the task again with `kiln retry`"
      ])
    #expect(try LocalPath(path).size() == nil)
  }

  @Test("an empty result is a file as well")
  func empty() throws {
    let world = try Conversation { _, _ in ScriptedServer.answer(200, []) }
    defer { world.server.stop() }
    let path = "\(world.folder.path)/result"
    #expect(try world.client.download(ClientTests.remote([]), to: path) == .fetched)
    #expect(try LocalPath(path).size() == .zero)
  }
}

@Suite("The stream of events", .timeLimit(.minutes(10)))
struct EventStreamTests {
  private static func line(_ cursor: Int, _ kind: String) -> String {
    #"{"cursor":\#(cursor),"at":1000,"kind":\#(kind)}"# + "\n"
  }

  private static let ended = line(4, #"{"jobEnded":{"_0":"succeeded"}}"#)

  private static func all(_ stream: EventStream) throws -> [Int64?] {
    var cursors: [Int64?] = []
    let start = Instant.now()
    while stream.condition != .ended {
      cursors += try stream.next(within: .milliseconds(50)).map(\.cursor)
      try #require(Instant.now() - start < Seconds(20), "it never ended")
    }
    return cursors
  }

  @Test("goes on behind the last event after a lost connection, whatever the cut")
  func resume() throws {
    let first = EventStreamTests.line(1, #"{"submitted":{}}"#)
    let second = EventStreamTests.line(2, #"{"held":{}}"#)
    let third = EventStreamTests.line(3, #"{"released":{}}"#)
    let world = try Conversation { request, number in
      switch number {
      case 1: ScriptedServer.chunked([first, "\n", String(second.dropLast(9))], isWhole: false)
      case 2: ScriptedServer.chunked([second], isWhole: true)
      case 3: Array("HTTP/1.1 200 OK\r\n".utf8)
      default: ScriptedServer.chunked([third + EventStreamTests.ended], isWhole: true)
      }
    }
    defer { world.server.stop() }
    let stream = EventStream(
      client: world.client, job: .id(JobID(17)), withSnapshots: false)
    #expect(try EventStreamTests.all(stream) == [1, 2, 3, 4])
    #expect(
      world.server.requests.map(\.target) == [
        "GET /v1/jobs/17/events?follow=1&snapshots=0",
        "GET /v1/jobs/17/events?after=1&follow=1&snapshots=0",
        "GET /v1/jobs/17/events?after=2&follow=1&snapshots=0",
        "GET /v1/jobs/17/events?after=2&follow=1&snapshots=0",
      ])
  }

  @Test("does not take an end for the last when the job was retried after it")
  func retried() throws {
    let lines = [
      EventStreamTests.line(1, #"{"jobEnded":{"_0":"failed"}}"#),
      EventStreamTests.line(2, #"{"started":{"step":0,"tasks":{"first":1,"last":1}}}"#),
      EventStreamTests.line(3, #"{"jobEnded":{"_0":"succeeded"}}"#),
    ]
    let world = try Conversation { _, number in
      // The first connection breaks behind the first end, the second is closed behind the last.
      number == 1
        ? ScriptedServer.chunked(Array(lines.prefix(1)), isWhole: false)
        : ScriptedServer.chunked(Array(lines.dropFirst()), isWhole: true)
    }
    defer { world.server.stop() }
    let stream = EventStream(client: world.client, job: .id(JobID(17)), withSnapshots: false)
    #expect(try EventStreamTests.all(stream) == [1, 2, 3])
  }

  @Test("gives up when the server stays away")
  func patience() throws {
    let first = EventStreamTests.line(1, #"{"submitted":{}}"#)
    let world = try Conversation { _, number in
      number == 1 ? ScriptedServer.chunked([first], isWhole: false) : []
    }
    defer { world.server.stop() }
    let stream = EventStream(
      client: world.client, job: .id(JobID(17)), withSnapshots: true,
      patience: .milliseconds(300))
    let problems = #expect(throws: Problems.self) { try EventStreamTests.all(stream) }
    #expect(problems?.all.map(\.code) == [.unreachable])
  }

  @Test("does not wait for a server that never was, nor repeat what was refused")
  func refusals() throws {
    let world = try Conversation { _, _ in ScriptedServer.answer(404, []) }
    defer { world.server.stop() }
    let refused = EventStream(client: world.client, job: .last, withSnapshots: false)
    let problems = #expect(throws: Problems.self) { try EventStreamTests.all(refused) }
    #expect(problems?.all.map(\.code) == [.notFound])
    #expect(world.server.requests.count == 1)

    let folder = try TemporaryFolder()
    let nobody = EventStream(
      client: try KilnClient(state: StateDirectory(root: folder.path)), job: .last,
      withSnapshots: false)
    let absence = #expect(throws: Problems.self) { try EventStreamTests.all(nobody) }
    #expect(absence?.all.map(\.code) == [.unreachable])
  }
}
