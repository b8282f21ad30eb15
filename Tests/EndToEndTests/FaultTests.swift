import Base
import Glibc
import Testing

/// Faults that the promises cover, inflicted on the real programs.
@Suite("faults", .serialized)
struct FaultTests {
  @Test("fifty kills of the server lose no task, publish none twice and compute none again")
  func serverKilled() throws {
    let world = World()
    let trace = "\(world.folder)/trace"
    let job = world.file(
      "many.yaml",
      """
      name: many
      command: [sh, -c, "echo {n} >> \(trace); sleep 0.02"]
      sweep: {n: {from: 1, to: 500, count: 500}}
      """)
    let seed = UInt64.random(in: 0...UInt64.max)
    var random = SplitMix64(seed: seed)
    #expect(world.kiln("submit", job).output == "1\n")
    for _ in 0..<50 {
      usleep(UInt32.random(in: 5_000...150_000, using: &random))
      world.killServer()
      #expect(world.kiln("server", "up").status == 0, "seed \(seed)")
    }
    #expect(world.kiln("wait", "1").status == 0, "seed \(seed)")
    let computed = readText(trace).split(separator: "\n").compactMap { Int($0) }
    #expect(computed.sorted() == Array(1...500), "computed again or never; seed \(seed)")
    let rows = world.kiln("table", "1").lines.dropFirst()
    #expect(rows.count == 500, "seed \(seed)")
  }

  @Test("a submission that was acknowledged survives the server's death at that moment")
  func acknowledgedIsDurable() throws {
    let world = World()
    let job = world.file("one.yaml", "name: one\nkernel: test.sleep\n")
    for number in 1...10 {
      #expect(world.kiln("submit", job).output == "\(number)\n")
      world.killServer()
    }
    world.kiln("server", "up")
    for number in 1...10 {
      #expect(world.kiln("wait", "\(number)").status == 0)
    }
  }

  @Test("a killed worker's task runs again, and says that it was lost")
  func workerKilled() throws {
    let world = World()
    let trace = "\(world.folder)/trace"
    let job = world.file(
      "one.yaml", "name: one\ncommand: [sh, -c, \"echo begun >> \(trace); sleep 1\"]\n")
    world.kiln("submit", job)
    #expect(until(Seconds(30)) { readText(trace) == "begun\n" }, "it never started")
    for worker in world.workerProcesses() { kill(worker, SIGKILL) }
    #expect(world.kiln("wait", "1").status == 0)
    #expect(readText(trace) == "begun\nbegun\n")
    #expect(world.kiln("watch", "1").output.contains("lost"))
  }

  @Test(
    "a task runs again for each reason that its job file names, with more memory once it ran out")
  func retriesByReason() throws {
    let world = World()
    let trace = "\(world.folder)/trace"
    let job = world.file(
      "unlucky.yaml",
      """
      name: unlucky
      command:
        - sh
        - -c
        - >-
          echo again >> \(trace);
          case $(wc -l < \(trace)) in
          1) sleep 60 ;; 2) kill -SEGV $$ ;; 3) exit 75 ;; 4) head -c 200M /dev/zero | tail ;;
          esac
      resources: {time: 2 s, memory: 64 MiB}
      retry: {time: 1, signalled: 1, failed: {times: 1, exit_codes: [75]}, memory: {times: 1, grow: 8}}
      """)
    world.kiln("submit", job)
    #expect(world.kiln("wait", "1").status == 0)
    let shown = world.kiln("show", "1.1").lines
    let ends = shown.compactMap { line in
      ["time", "signalled(11)", "failed(75)", "memory", "succeeded"].first {
        line.hasPrefix("1.1 ") && line.contains(" \($0) ")
      }
    }
    #expect(ends == ["time", "signalled(11)", "failed(75)", "memory", "succeeded"])
    let memories = shown.filter { $0.hasPrefix("  memory ") }.map { $0.contains("512 MiB") }
    #expect(memories == [false, false, false, false, true])
  }

