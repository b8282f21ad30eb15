import Base
import JobModel
import Testing

@testable import Service

@Suite("points of a step as numbers")
struct PointSpaceTests {
  @Test(
    "the names that have a value are known without a look at the points",
    arguments: [
      StepSpec(name: "", work: .kernel("test.sleep")),
      StepSpec(
        name: "", work: .kernel("test.sleep"), parameters: ["duration": .quantity(1, unit: "s")],
        sweep: Sweep(groups: [[Axis(name: "value", values: .list([.number(1), .number(2)]))]])),
      StepSpec(
        name: "", work: .command(["solve", "{x}", "{deck}"]), parameters: ["x": .number(1)],
        inputs: [
          InputBinding(name: "deck", source: .file("a.inp")),
          InputBinding(name: "mesh", source: .result(step: 0, file: "m.vtu", wiring: .gather)),
        ],
        sweptInputs: ["deck"],
        sweep: Sweep(groups: [
          [Axis(name: "x", values: .linear(from: 0, to: 1, count: 2, unit: nil))],
          [Axis(name: "deck", values: .list([.text("a.inp"), .text("b.inp")]))],
        ])),
    ])
  func names(_ step: StepSpec) {
    #expect(PointSpace.names(of: step) == PointSpace(step) { $0 }.names)
  }
}
