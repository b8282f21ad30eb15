import Base
import JobFiles
import JobModel
import Testing

@Suite("job files that are right")
struct ValidJobTests {
  private let fixture = JobFileFixture()

  @Test("every key of a single job arrives in the specification")
  func everyKey() throws {
    let job = try fixture.read(
      """
      name: 支架-bracket
      project: chassis
      kernel: fe.solve
      inputs: {deck: arm.inp}
      units: {length: mm, force: N}
      sweep:
        thickness: [2 mm, 2.5 mm, 3 mm]
        load: {from: 1 kN, to: 5 kN, count: 9}
      resources: {cpus: 2, memory: 4 GiB, time: 10 min, licences: {nastran: 1}}
      retry: {lost: 3, memory: {times: 2, grow: 1.5}, failed: 0}
      priority: 10
      outputs: ["*.vtu", summary.json]
      """)
    let thickness = AxisValues.list([2, 2.5, 3].map { .quantity($0, unit: "mm") })
    let load = AxisValues.linear(from: 1, to: 5, count: 9, unit: "kN")
    let step = StepSpec(
      name: "", work: .kernel("fe.solve"),
      inputs: [InputBinding(name: "deck", source: .file("arm.inp"))],
      units: UnitSystem(["length": "mm", "force": "N"]),
      sweep: Sweep(groups: [
        [Axis(name: "thickness", values: thickness)], [Axis(name: "load", values: load)],
      ]),
      resources: Resources(
        cpus: 2, memory: .gibibytes(4), time: .minutes(10), licences: ["nastran": 1]),
      retry: .limited(RetryLimits(memory: 2, memoryGrowth: 1.5)),
      outputs: ["*.vtu", "summary.json"])
    #expect(
      job
        == JobSpec(
          name: "支架-bracket", project: ProjectName("chassis"), priority: 10, steps: [step]))
  }

  @Test("JSON is a subset, quantities in quotes included")
  func json() throws {
    let job = try fixture.read(
      """
      {"name": "nap\\u0021", "kernel": "test.sleep",
       "parameters": {"duration": "100 ms", "value": 2},
       "sweep": {}, "retry": "never",
       "resources": {"memory": "512 MiB"}}
      """)
    #expect(job.name == "nap!")
    #expect(
      job.steps[0].parameters == ["duration": .quantity(100, unit: "ms"), "value": .number(2)])
    #expect(job.steps[0].retry == .never)
    #expect(job.steps[0].resources.memory == .mebibytes(512))
  }

  @Test("a job without a name is called after its file, and the defaults fill in")
  func defaults() throws {
    var fixture = fixture
    fixture.defaults = JobDefaults(
      project: ProjectName("body"), priority: 5, resources: Resources(cpus: 4), retry: .never)
    let job = try fixture.read("kernel: test.sleep\nresources: {time: 1 h}")
    #expect(job.name == "job")
    #expect(job.project == ProjectName("body"))
    #expect(job.priority == 5)
    #expect(job.steps[0].resources == Resources(cpus: 4, time: .hours(1)))
    #expect(job.steps[0].retry == .never)
  }

  @Test("values fill placeholders as they are spelt")
  func values() throws {
    let job = try fixture.read(
      """
      command: [run, "{a}"]
      sweep: {a: [1.50, 007, true, no, steel, "5", "2 apples", 1 kN]}
      units: {force: N}
      """)
    guard case .list(let values) = job.steps[0].sweep.axes[0].values else {
      Issue.record("the axis is not a list")
      return
    }
    #expect(
      values == [
        .number(1.5), .text("007"), .flag(true), .text("no"), .text("steel"), .text("5"),
        .text("2 apples"), .quantity(1, unit: "kN"),
      ])
  }

  @Test("a placeholder may be given once, without a sweep")
  func placeholderParameter() throws {
    let job = try fixture.read(
      """
      kernel: fe.solve
      inputs: {deck: arm.inp}
      units: {force: N}
      parameters: {load: 2 kN}
      """)
    #expect(try TaskInstance(step: job.steps[0], task: 1).placeholders == ["load": "2000"])
  }

  @Test("zipped axes go side by side, in the place of the first")
  func zip() throws {
    let job = try fixture.read(
      """
      command: [run, "{a}{b}{c}"]
      sweep: {a: [1, 2], b: [1, 2, 3], c: [x, y], zip: [[c, a]]}
      """)
    #expect(job.steps[0].sweep.groups.map { $0.map(\.name) } == [["a", "c"], ["b"]])
    #expect(job.steps[0].sweep.count == 6)
  }

  @Test("both ends of an axis come in the unit of the first")
  func mixedEnds() throws {
    let job = try fixture.read(
      """
      command: [run, "{a}"]
      units: {force: N}
      sweep: {a: {from: 500 N, to: 2 kN, count: 4}}
      """)
    #expect(
      job.steps[0].sweep.axes[0].values == .linear(from: 500, to: 2000, count: 4, unit: "N"))
  }

  @Test("an axis may name an input; every file of it is named")
  func sweptInput() throws {
    let job = try fixture.read(
      "kernel: fe.solve\nsweep: {deck: [arm.inp, big.inp], load: [1, 2]}")
    #expect(job.steps[0].inputs == [InputBinding(name: "deck", source: .file("arm.inp"))])
    #expect(job.steps[0].sweptInputs == ["deck"])
    let paths = JobFile.inputPaths(of: job)
    #expect(paths.map(\.path) == ["arm.inp", "big.inp"])
    #expect(paths.allSatisfy { $0.mayInclude && $0.hasPlaceholders })
    let third = try TaskInstance(step: job.steps[0], task: 3)
    #expect(third.inputPaths == ["deck": "big.inp"])
    #expect(third.placeholders == ["load": "1"])
  }

  @Test("an input of a command may be swept, and its arguments name the file")
  func sweptCommandInput() throws {
    let job = try fixture.read(
      """
      command: [ccx, "{deck}"]
      inputs: {deck: plain.inp}
      sweep: {deck: [plain.inp, copies/plain.inp, big.inp]}
      """)
    #expect(
      JobFile.inputPaths(of: job).map(\.path) == ["plain.inp", "copies/plain.inp", "big.inp"])
    #expect(JobFile.inputPaths(of: job).allSatisfy { !$0.mayInclude })
    #expect(try TaskInstance(step: job.steps[0], task: 3).command == ["ccx", "big.inp"])
  }

  @Test("the braces of shells and awk are left alone")
  func shellBraces() throws {
    let script = "echo ${HOME} | awk '{print}'"
    let job = try fixture.read("command: [sh, -c, \"\(script)\"]")
    #expect(try TaskInstance(step: job.steps[0], task: 1).command == ["sh", "-c", script])
  }

  @Test("a byte order mark and Windows line ends do no harm")
  func windows() throws {
    let job = try fixture.read("\u{FEFF}name: a\r\nkernel: test.sleep\r\n")
    #expect(job.name == "a")
  }
}

