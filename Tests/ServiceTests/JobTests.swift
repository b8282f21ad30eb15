import Base
import Client
import JobModel
import Testing
import Wire

@testable import Service

let tenNaps = "name: ten naps\nkernel: test.sleep\nsweep: {value: {from: 1, to: 10, count: 10}}\n"

@Suite("jobs over HTTP")
struct JobTests {
  @Test("a submitted job runs, and its table has a row for each task")
  func success() throws {
    let world = try ServerWorld()
    let receipt = try world.submit(tenNaps)
    #expect(receipt == SubmissionReceipt(job: JobID(1), tasks: 10, existed: false))
    #expect(try world.end(of: receipt.job) == .succeeded)
    let rows = try world.get("/v1/jobs/1/table").text.split(separator: "\n")
    #expect(rows.count == 10)
    #expect(
      rows[2] == """
        {"step":0,"task":3,"state":"succeeded","attempt":1,"point":{"value":3},"summary":{"value":3}}
        """)
    let detail = try world.client().job(.last)
    #expect(detail.steps.map(\.counts.succeeded) == [10])
    #expect(detail.steps.map(\.work) == ["test.sleep"])
    #expect(detail.failures.isEmpty)
  }

  @Test(
    "a task to which the kernel's own estimate of memory was too little is tried with twice as much"
  )
  func estimatedMemory() throws {
    let world = try ServerWorld {
      ($0.attempts[1] ?? 1) < 3 ? (.memory, "used more") : (.succeeded, nil)
    }
    let nap = "kernel: test.sleep\n"
    let estimated = try world.submit(nap)
    #expect(try world.end(of: estimated.job) == .succeeded)
    let given = world.engine.started.map(\.memory)
    #expect(given.count == 3)
    #expect(zip(given, given.dropFirst()).allSatisfy { $1.bytes == 2 * $0.bytes })
    let asked = try world.submit(nap + "resources: {memory: 300 MiB}\n")
    #expect(try world.end(of: asked.job) == .failed)
    #expect(world.engine.started.count == 4)
  }

  @Test("events tell the story from the beginning, and their last line is the end of the job")
  func events() throws {
    let world = try ServerWorld(isHolding: true)
    try world.submit(tenNaps)
    let stream = EventStream(client: try world.client(), job: .last, withSnapshots: true)
    var events = try stream.next(within: Seconds(5))
    world.engine.letGo()
    _ = try until(Seconds(60)) {
      events += try stream.next(within: .milliseconds(100))
      return stream.condition == .ended
    }
    let kinds = events.map(\.kind)
    #expect(kinds.first == .submitted)
    #expect(kinds.last == .jobEnded(.succeeded))
    let ended = kinds.reduce(0) { sum, kind in
      if case .ended(_, let tasks, .succeeded, _) = kind { return sum + tasks.count }
      return sum
    }
    #expect(ended == 10)
    let snapshots = kinds.compactMap { kind -> TaskCounts? in
      if case .snapshot(let snapshot) = kind { return snapshot.summary.counts }
      return nil
    }
    #expect(snapshots.allSatisfy { $0.total == 10 })
    #expect(snapshots.last?.succeeded == 10)
    let cursors = events.compactMap(\.cursor)
    #expect(cursors == cursors.sorted())
    let rest = try world.get("/v1/jobs/1/events?after=\(cursors[0])&follow=1").text
    #expect(rest.split(separator: "\n").count == cursors.count - 1)
    #expect(try world.get("/v1/jobs/1/events?after=\(cursors.last ?? 0)&follow=1").text == "")
  }

  @Test("the same key makes one job, whatever else is under that key is a conflict")
  func keys() throws {
    let world = try ServerWorld()
    let first = try world.submit(tenNaps, key: "k")
    let again = try world.submit(tenNaps, key: "k")
    #expect(first.job == again.job)
    #expect(!first.existed && again.existed)
    let problems = #expect(throws: Problems.self) {
      try world.submit("name: other\nkernel: test.sleep\n", key: "k")
    }
    #expect(
      problems?.all.map(\.description) == [
        "the key `k` already names job 1, which is another one; "
          + "choose another key, or submit exactly what job 1 was made from"
      ])
    #expect(problems?.all.first?.code == .conflict)
  }

  @Test("a name that is nearly right is answered with the right one")
  func hints() throws {
    let world = try ServerWorld()
    #expect(try world.get("/v1/jobs/last").status == 404)
    try world.submit(tenNaps)
    #expect(try world.client().job(.named("ten naps")).summary.id == JobID(1))
    let response = try world.get("/v1/jobs/@ten%20nasp")
    #expect(response.status == 404)
    #expect(response.text.contains("did you mean `@ten naps`?"))
    #expect(try world.get("/v1/jobs/99").text.contains("the newest is 1"))
    #expect(try world.get("/v1/jobs/1/tasks/0/11/explain").text.contains("its tasks are 1 to 10"))
    #expect(try world.get("/v1/jobs/abc").status == 404)
  }

  @Test("all mistakes of a job file come back at once, with their places")
  func mistakes() throws {
    let world = try ServerWorld()
    let problems = #expect(throws: Problems.self) {
      try world.submit("name: bad\nkernell: test.sleep\nprioritty: 3\n")
    }
    let texts = problems?.all.map(\.description) ?? []
    #expect(texts.contains { $0.hasPrefix("job.yaml:2:1") && $0.contains("`kernel`") })
    #expect(texts.contains { $0.hasPrefix("job.yaml:3:1") && $0.contains("`priority`") })
    #expect(try world.client().jobs(JobFilter()).isEmpty)
  }

  @Test("what is larger than the machine is refused at once")
  func tooLarge() throws {
    let world = try ServerWorld()
    let problems = #expect(throws: Problems.self) {
      try world.submit("name: big\nkernel: test.sleep\nresources: {cpus: 64}\n")
    }
    #expect(
      problems?.all == [
        KilnError(
          .cannotBePlaced,
          "can never be placed: it asks for 64 cpus, this installation has 2",
          fix: "ask for less in `resources`")
      ])
  }

  @Test("a file that was not uploaded, or leads out of the task's folder, is refused")
  func files() throws {
    let world = try ServerWorld()
    let content = Array("x\n".utf8)
    let digest = SHA256.of(content)
    func submit(_ name: String) throws {
      let file = InputFile(
        path: "a.txt", name: name, digest: digest, size: ByteCount(2), includedBy: nil)
      _ = try world.client().submit(
        JobSubmission(
          source: "name: c\ncommand: [cat, \"{a}\"]\ninputs: {a: a.txt}\n", fileName: "c.yaml",
          files: [file]))
    }
    let missing = #expect(throws: Problems.self) { try submit("a.txt") }
    #expect(missing?.description.contains("was not uploaded") == true)
    #expect(try world.put("/v1/files/\(digest)", content).status == 201)
    for name in ["../a.txt", "/a.txt", "a//b", "", "a/./b"] {
      let escape = #expect(throws: Problems.self) { try submit(name) }
      #expect(escape?.description.contains("is not a name below a task's folder") == true)
    }
  }

  @Test("a held job waits, says so, runs after its release; a cancelled one ends")
  func changes() throws {
    let world = try ServerWorld(isHolding: true)
    try world.submit(tenNaps, isHeld: true)
    let client = try world.client()
    let explained = try client.explain(.id(JobID(1)), step: 0, task: 3)
    #expect(explained.state == .held)
    #expect(explained.reasons == ["is held until it is released"])
    #expect(try client.change(.release, .last, TaskSelection()).tasks == 10)
    #expect(until(Seconds(30)) { !world.engine.started.isEmpty })
    let receipt = try client.change(
      .cancel, .last, TaskSelection(step: 0, tasks: TaskRange(10)))
    #expect(receipt.tasks == 1)
    world.engine.letGo()
    #expect(try world.end(of: JobID(1)) != .succeeded)
    #expect(throws: Problems.self) {
      try client.change(.cancel, .last, TaskSelection(step: 3))
    }
  }

  @Test("tasks that failed run again when asked to, even long after")
  func retry() throws {
    let world = try ServerWorld { _ in (.failed(exit: 3), "no licence") }
    try world.submit("name: one\nkernel: test.sleep\n")
    #expect(try world.end(of: JobID(1)) == .failed)
    let detail = try world.client().job(.last)
    #expect(detail.failures.map(\.message) == ["no licence"])
    #expect(detail.failures.map(\.state) == [.ended(.failed(exit: 3))])
    let next = try world.restarted()
    #expect(try next.client().change(.retry, .last, TaskSelection()).tasks == 1)
    #expect(try until(Seconds(30)) { try next.client().job(.last).summary.state == .succeeded })
    let task = try next.client().tasks(of: .last, step: nil)
    #expect(task.map(\.attempt) == [2])
  }

  @Test("a sweep of a million points is accepted at once and listed without being written out")
  func million() throws {
    let world = try ServerWorld(isHolding: true)
    let start = Instant.now()
    let receipt = try world.submit(
      "name: m\nkernel: test.sleep\nsweep: {value: {from: 1, to: 1000000, count: 1000000}}\n")
    #expect(receipt.tasks == 1_000_000)
    // The figure is 200 ms; this only tells a constant cost from one that grows with the points.
    #expect(Instant.now() - start < Seconds(2))
    let tasks = try world.client().tasks(
      of: .last, step: nil, state: "ready", first: 999_990, limit: 100)
    #expect(tasks.map(\.task) == Array(999_990...1_000_000))
    #expect(tasks.last?.point == [PointValue(name: "value", value: .number(1_000_000))])
  }

  @Test("signs of life are more than the byte in a second below which clients see silence")
  func signsOfLife() {
    #expect(Double(Service.EventStream.signOfLife.count) >= 2 * Service.EventStream.keepAlive.value)
    #expect(Service.EventStream.signOfLife.allSatisfy { $0 == UInt8(ascii: "\n") })
  }
}
