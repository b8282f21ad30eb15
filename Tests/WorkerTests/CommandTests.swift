import Base
import Engines
import Glibc
import JobModel
import Results
import TestSupport
import Testing
import Wire

@Suite(.timeLimit(.minutes(10)))
struct CommandTests {
  private func shell(_ script: String) -> Work { .command(["/bin/sh", "-c", script]) }

  @Test(
    "a command's end has its reason and its last words",
    arguments: [
      ("exit 0", EndReason.succeeded, nil),
      (
        "echo oops >&2; exit 3", .failed(exit: 3),
        "the command ended with exit code 3: oops"
      ),
      ("exit 7", .failed(exit: 7), "the command ended with exit code 7"),
      ("kill -9 $$", .signalled(9), "the command was ended by signal 9"),
      ("kill -11 $$", .signalled(11), "the command was ended by signal 11"),
    ] as [(String, EndReason, String?)])
  func reasons(script: String, reason: EndReason, message: String?) throws {
    let world = try PoolWorld()
    let delivery = try world.deliver(world.grant(shell(script)))
    #expect(delivery.outcomes.map(\.reason) == [reason])
    #expect(delivery.outcomes.first?.message == message)
  }

  @Test("a program that is not there fails with 127")
  func missing() throws {
    let world = try PoolWorld()
    let delivery = try world.deliver(world.grant(.command(["no-such-solver", "-i", "deck"])))
    #expect(delivery.outcomes.map(\.reason) == [.failed(exit: 127)])
    #expect(
      delivery.outcomes.first?.message
        == "cannot start `no-such-solver`: No such file or directory")
  }

  @Test("what a command prints is kept as logs, and its new files as results")
  func files() throws {
    let world = try PoolWorld()
    let script = "echo out; echo err >&2; mkdir d; echo deep > d/b.txt; ln -s /etc/passwd link"
    let delivery = try world.deliver(world.grant(shell(script)))
    let record = try #require(try world.records(delivery.segment).first)
    #expect(
      record.files.filter { !$0.isLog }.map(\.name).sorted() == ["d/b.txt", "summary.json"])
    #expect(record.files.filter(\.isLog).map(\.name).sorted() == ["stderr", "stdout"])
    #expect(try world.text("stdout", in: delivery.segment) == "out\n")
    #expect(try world.text("stderr", in: delivery.segment) == "err\n")
    #expect(try world.text("d/b.txt", in: delivery.segment) == "deep\n")
    let summary = try #require(try world.text("summary.json", in: delivery.segment))
    #expect(summary.contains(#""exit":0"#) && summary.contains(#""left_out":["link"]"#))
  }

  @Test("only outputs that match a pattern are kept, and a missing one is a failure")
  func patterns() throws {
    let world = try PoolWorld()
    let script = "touch a.vtu b.vtu c.log"
    let kept = try world.deliver(
      world.grant(shell(script)) { $0.spec.outputs = ["*.vtu", "*.frd", "summary.json"] })
    world.pool.accepted(kept.epoch)
    let record = try #require(try world.records(kept.segment).first)
    #expect(record.files.map(\.name).sorted() == ["a.vtu", "b.vtu", "summary.json"])
    #expect(record.reason == .succeeded)
    let missing = try world.deliver(
      world.grant(shell(script)) { $0.spec.outputs = ["result.dat"] })
    world.pool.accepted(missing.epoch)
    #expect(missing.outcomes.map(\.reason) == [.failed(exit: 1)])
    #expect(
      missing.outcomes.first?.message == "the command succeeded, but left no file `result.dat`")
    let link = try world.deliver(
      world.grant(shell("ln -s /etc/passwd x.dat")) { $0.spec.outputs = ["x.dat"] })
    #expect(
      link.outcomes.first?.message
        == "the output `x.dat` is not an ordinary file; write it as one")
  }

  @Test("a summary that the command writes itself is kept as it is")
  func ownSummary() throws {
    let world = try PoolWorld()
    let delivery = try world.deliver(
      world.grant(shell(#"echo '{"mass": 3.5}' > summary.json"#)))
    #expect(try world.text("summary.json", in: delivery.segment) == "{\"mass\": 3.5}\n")
  }

  @Test("a command finds its inputs read-only under their names, and its placeholders filled")
  func inputs() throws {
    let world = try PoolWorld()
    let input = try world.store("solve me\n", path: "../decks/arm.inp", name: "arm.inp")
    let script = """
      cat arm.inp; echo "$KILN_JOB/$KILN_STEP/$KILN_TASK/$KILN_ATTEMPT/$KILN_CPUS"; \
      echo "$OMP_NUM_THREADS"; stat -c %a arm.inp; echo "$0 $1"; ls
      """
    let grant = world.grant(
      .command(["/bin/sh", "-c", script, "x{value}", "{value}"]), tasks: TaskRange(2)
    ) {
      $0.spec.name = "solve"
      $0.spec.inputs = [InputBinding(name: "deck", source: .file("../decks/arm.inp"))]
      $0.spec.resources.cpus = 2
      $0.files = [input]
      $0.attempts = [2: 5]
    }
    let delivery = try world.deliver(grant)
    #expect(delivery.outcomes.map(\.reason) == [.succeeded])
    #expect(
      try world.text("stdout", task: 2, in: delivery.segment)
        == "solve me\n1/solve/2/5/2\n2\n444\nx2 2\narm.inp\n")
    let record = try #require(try world.records(delivery.segment).first)
    #expect(record.attempt == 5)
    #expect(record.files.map(\.name).sorted() == ["stdout", "summary.json"])
  }

  @Test("a step reads the result of the step before", arguments: [Wiring.elementwise, .gather])
  func upstream(wiring: Wiring) throws {
    let world = try PoolWorld()
    let first = try world.deliver(
      world.grant(shell("echo from $KILN_TASK > out.txt"), tasks: TaskRange(1, 3)))
    world.pool.accepted(first.epoch)
    let path = try #require(first.segment?.path)
    let script = wiring == .gather ? "cat in/*/out.txt" : "cat out.txt"
    let grant = world.grant(shell(script), tasks: TaskRange(2)) {
      $0.step = StepID(job: JobID(1), index: 1)
      $0.spec.inputs = [
        InputBinding(name: "in", source: .result(step: 0, file: "out.txt", wiring: wiring))
      ]
      $0.upstream = [
        UpstreamResult(
          step: 0, stepName: "modes",
          segments: [SegmentPlace(path: path, tasks: TaskRange(1, 3))])
      ]
    }
    let delivery = try world.deliver(grant)
    #expect(
      try world.text("stdout", task: 2, in: delivery.segment)
        == (wiring == .gather ? "from 1\nfrom 2\nfrom 3\n" : "from 2\n"))
  }

  @Test("a command that outlives its time, or its memory, is ended for that reason")
  func limits() throws {
    let world = try PoolWorld()
    let slow = try world.deliver(
      world.grant(shell("trap '' TERM; while true; do sleep 0.1; done")) {
        $0.spec.resources.time = Seconds(0.5)
      })
    #expect(slow.outcomes.map(\.reason) == [.time])
    world.pool.accepted(slow.epoch)
    // `tail` keeps a line of any length in memory.
    let large = try world.deliver(
      world.grant(shell("head -c 2000000000 /dev/zero | tail; sleep 9")) {
        $0.memory = .mebibytes(64)
      })
    #expect(large.outcomes.map(\.reason) == [.memory])
  }

  @Test("a cancelled command ends with all that it started, sessions of their own included")
  func strays() throws {
    let world = try PoolWorld()
    let grant = world.grant(
      shell("setsid sleep 987654 & echo $! > \(world.state.root)/pid; sleep 987654"))
    world.pool.start(grant, project: .main)
    let file = "\(world.state.root)/pid"
    try until("the stray has started") { try pid(in: file) != nil }
    let stray = try #require(try pid(in: file))
    world.pool.cancel(grant.slot, grant.epoch, nil)
    #expect(try world.delivery(of: grant).outcomes.map(\.reason) == [.cancelled])
    #expect(kill(stray, 0) != 0)
  }

  @Test("a killed worker takes its command with it")
  func orphans() throws {
    let world = try PoolWorld()
    let grant = world.grant(
      shell("setsid sleep 987654 & echo $! > \(world.state.root)/pid; sleep 987654"))
    world.pool.start(grant, project: .main)
    let file = "\(world.state.root)/pid"
    try until("the command has started") { try pid(in: file) != nil }
    let stray = try #require(try pid(in: file))
    kill(try world.page(try world.worker(of: grant)).pid, SIGKILL)
    let (outcomes, _) = try world.death(of: grant)
    #expect(outcomes.map(\.reason) == [.lost])
    // Init reaps it.
    try until("the stray is gone") { kill(stray, 0) != 0 }
  }

  @Test("what was enforced is in the record, and holds for the command and its children")
  func enforced() throws {
    let world = try PoolWorld()
    let script = "grep Cpus_allowed_list /proc/self/status; echo $MKL_NUM_THREADS"
    let delivery = try world.deliver(world.grant(shell(script)))
    let record = try #require(try world.records(delivery.segment).first)
    let enforced = try #require(record.enforcement)
    #expect(enforced.memoryLimit == .mebibytes(256) && enforced.threads == 1)
    let processor = try #require(enforced.processors.first)
    #expect(
      try world.text("stdout", in: delivery.segment) == "Cpus_allowed_list:\t\(processor)\n1\n")
  }

  @Test("memory that children in sessions of their own take counts, whatever the command says")
  func memoryOfChildren() throws {
    let world = try PoolWorld()
    let script = "setsid sh -c 'x=$(head -c 600000000 /dev/zero | tr \\\\0 x)'; exit 0"
    let delivery = try world.deliver(world.grant(shell(script)))
    #expect(delivery.outcomes.map(\.reason) == [.memory])
    #expect(delivery.outcomes.first?.message == "used more memory than its limit of 256 MiB")
  }

  @Test("a command is told before its time is over, and what it saved reaches the next attempt")
  func checkpoints() throws {
    let world = try PoolWorld()
    let script = """
      trap 'echo saved >> "$KILN_CHECKPOINT/state"; exit 85' USR1
      test -e "$KILN_CHECKPOINT/state" && { cat "$KILN_CHECKPOINT/state"; exit 0; }
      while :; do sleep 0.02; done
      """
    let first = try world.deliver(
      world.grant(shell(script)) {
        $0.spec.checkpoint = CheckpointPolicy(before: Seconds(60))
        $0.spec.resources.time = Seconds(1)
      })
    world.pool.accepted(first.epoch)
    #expect(first.outcomes.map(\.reason) == [.failed(exit: 85)])
    #expect(first.outcomes.first?.message == "has saved where it stands and asks to be run again")
    let second = try world.deliver(
      world.grant(shell(script)) {
        $0.spec.checkpoint = CheckpointPolicy()
        $0.attempts = [1: 2]
      })
    world.pool.accepted(second.epoch)
    #expect(second.outcomes.map(\.reason) == [.succeeded])
    #expect(try world.text("stdout", in: second.segment) == "saved\n")
    // The folder of the first attempt has become that of the second: nobody finds it any more.
    let folders = try FileTree.entries(
      world.state.checkpoints(StepID(job: JobID(1), index: 0), task: 1))
    #expect(folders.map(\.name) == ["\(second.epoch)"])
  }

  @Test("exit code 85 is a failure like any other where there is no checkpoint")
  func exit85() throws {
    let world = try PoolWorld()
    let delivery = try world.deliver(world.grant(shell("exit 85")))
    #expect(delivery.outcomes.first?.message == "the command ended with exit code 85")
  }

  @Test("a command whose metrics are good enough is stopped, and succeeds with what it has left")
  func stopsEarly() throws {
    let world = try PoolWorld()
    let script = """
      echo half > result.dat; printf 'KILN_METRIC resid'; sleep 0.05; echo ual=1e-7; sleep 60
      """
    let condition = try StopCondition("residual < 1e-6")
    let delivery = try world.deliver(world.grant(shell(script)) { $0.spec.stopWhen = condition })
    #expect(delivery.outcomes.map(\.reason) == [.succeeded])
    #expect(delivery.outcomes.first?.message == "stopped early by stop_when")
    #expect(try world.text("result.dat", in: delivery.segment) == "half\n")
  }

  @Test("a kernel whose metrics are good enough is stopped, and succeeds with what it has left")
  func stopsKernel() throws {
    let world = try PoolWorld()
    let condition = try StopCondition("elapsed > 0.05")
    let delivery = try world.deliver(
      world.grant(
        .kernel("test.sleep"),
        parameters: ["duration": .quantity(60, unit: "s")]
      ) { $0.spec.stopWhen = condition })
    #expect(delivery.outcomes.map(\.reason) == [.succeeded])
    let summary = try #require(try world.text("summary.json", in: delivery.segment))
    // The point of the first task of the sweep.
    #expect(summary.contains("\"value\":1"))
  }

  @Test("a signal reaches the command that is running")
  func signals() throws {
    let world = try PoolWorld()
    let script = "trap 'echo got; exit 4' USR2; echo KILN_METRIC up=1; while :; do sleep 0.02; done"
    let grant = world.grant(shell(script))
    world.pool.start(grant, project: .main)
    try world.progress(of: grant)
    world.pool.signal(grant.epoch, TaskRange(1), .usr2)
    let delivery = try world.delivery(of: grant)
    #expect(delivery.outcomes.map(\.reason) == [.failed(exit: 4)])
    #expect(try world.text("stdout", in: delivery.segment)?.hasSuffix("got\n") == true)
  }

  @Test("a command that makes way gets the time to save, and its lease goes back")
  func makesWay() throws {
    let world = try PoolWorld()
    let script = """
      trap 'sleep 3; echo saved > "$KILN_CHECKPOINT/state"; exit 85' USR1
      echo KILN_METRIC up=1; while :; do sleep 0.02; done
      """
    let grant = world.grant(shell(script), tasks: TaskRange(1, 2)) {
      $0.spec.checkpoint = CheckpointPolicy()
    }
    world.pool.start(grant, project: .main)
    try world.progress(of: grant, task: 1)
    world.pool.preempt(grant.epoch, grant.tasks)
    let delivery = try world.delivery(of: grant)
    #expect(delivery.outcomes.map(\.reason) == [.failed(exit: 85), .cancelled])
  }

  @Test("a command that prints without end leaves the beginning and the end")
  func endless() throws {
    let world = try PoolWorld()
    let script = "echo first; head -c 200000000 /dev/zero; echo last"
    let delivery = try world.deliver(world.grant(shell(script)))
    #expect(delivery.outcomes.map(\.reason) == [.succeeded])
    let log = try #require(try world.text("stdout", in: delivery.segment))
    #expect(log.utf8.count < (33 << 20))
    #expect(log.hasPrefix("first\n") && log.hasSuffix("last\n"))
    let dropped = 200_000_000 + 11 - (32 << 20)
    #expect(log.contains("\n[kiln: \(dropped) bytes left out]\n"))
  }

  @Test("hundreds of tasks leave no open descriptor and no folder behind")
  func leaks() throws {
    let world = try PoolWorld()
    let first = world.grant(shell("echo x > f"), tasks: TaskRange(1, 3))
    _ = try world.deliver(first)
    let pid = try world.page(try world.worker(of: first)).pid
    world.pool.accepted(first.epoch)
    let before = try FileTree.entries("/proc/\(pid)/fd").count
    let second = world.grant(shell("echo x > f"), tasks: TaskRange(1, 200))
    _ = try world.deliver(second)
    #expect(try world.page(try world.worker(of: second)).pid == pid)
    #expect(try FileTree.entries("/proc/\(pid)/fd").count <= before)
    #expect(try FileTree.entries(world.state.work).isEmpty)
  }

  private func pid(in path: String) throws -> pid_t? {
    guard let file = try? Descriptor.open(path, O_RDONLY) else { return nil }
    let text = String(decoding: try file.read(at: 0, count: 32), as: UTF8.self)
    return text.hasSuffix("\n") ? pid_t(text.dropLast()) : nil
  }
}