@Suite("steps and how they depend on each other")
struct StepWiringTests {
  private func read(_ source: String) throws -> JobSpec { try JobFileFixture().read(source) }

  @Test("steps with equal axes are wired task by task, also forward")
  func elementwise() throws {
    let job = try read(
      """
      steps:
        sum: {command: [cat], inputs: {x: {step: make, file: "n.txt"}}, sweep: {v: [1, 2]}, parameters: {}}
        make: {command: [make, "{v}"], sweep: {v: [1, 2]}}
      """.replacing("[cat]", with: "[cat, \"{v}\"]"))
    #expect(job.steps.map(\.name) == ["sum", "make"])
    #expect(
      job.steps[0].inputs == [
        InputBinding(
          name: "x", source: .result(step: 1, file: "n.txt", wiring: .elementwise))
      ])
    #expect(job.steps[0].needs.isEmpty)
  }

  @Test("steps with other axes receive all results")
  func gather() throws {
    let job = try read(
      """
      steps:
        make: {kernel: test.sleep, sweep: {value: [1, 2]}}
        sum: {command: [cat], inputs: {x: {step: make, file: summary.json}}}
      """)
    #expect(
      job.steps[1].inputs == [
        InputBinding(name: "x", source: .result(step: 0, file: "summary.json", wiring: .gather))
      ])
  }

  @Test("`needs` holds what inputs do not say already")
  func needs() throws {
    let job = try read(
      """
      steps:
        a: {kernel: test.sleep}
        b: {kernel: test.sleep}
        c: {command: [cat], inputs: {x: {step: a, file: summary.json}}, needs: [a, b]}
      """)
    #expect(job.steps[2].needs == [StepNeed(1)])
  }

  @Test("a step may need that another one has failed, or has ended however")
  func conditions() throws {
    let job = try read(
      """
      steps:
        a: {kernel: test.sleep}
        b: {kernel: test.sleep}
        c: {kernel: test.sleep, needs: {a: not-ok, b: any}}
      """)
    #expect(job.steps[2].needs == [StepNeed(0, .notOk), StepNeed(1, .any)])
  }

  @Test("a job says when it begins and how many of its tasks may run at once")
  func beginAndLimit() throws {
    let job = try read(
      "kernel: test.sleep\nbegin: 2026-12-01T08:00+08:00\nmax_running: 4\n")
    #expect(job.begin == Timestamp(milliseconds: 1_796_083_200_000))
    #expect(job.maxRunning == 4)
  }

  @Test("failures are tried again after some exit codes only, with pauses in between")
  func failureRetry() throws {
    let job = try read(
      "command: [x]\nretry: {failed: {times: 2, exit_codes: [75, 111]}, wait: 30 s}\n")
    #expect(
      job.steps[0].retry
        == .limited(RetryLimits(failed: 2, exitCodes: [75, 111], wait: Seconds(30))))
  }

  @Test("a file that a solver names after its deck is known")
  func namedAfterInput() throws {
    let job = try read(
      """
      steps:
        solve: {kernel: fe.solve, sweep: {deck: [plain.inp, copies/plain.inp]}}
        plot: {command: [plot], inputs: {x: {step: solve, file: plain.vtu}}}
      """)
    #expect(job.steps.count == 2)
  }

  @Test("two circles are both reported")
  func circles() {
    let problems = JobFileFixture().problems(
      """
      steps:
        a: {kernel: test.sleep, needs: [b]}
        b: {kernel: test.sleep, needs: [a]}
        c: {kernel: test.sleep, needs: [d]}
        d: {kernel: test.sleep, needs: [c]}
      """)
    #expect(
      problems == [
        "job.yaml:3:35: the steps wait for each other: a → b → a; remove one of these dependencies",
        "job.yaml:5:35: the steps wait for each other: c → d → c; remove one of these dependencies",
      ])
  }
}
