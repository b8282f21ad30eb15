import Base
import Testing

/// Stored results serve again, with the real programs.
@Suite("reuse of results")
struct ReuseTests {
  private static func sweep(_ last: Int, duration: String = "0 s", more: String = "") -> String {
    """
    name: naps
    kernel: test.sleep
    parameters: {duration: \(duration)}
    sweep: {value: {from: 1, to: \(last), count: \(last)}}
    \(more)
    """
  }

  /// Submits a job file, waits for its end, and says how many of its tasks were reused.
  private func reused(_ world: World, _ text: String, _ options: String...) -> Int? {
    let job = world.file("job.yaml", text)
    let said = world.begin(["submit", "--json"] + options + [job]).wait().output
    #expect(world.kiln("wait", "last").status == 0)
    return number("reused", in: said)
  }

  /// The first number of that name in JSON.
  private func number(_ name: String, in json: String) -> Int? {
    let parts = json.split(separator: "\"\(name)\":", maxSplits: 1)
    return parts.count == 2 ? Int(parts[1].prefix { $0.isNumber }) : nil
  }

  private func succeeded(_ world: World) -> Int {
    number("succeeded", in: world.kiln("show", "last", "--json").output) ?? 0
  }

  @Test("the same work is not done again, what differs is, and --fresh does all of it")
  func sameWork() {
    let world = World()
    #expect(reused(world, Self.sweep(6)) == 0)
    #expect(reused(world, Self.sweep(6)) == 6)
    #expect(world.kiln("show", "last").output.contains("reused     6 of 6 tasks"))
    #expect(world.kiln("show", "last", "--tasks").output.contains("reused from job 1"))
    #expect(reused(world, Self.sweep(6), "--fresh") == 0)
    #expect(reused(world, Self.sweep(6, duration: "1 ms")) == 0, "another parameter")
    #expect(reused(world, Self.sweep(6, more: "outputs: [summary.json]")) == 0)
    #expect(reused(world, Self.sweep(6, more: "reuse: false")) == 0)
  }

  @Test("a longer sweep computes only its new points, wherever the others stand in it")
  func extended() {
    let world = World()
    #expect(reused(world, Self.sweep(4)) == 0)
    let list = "name: naps\nkernel: test.sleep\nsweep: {value: [9, 3, 2, 7, 1]}\n"
    #expect(reused(world, list) == 3)
    let values = world.kiln("table", "last").lines.dropFirst().map {
      $0.split(separator: "\t").last.map(String.init)
    }
    #expect(values == ["9", "3", "2", "7", "1"])
    #expect(reused(world, "name: one\nkernel: test.sleep\nparameters: {value: 7}\n") == 1)
  }

  @Test("a cancelled sweep goes on where it stopped, also after the server was killed")
  func resumes() {
    let world = World()
    let job = world.file("job.yaml", Self.sweep(40, duration: "20 ms"))
    world.kiln("submit", job)
    #expect(until(Seconds(30)) { succeeded(world) >= 4 })
    world.kiln("cancel", "last")
    world.kiln("wait", "last")
    let done = succeeded(world)
    world.killServer()
    let again = reused(world, Self.sweep(40, duration: "20 ms"))
    #expect(again == done)
    #expect(world.kiln("table", "last").lines.count == 41)
  }

  @Test("reused results are pulled as any others, and steps behind them read them")
  func pulled() {
    let world = World()
    #expect(reused(world, Self.sweep(3)) == 0)
    #expect(reused(world, Self.sweep(3)) == 3)
    #expect(world.kiln("pull", "last", "-o", "\(world.folder)/out").status == 0)
    #expect(readText("\(world.folder)/out/3/summary.json").contains("\"value\":3"))
    let text = """
      name: two
      steps:
        make: {kernel: test.sleep, sweep: {value: [2, 3]}}
        sum:
          command: [sh, -c, "cat parts/*/summary.json | grep -c value > n.txt"]
          inputs: {parts: {step: make, file: summary.json}}
      """
    #expect(reused(world, text) == 2)
  }

  @Test("commands are executed again unless the job file says that they may be reused")
  func commands() {
    let world = World()
    let text = "name: say\ncommand: [echo, hello]\n"
    #expect(reused(world, text) == 0)
    #expect(reused(world, text) == 0)
    #expect(reused(world, text + "reuse: true\n") == 0, "what ran before was not marked")
    #expect(reused(world, text + "reuse: true\n") == 1)
  }

  @Test("another project's results are not seen")
  func projects() {
    let world = World()
    #expect(reused(world, Self.sweep(2) + "\nproject: one") == 0)
    #expect(reused(world, Self.sweep(2) + "\nproject: two") == 0)
    #expect(reused(world, Self.sweep(2) + "\nproject: one") == 2)
  }
}