  @Test("an exit code that the job file does not name is final")
  func otherExitCode() throws {
    let world = World()
    let job = world.file(
      "one.yaml",
      "name: one\ncommand: [sh, -c, exit 74]\nretry: {failed: {times: 3, exit_codes: [75]}}\n")
    world.kiln("submit", job)
    #expect(world.kiln("wait", "1").status == 1)
    let attempts = world.kiln("show", "1.1").lines.filter {
      $0.hasPrefix("1.1 ") && $0.contains("failed(74)")
    }
    #expect(attempts.count == 1)
  }

  @Test(
    "a kernel that misbehaves fails its job with the right reason, and other jobs go on",
    arguments: [
      ("test.trap", "", "signalled"),
      ("test.exhaust", "resources: {memory: 256 MiB}\n", "memory"),
      ("test.stuck", "resources: {time: 1 s}\n", "time"),
    ])
  func misbehaviour(kernel: String, resources: String, reason: String) throws {
    let world = World()
    let bad = world.file("bad.yaml", "name: bad\nkernel: \(kernel)\n\(resources)")
    let good = world.file("good.yaml", "name: good\nkernel: test.sleep\n")
    world.kiln("submit", bad)
    world.kiln("submit", good)
    #expect(world.kiln("wait", "2").status == 0)
    #expect(world.kiln("wait", "1").status == 1)
    #expect(world.kiln("show", "1").output.contains(reason))
  }

  @Test("where the system allows no sandbox, a command that needs one fails at once and says why")
  func noSandbox() throws {
    let tools = World()
    // What bubblewrap does in a container that has no right to namespaces.
    let words = "bwrap: No permissions to create new namespace"
    tools.file("bwrap", "#!/bin/sh\necho '\(words)' >&2\nexit 1\n")
    #expect(run("/bin/chmod", "755", "\(tools.folder)/bwrap") == 0)
    let world = World(environment: ["PATH": "\(tools.folder):/usr/bin:/bin"])
    let job = world.file("one.yaml", "name: one\ncommand: [echo, hi]\nisolation: sandbox\n")
    world.kiln("submit", job)
    #expect(world.kiln("wait", "1", "--timeout", "30 s").status == 1)
    let shown = world.kiln("show", "1.1").output
    #expect(shown.contains("the sandbox cannot be set up: No permissions to create new namespace"))
  }

  @Test(
    "a full disk refuses submissions clearly, loses nothing and heals by itself",
    .enabled(if: geteuid() == 0, "needs root to mount a small file system"))
  func diskFull() throws {
    let world = World()
    unsafe mkdir(world.state, 0o700)
    #expect(run("/bin/mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", world.state) == 0)
    defer {
      world.killServer()
      _ = run("/bin/umount", "-l", world.state)
    }
    let job = world.file("one.yaml", "name: one\nkernel: test.sleep\nparameters: {value: 7}\n")
    #expect(world.kiln("submit", job).output == "1\n")
    #expect(world.kiln("wait", "1").status == 0)
    _ = run("/bin/dd", "if=/dev/zero", "of=\(world.state)/ballast", "bs=64k")

    let sweep = world.file(
      "sweep.yaml",
      """
      name: sweep
      kernel: test.sleep
      # \(String(repeating: "x", count: 200_000))
      sweep: {value: [1, 2, 3]}
      """)
    let refused = world.kiln("submit", sweep)
    #expect(refused.status != 0)
    #expect(refused.errors.contains("full"), "\(refused.errors)")
    unsafe unlink("\(world.state)/ballast")
    #expect(
      until(Seconds(60)) { world.kiln("submit", sweep).status == 0 }, "it did not recover")
    #expect(world.kiln("wait", "last").status == 0)
    #expect(world.kiln("table", "1").output.contains("7"))
  }

  private func run(_ arguments: String...) -> Int32 {
    start(arguments, environment: [], folder: "/tmp", workingFolder: "/").waitAndForget()
  }
}
