import Base
import JobModel
import Testing

@Suite("tasks with everything filled in")
struct TaskInstanceTests {
  @Test("values of the sweep go over those of the step, and those over the defaults")
  func precedence() throws {
    let step = StepSpec(
      name: "", work: .kernel("k"), parameters: ["b": .number(2), "c": .number(2)],
      sweep: Sweep(groups: [[Axis(name: "c", values: .list([.number(3), .number(4)]))]]))
    let task = try TaskInstance(
      step: step, task: 2, defaults: ["a": .number(1), "b": .number(1)],
      parameterNames: ["a", "b", "c"])
    #expect(task.parameters == ["a": .number(1), "b": .number(2), "c": .number(4)])
    #expect(task.point.map(\.name) == ["c"])
  }

  @Test("quantities fill placeholders as bare numbers of the unit system")
  func placeholders() throws {
    let step = StepSpec(
      name: "", work: .kernel("fe.solve"), parameters: ["thickness": .quantity(5, unit: "cm")],
      units: UnitSystem(["length": "mm", "force": "N"]),
      sweep: Sweep(groups: [
        [Axis(name: "load", values: .linear(from: 1, to: 5, count: 9, unit: "kN"))]
      ]))
    let task = try TaskInstance(step: step, task: 2)
    #expect(task.placeholders == ["load": "1500", "thickness": "50"])
    #expect(task.parameters.isEmpty)
  }

  @Test("a parameter with a unit needs no unit system")
  func parameterWithUnit() throws {
    let step = StepSpec(
      name: "", work: .kernel("test.sleep"), parameters: ["duration": .quantity(1, unit: "s")])
    let task = try TaskInstance(step: step, task: 1, parameterNames: ["duration"])
    #expect(task.parameters == ["duration": .quantity(1, unit: "s")])
    #expect(task.placeholders.isEmpty)
  }

  @Test("an axis may choose the file of an input")
  func sweptInput() throws {
    let step = StepSpec(
      name: "", work: .kernel("fe.solve"),
      inputs: [InputBinding(name: "deck", source: .file("a.inp"))], sweptInputs: ["deck"],
      sweep: Sweep(groups: [
        [Axis(name: "deck", values: .list([.text("a.inp"), .text("b.inp")]))]
      ]))
    #expect(try TaskInstance(step: step, task: 1).inputPaths == ["deck": "a.inp"])
    let second = try TaskInstance(step: step, task: 2)
    #expect(second.inputPaths == ["deck": "b.inp"])
    #expect(second.placeholders.isEmpty)
  }

  @Test("in a command an input's name stands for its file's name in the working folder")
  func command() throws {
    let step = StepSpec(
      name: "", work: .command(["cp", "{deck}", "{n}.txt", "{other}"]),
      inputs: [InputBinding(name: "deck", source: .file("../models/a.inp"))],
      sweep: Sweep(groups: [[Axis(name: "n", values: .list([.number(7)]))]]))
    #expect(
      try TaskInstance(step: step, task: 1).command == ["cp", "a.inp", "7.txt", "{other}"])
  }

  @Test("results of other steps are inputs without a path")
  func results() throws {
    let binding = InputBinding(
      name: "x", source: .result(step: 0, file: "a.csv", wiring: .gather))
    let step = StepSpec(name: "b", work: .command(["cat"]), inputs: [binding])
    let task = try TaskInstance(step: step, task: 1)
    #expect(task.inputs == [binding])
    #expect(task.inputPaths.isEmpty)
  }

  @Test("a quantity that does not convert is refused")
  func unconvertible() {
    let step = StepSpec(
      name: "", work: .command(["echo", "{n}"]),
      sweep: Sweep(groups: [[Axis(name: "n", values: .list([.quantity(1, unit: "mm")]))]]))
    #expect(throws: KilnError.self) { try TaskInstance(step: step, task: 1) }
  }
}

@Suite("names in the working folder")
struct WorkNameTests {
  @Test("a file appears under the last part of its path")
  func lastPart() {
    #expect(WorkName.of(path: "../models/arm.inp") == "arm.inp")
    #expect(WorkName.of(path: "arm.inp") == "arm.inp")
  }

  @Test(
    "names that could leave the folder are not safe",
    arguments: ["", "/a", "a/", "..", ".", "a/../b", "a//b", "a\0b", "a\nb"])
  func unsafe(name: String) { #expect(!WorkName.isSafe(name)) }

  @Test("ordinary names are safe", arguments: ["a", "a/b.dat", ".hidden", "支架.inp", "*.vtu"])
  func safe(name: String) { #expect(WorkName.isSafe(name)) }
}

@Suite("sweeps")
struct SweepTests {
  private let sweep = Sweep(groups: [
    [Axis(name: "a", values: .list([.text("x"), .text("y")]))],
    [
      Axis(name: "b", values: .linear(from: 0, to: 1, count: 3, unit: nil)),
      Axis(name: "c", values: .list([.number(7), .number(8), .number(9)])),
    ],
  ])

  @Test("the last group is the fastest, and zipped axes go side by side")
  func order() {
    #expect(sweep.count == 6)
    let points = (1...6).map { task in
      sweep.point(task).map { "\($0.value)" }.joined(separator: " ")
    }
    #expect(points == ["x 0 7", "x 0.5 8", "x 1 9", "y 0 7", "y 0.5 8", "y 1 9"])
  }

  @Test("evenly spaced values begin and end exactly where they should")
  func ends() {
    let values = AxisValues.linear(from: 0.1, to: 0.7, count: 7, unit: "mm")
    #expect(values[0] == .quantity(0.1, unit: "mm"))
    #expect(values[6] == .quantity(0.7, unit: "mm"))
  }

  @Test("evenly spaced whole numbers come out whole")
  func whole() {
    let values = AxisValues.linear(from: 1, to: 1000, count: 1000, unit: nil)
    #expect((0..<1000).allSatisfy { values[$0] == .number(Double($0 + 1)) })
  }

  @Test("the number of points saturates instead of overflowing")
  func saturation() {
    let axis = AxisValues.linear(from: 0, to: 1, count: 10_000_000, unit: nil)
    let groups = ["a", "b", "c"].map { [Axis(name: $0, values: axis)] }
    #expect(Sweep(groups: groups).count == .max)
  }
}
