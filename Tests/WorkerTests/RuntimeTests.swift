import Base
import Catalogue
import Glibc
import JobModel
import Kernels
import Results
import Synchronization
import Testing
import TestSupport
import Wire

@testable import WorkerRuntime

@Suite struct RuntimeTests {
  @Test("every kernel of the catalogue exists, and every kernel is in the catalogue")
  func lists() {
    #expect(Kernels.all.map(\.name).sorted() == Catalogue.kernels.map(\.name).sorted())
  }

  @Test(
    "what runs tasks links neither database nor network nor full Foundation",
    arguments: ["kiln-worker", "kiln-sandbox"])
  func links(program: String) throws {
    let folder = try TemporaryFolder()
    let output = try Descriptor.open("\(folder.path)/out", O_RDWR | O_CREAT)
    let nothing = try Descriptor.open("/dev/null", O_RDONLY)
    let pid = try Spawn(
      arguments: ["ldd", try Programs.path(program)], environment: ["PATH=/usr/bin:/bin"],
      input: nothing.number, output: output.number, error: output.number
    ).start()
    var status: Int32 = 0
    #expect(unsafe waitpid(pid, &status, 0) == pid)
    let text = String(decoding: try output.read(at: 0, count: 1 << 20), as: UTF8.self)
    #expect(text.contains("libc.so"))
    for library in ["sqlite", "libcurl", "microhttpd", "libFoundation.so", "icu", "hdf5"] {
      #expect(!text.contains(library), "\(library) is linked")
    }
  }

  @Test(
    "the end of a lease is foreseen once: 15 ms before it, or at a last task of up to 50 ms",
    arguments: [
      (milliseconds: 0.5, tasks: 100, at: 71), (10, 10, 10), (50, 2, 2), (51, 2, nil), (10, 1, nil),
      (0, 1000, 2),
    ])
  func foresight(_ lease: (milliseconds: Double, tasks: Int, at: Int?)) {
    var foresight = LeaseForesight()
    let start = Instant.now()
    let moments = (1...lease.tasks).filter { task in
      foresight.sees(
        theEndAfter: lease.tasks - task + 1,
        at: start + .milliseconds(lease.milliseconds * Double(task - 1)))
    }
    #expect(moments == (lease.at.map { [$0] } ?? []))
  }

  @Test("what is done beside goes on while its asker does, one thing after the other")
  func recorder() throws {
    let recorder = try Recorder()
    recorder.start()
    let gate = try WakeUp()
    let done = Mutex<[Int]>([])
    recorder.begin {
      _ = wait(for: [Watch(gate.number)], atMost: nil)
      done.withLock { $0.append(1) }
    }
    #expect(done.withLock { $0 } == [])
    gate.signal()
    for number in 2...100 { recorder.begin { done.withLock { $0.append(number) } } }
    recorder.wait()
    #expect(done.withLock { $0 } == Array(1...100))
    recorder.wait()
  }

