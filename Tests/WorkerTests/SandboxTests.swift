import Base
import Engines
import Glibc
import JobModel
import Results
import Sandboxing
import Testing
import TestSupport
import Wire

@Suite struct SandboxTests {
  @Test("a sandboxed command sees its folder and the system, and can write only the former")
  func sandbox() throws {
    let world = try PoolWorld()
    let input = try world.store("given\n", path: "deck.inp", name: "deck.inp")
    let script = """
      cat deck.inp; echo made > out.txt; pwd > where
      for path in /usr/x /etc/x /x; do echo > "$path" && echo "wrote $path"; done
      echo > \(world.state.root)/left
      chmod 666 deck.inp && echo "changed deck.inp"
      ls \(world.state.root) | grep -v -e work -e left
      ls /proc | grep -c '^[0-9]*$' | xargs test 8 -gt || echo "sees processes"
      (exec 3<>/dev/tcp/127.0.0.1/22) 2>/dev/null && echo "has a network"
      echo "user $SECRET"; exit 3
      """
    let delivery = try world.deliver(
      world.grant(.command(["bash", "-c", script])) {
        $0.spec.isolation = .sandbox
        $0.spec.inputs = [InputBinding(name: "deck", source: .file("deck.inp"))]
        $0.files = [input]
      })
    #expect(delivery.outcomes.map(\.reason) == [.failed(exit: 3)])
    let said = try world.text("stdout", in: delivery.segment)
    #expect(said == "given\nuser \n")
    #expect(try world.text("out.txt", in: delivery.segment) == "made\n")
    #expect(textOfFile("\(world.state.root)/left") == nil)
    let record = try #require(try world.records(delivery.segment).first)
    #expect(record.enforcement?.isolation == .sandbox)
    #expect(record.enforcement?.missing.contains("system calls are not filtered") == true)
  }

  @Test("in a sandbox ends have their reasons, and signals arrive")
  func sandboxEnds() throws {
    let world = try PoolWorld()
    let end = { (script: String) throws -> TaskOutcome? in
      let grant = world.grant(self.shell(script)) { $0.spec.isolation = .sandbox }
      let delivery = try world.deliver(grant)
      world.pool.accepted(grant.epoch)
      return delivery.outcomes.first
    }
    #expect(try end("exit 0")?.reason == .succeeded)
    #expect(try end("kill -SEGV $$")?.reason == .signalled(11))
    let missing = try world.deliver(
      world.grant(.command(["no-such-solver"])) { $0.spec.isolation = .sandbox })
    world.pool.accepted(missing.epoch)
    #expect(missing.outcomes.map(\.reason) == [.failed(exit: 127)])
    let script = "trap 'echo got; exit 4' USR2; echo KILN_METRIC up=1; while :; do sleep 0.02; done"
    let grant = world.grant(shell(script)) { $0.spec.isolation = .sandbox }
    world.pool.start(grant, project: .main)
    try world.progress(of: grant)
    world.pool.signal(grant.epoch, nil, .usr2)
    #expect(try world.delivery(of: grant).outcomes.map(\.reason) == [.failed(exit: 4)])
  }

  @Test(
    "commands of one sandbox leave nothing to each other", arguments: ["/tmp", "/var/tmp"])
  func apart(parent: String) throws {
    let world = try PoolWorld(in: parent)
    let folders = try #require(world.state.work.split(separator: "/").last)
    let script = """
      ls -A /tmp | grep -v kiln-test; ls -A /dev/shm; ls -A /dev/mqueue 2>/dev/null
      tail -n +2 /proc/sysvipc/shm; cat /proc/net/unix | tail -n +2
      ls /proc | grep -c '^[0-9]*$' | xargs test 8 -gt || echo "sees processes"
      find / -xdev -path '*/\(folders)/*' | grep -v -e "^$PWD" | while read folder; do
        case "$PWD/" in "$folder"/*) ;; *) echo "sees $folder" ;; esac
      done
      touch /tmp/left /dev/shm/left "$PWD/left-$KILN_TASK"; ipcmk -M 4096 >/dev/null
      (setsid sleep 1000 &) ; exit 0
      """
    for _ in 0..<2 {
      let grant = world.grant(.command(["bash", "-c", script]), tasks: TaskRange(1, 3)) {
        $0.spec.isolation = .sandbox
      }
      let delivery = try world.deliver(grant)
      world.pool.accepted(grant.epoch)
      #expect(delivery.outcomes.map(\.reason) == [.succeeded])
      for task in 1...3 {
        #expect(try world.text("stdout", task: task, in: delivery.segment) == nil)
        #expect(try world.text("stderr", task: task, in: delivery.segment) == nil)
        #expect(try world.text("left-\(task)", task: task, in: delivery.segment) == "")
      }
    }
    #expect(try FileTree.entries(world.state.work).isEmpty)
  }

  @Test("a sandboxed command has no rights, and reaches neither the system nor what started it")
  func noRights() throws {
    let world = try PoolWorld()
    let script = """
      grep -E '^(Cap|NoNewPrivs)' /proc/self/status | grep -v -e 'Cap.*0000000000000000' -e 'Privs:.1'
      (cat /proc/sys/kernel/panic > /proc/sys/kernel/panic) 2>/dev/null && echo "wrote a setting"
      unshare -U true 2>/dev/null && echo "made a namespace"
      hostname kiln2 2>/dev/null && echo "named the machine"
      umount /tmp 2>/dev/null && echo "uncovered /tmp"
      umount /proc 2>/dev/null && echo "uncovered /proc"
      mount -o remount,rw / 2>/dev/null && echo "remounted /"
      readlink /proc/1/fd/* /proc/1/cwd /proc/1/root /proc/1/exe; ls /proc/1/root/ 2>/dev/null
      cat /proc/1/environ /proc/1/mem 2>/dev/null
      for file in /x /dev/x /proc/x; do (echo > $file) 2>/dev/null && echo "wrote $file"; done
      hostname
      """
    let delivery = try world.deliver(
      world.grant(.command(["bash", "-c", script])) { $0.spec.isolation = .sandbox })
    #expect(try world.text("stdout", in: delivery.segment) == "kiln\n")
  }