  @Test(
    "a record is written beside the next task where the task was long enough, small, a success and may run again"
  )
  func recordedLater() throws {
    var record = TaskRecord(
      task: 1, attempt: 1, reason: .succeeded, message: nil, startedAt: .now(),
      usage: Usage(wall: .milliseconds(10)), files: [])
    let few = [NewFile.bytes(name: "summary.json", [1, 2, 3], isLog: false)]
    #expect(LeaseBook.mayEnterLater(record, few, .standard))
    #expect(!LeaseBook.mayEnterLater(record, few, .never))
    let many = [UInt8](repeating: 0, count: Int(NewFile.inlineBytesMax))
    #expect(LeaseBook.mayEnterLater(record, [.bytes(name: "all", many, isLog: false)], .standard))
    #expect(
      !LeaseBook.mayEnterLater(record, few + [.bytes(name: "all", many, isLog: false)], .standard))
    let file = NewFile.path(name: "out", path: "/tmp/out", isLog: false)
    #expect(!LeaseBook.mayEnterLater(record, [file], .standard))
    record.usage.wall = .milliseconds(0.5)
    #expect(!LeaseBook.mayEnterLater(record, few, .standard))
    record.usage.wall = .milliseconds(10)
    record.reason = .failed(exit: 1)
    #expect(!LeaseBook.mayEnterLater(record, few, .standard))
  }

  @Test(
    "options that make no sense are refused with a sentence",
    arguments: [
      (["--state"], "--state needs a value"),
      (["--state", "relative", "--name", "w"], "--state needs an absolute path"),
      (["--state", "/s", "--name", "a/b"], "--name needs a name without a slash"),
      (["--state", "/s", "--name", "w", "--slot", "x"], "--slot needs a number"),
      (["--frob"], "unknown option `--frob`"),
    ])
  func options(arguments: [String], message: String) {
    let error = #expect(throws: KilnError.self) { try WorkerOptions(arguments: arguments) }
    #expect(error?.message == message)
  }

  @Test(
    "the filling of test.sleep has as many hexadecimal digits as asked, others for other values",
    arguments: [1, 2, 15, 16, 17, 1000])
  func filling(_ count: Int) throws {
    let filling = try filling(count, value: 1)
    #expect(filling.utf8.count == count)
    #expect(filling.utf8.allSatisfy { "0123456789abcdef".utf8.contains($0) })
    #expect(try self.filling(count, value: 1) == filling)
    guard count > 8 else { return }
    #expect(try self.filling(count, value: 2) != filling)
  }

  private func filling(_ count: Int, value: Double) throws -> String {
    let kernel = try #require(Kernels.named("test.sleep"))
    let declaration = try #require(Catalogue.kernel("test.sleep"))
    var parameters: [String: Value] = [:]
    for parameter in declaration.parameters { parameters[parameter.name] = parameter.standard }
    parameters["value"] = .number(value)
    parameters["summary_bytes"] = .number(Double(count))
    let context = KernelContext(
      declaration, KernelContext.Task(parameters: parameters), host: NoHost())
    try kernel.run(context)
    var writer = JSONWriter()
    writer.beginObject()
    context.summary.write(into: &writer)
    writer.endObject()
    let summary = try JSONValue(parsing: writer.bytes, path: "summary")
    return try #require(summary["filling"]?.text)
  }

  @Test("options are read in any order")
  func goodOptions() throws {
    let options = try WorkerOptions(
      arguments: ["--spare", "--name", "w1", "--slot", "3", "--state", "/var/kiln"])
    #expect(
      options
        == WorkerOptions(
          state: StateDirectory(root: "/var/kiln"), slot: SlotID(3), name: "w1", isSpare: true))
  }

  @Test(
    "an output is kept where a pattern of the job matches it, or there are none",
    arguments: [
      ("a.vtu", ["*.vtu"], true), ("d/a.vtu", ["*.vtu"], false), ("d/a.vtu", ["d/*.vtu"], true),
      ("b", ["a", "b"], true), ("b", ["a"], false), ("d/anything", [], true),
    ])
  func patterns(name: String, patterns: [String], isKept: Bool) {
    #expect(OutputSelection(patterns: patterns).keeps(name) == isKept)
  }

  @Test("a status page reads back what its worker stored, and only while it is one")
  func page() throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/w.page"
    let page = try SharedPage(path: path, slot: SlotID(4))
    page[.epoch] = 9
    page[.task] = 17
    page[.attempt] = 2
    page.verdict = .time
    let file = try Descriptor.open(path, O_RDWR)
    let bytes = try file.read(at: 0, count: StatusPage.size)
    let read = try #require(StatusPage(bytes: bytes))
    #expect(read.slot == SlotID(4))
    #expect(read.epoch == Epoch(9))
    #expect(read.task == 17)
    #expect(read.attempt == 2)
    #expect(read.verdict == .time)
    #expect(read.fatalSignal == nil)
    #expect(!file.lock(waiting: false), "the worker holds the lock")
    #expect(StatusPage(bytes: Array(bytes.dropFirst(8))) == nil)
    #expect(StatusPage(bytes: []) == nil)
  }

  @Test("consecutive equal ends become one outcome")
  func outcomes() {
    var list = OutcomeList()
    let usage = Usage(wall: Seconds(1), cpu: Seconds(0.5), peakMemory: .mebibytes(3))
    for task in 1...3 { list.add(task, .succeeded, message: nil, usage: usage) }
    list.add(4, .failed(exit: 1), message: "a", usage: usage)
    list.add(5, .failed(exit: 1), message: "b", usage: usage)
    list.add(7, .failed(exit: 1), message: "b", usage: usage)
    #expect(
      list.all.map(\.tasks) == [TaskRange(1, 3), TaskRange(4), TaskRange(5), TaskRange(7)])
    #expect(list.all[0].usage.wall == Seconds(3))
    #expect(list.all[0].usage.peakMemory == .mebibytes(3))
  }

  @Test(
    "head and tail of any stream, however it is cut into pieces", arguments: [UInt64(1), 7, 99])
  func headAndTail(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    for _ in 0..<300 {
      let kept = Int.random(in: 1...20, using: &random)
      let stream = (0..<Int.random(in: 0...90, using: &random)).map { _ in
        UInt8.random(in: 97...122, using: &random)
      }
      var log = HeadAndTail(keptBytes: kept)
      var rest = stream[...]
      while !rest.isEmpty {
        let piece = rest.prefix(Int.random(in: 1...40, using: &random))
        log.append(piece)
        rest = rest.dropFirst(piece.count)
      }
      let dropped = stream.count - 2 * kept
      let expected =
        dropped > 0
        ? stream.prefix(kept) + Array("\n[kiln: \(dropped) bytes left out]\n".utf8)
          + stream.suffix(kept) : stream[...]
      #expect(log.bytes == Array(expected), "seed \(seed), kept \(kept), \(stream.count) bytes")
    }
  }

  @Test("the last line is readable and short")
  func lastLine() {
    #expect(LastLine.of(Array("one\ntwo\n\n  \n".utf8)) == "two")
    #expect(LastLine.of(Array("a\u{1B}[31mred\n".utf8)) == "a[31mred")
    #expect(LastLine.of([]) == nil)
    #expect(LastLine.of(Array(repeating: 120, count: 5000))?.count == 200)
    #expect(LastLine.of(Array("x: Fatal error: no\nat 0\n".utf8), containing: "error") != "at 0")
  }
}

/// For kernels that need neither folder nor clock.
final class NoHost: KernelHost {
  func workingFolder() throws(KilnError) -> String {
    throw KilnError(.taskFailed, "there is no folder here")
  }

  func report(phase: String, fraction: Double?, metrics: [String: Double]) -> Bool { false }

  var cancellation: @Sendable () -> Bool { { false } }
}