  @Test("a sandboxed command has the loopback network and pseudo-terminals")
  func ownThings() throws {
    let world = try PoolWorld()
    let script = """
      exec 2>&1
      (exec 3<>/dev/tcp/127.0.0.1/9) 2>&1 | grep -o refused | head -n 1
      script -qec tty /dev/null | grep -o '^/dev/pts/[0-9]'
      echo "$HOME $PWD" | sed "s|$(pwd)|here|g"; ulimit -d | grep -v unlimited | xargs test 1000 -lt && echo limited
      """
    let delivery = try world.deliver(
      world.grant(.command(["bash", "-c", script])) { $0.spec.isolation = .sandbox })
    #expect(
      try world.text("stdout", in: delivery.segment)
        == "refused\n/dev/pts/0\nhere here\nlimited\n")
  }

  @Test("a sandboxed command that does not end in time is ended, and the next one runs")
  func time() throws {
    let world = try PoolWorld()
    let script = "test $KILN_TASK != 1 || { trap '' TERM; setsid sleep 1000 & wait; sleep 1000; }"
    let delivery = try world.deliver(
      world.grant(shell(script), tasks: TaskRange(1, 2)) {
        $0.spec.isolation = .sandbox
        $0.spec.resources.time = Seconds(0.3)
      })
    #expect(delivery.outcomes.map(\.reason) == [.time, .succeeded])
  }

  @Test("an exit code of a sandboxed command is its own, even where a shell would mean a signal")
  func exitCode() throws {
    let world = try PoolWorld()
    let delivery = try world.deliver(
      world.grant(shell("exit 139")) { $0.spec.isolation = .sandbox })
    #expect(delivery.outcomes.map(\.reason) == [.failed(exit: 139)])
  }

  @Test("whoever ends a worker's sandbox ends one attempt; the next one gets another sandbox")
  func killed() throws {
    let world = try PoolWorld()
    let script = "test $KILN_TASK != 1 || { echo KILN_METRIC up=1; sleep 1000; }"
    let grant = world.grant(shell(script), tasks: TaskRange(1, 2)) {
      $0.spec.isolation = .sandbox
    }
    world.pool.start(grant, project: .main)
    try world.progress(of: grant, task: 1)
    let inside = try keepers(of: try world.page(try world.worker(of: grant)).pid)
    #expect(inside.count == 1)
    for keeper in inside { kill(keeper, SIGKILL) }
    let delivery = try world.delivery(of: grant)
    #expect(delivery.outcomes.map(\.reason) == [.signalled(9), .succeeded])
  }

  @Test(
    "a worker keeps its sandbox from lease to lease, and has none when a command is not confined")
  func kept() throws {
    let world = try PoolWorld()
    let run = { (isolation: Isolation) throws -> [pid_t] in
      let grant = world.grant(self.shell("true"), tasks: TaskRange(1, 2)) {
        $0.spec.isolation = isolation
      }
      let delivery = try world.deliver(grant)
      #expect(delivery.outcomes.map(\.reason) == [.succeeded])
      world.pool.accepted(grant.epoch)
      return try self.keepers(of: try world.page(try world.worker(of: grant)).pid)
    }
    let first = try run(.sandbox)
    #expect(first.count == 1)
    #expect(try run(.sandbox) == first)
    #expect(try run(.none) == [])
    #expect(try run(.sandbox).count == 1)
  }

  @Test(
    "requests and replies between worker and sandbox come back as they were; torn ones are none")
  func messages() {
    let request = SandboxRequest(
      arguments: ["sh", "-c", "echo 支"], environment: ["A=1", ""], folder: "/s/1",
      writable: ["/s/saved"], readOnly: [], dataLimit: .max)
    #expect(SandboxRequest(bytes: request.bytes) == request)
    for count in 0..<request.bytes.count {
      #expect(SandboxRequest(bytes: Array(request.bytes.prefix(count))) == nil)
    }
    let replies: [SandboxReply] = [
      .ready(7), .started(8), .failed("no"),
      .ended(status: -1, nanoseconds: 1 << 40, peakKibibytes: 9),
    ]
    for reply in replies {
      #expect(SandboxReply(bytes: reply.bytes) == reply)
      #expect(SandboxReply(bytes: reply.bytes.dropLast()) == nil)
      #expect(SandboxReply(bytes: reply.bytes + [0]) == nil)
    }
    #expect(SandboxRequest(bytes: [UInt8](repeating: 255, count: 64)) == nil)
  }

  private func shell(_ script: String) -> Work { .command(["sh", "-c", script]) }

  /// The processes of a worker that start commands in a sandbox, the oldest of each.
  private func keepers(of worker: pid_t) throws -> [pid_t] {
    let children = { (pid: pid_t) throws -> [pid_t] in
      try FileTree.entries("/proc/\(pid)/task").flatMap { thread in
        try self.text("/proc/\(pid)/task/\(thread.name)/children").split(separator: " ")
          .compactMap { pid_t($0) }
      }
    }
    return try children(worker).flatMap(children).filter {
      try text("/proc/\($0)/comm") == "kiln-sandbox\n"
    }
  }

  private func text(_ path: String) throws -> String {
    let file = try Descriptor.open(path, O_RDONLY)
    return String(decoding: try file.read(at: 0, count: 4096), as: UTF8.self)
  }
}
