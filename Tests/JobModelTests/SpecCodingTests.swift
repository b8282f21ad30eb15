import Base
import JobModel
import Testing

@Suite("Specifications as JSON") struct SpecCodingTests {
  private func text(_ value: some Encodable) throws -> String {
    String(decoding: try JSONWriter.encoding(value), as: UTF8.self)
  }

  private func decoded<Value: Decodable>(_ type: Value.Type, _ text: String) throws -> Value {
    try JSONValue.decoding(type, Array(text.utf8), path: "x")
  }

  /// Nothing of it is at its default.
  private var full: StepSpec {
    get throws {
      StepSpec(
        name: "fatigue", work: .command(["solve", "{load}"]),
        parameters: ["load": .quantity(2, unit: "kN"), "label": .text("a"), "fast": .flag(true)],
        inputs: [
          InputBinding(name: "deck", source: .file("arm.inp")),
          InputBinding(name: "mesh", source: .result(step: 0, file: "m.vtu", wiring: .gather)),
        ],
        sweptInputs: ["deck"], units: UnitSystem(["length": "mm"]),
        sweep: Sweep(groups: [
          [Axis(name: "load", values: .linear(from: 1, to: 2, count: 3, unit: "kN"))],
          [Axis(name: "x", values: .list([.number(1)]))],
        ]),
        resources: Resources(
          cpus: 2, memory: .mebibytes(64), time: Seconds(5), licences: ["abaqus": 3],
          gpus: Amount(thousandths: 500), pools: ["press": Amount(2)]),
        retry: .limited(
          RetryLimits(
            lost: 1, failed: 2, signalled: 3, time: 4, memory: 5, memoryGrowth: 3,
            exitCodes: [7], wait: Seconds(9))),
        outputs: ["*.csv"], keepsNothing: true, needs: [StepNeed(0, .notOk)], isolation: .sandbox,
        checkpoint: CheckpointPolicy(signal: .term, before: Seconds(3)),
        stopWhen: try StopCondition("residual < 1e-6"), reuse: false)
    }
  }

  @Test("a specification comes back as it was, whatever is set in it")
  func roundTrip() throws {
    let job = JobSpec(
      name: "arm", project: ProjectName("rig"), priority: 3, maxRunning: 4,
      begin: Timestamp(milliseconds: 5), deadline: .after(Seconds(60)), labels: ["night"],
      isPreemptible: true, steps: [try full, StepSpec(name: "b", work: .kernel("fe.solve"))])
    #expect(try decoded(JobSpec.self, try text(job)) == job)
    let plain = JobSpec(name: "", steps: [])
    #expect(try decoded(JobSpec.self, try text(plain)) == plain)
  }

  @Test("every member of a specification is written")
  func members() throws {
    let step = try full
    let written = try JSONValue(parsing: JSONWriter.encoding(step), path: "x")
    #expect(written.members?.count == Mirror(reflecting: step).children.count)
    #expect(
      written["resources"]?.members?.count == Mirror(reflecting: step.resources).children.count)
    guard case .limited(let limits) = step.retry else { return }
    #expect(
      written["retry"]?["limited"]?["_0"]?.members?.count
        == Mirror(reflecting: limits).children.count)
  }

  @Test("what is at its default is left out")
  func defaults() throws {
    let job = JobSpec(name: "one", steps: [StepSpec(name: "", work: .kernel("test.sleep"))])
    #expect(
      try text(job) == #"{"name":"one","steps":[{"work":{"kernel":{"_0":"test.sleep"}}}]}"#)
    #expect(
      try text(RetryPolicy.standard.withEstimatedMemory)
        == #"{"limited":{"_0":{"memory":2,"memoryGrowth":2}}}"#)
  }

  @Test("what was written in full, or before there was a member, reads the same way")
  func earlier() throws {
    let earlier = """
      {"name":"one","priority":0,"labels":[],"isPreemptible":false,"steps":[{"name":"",\
      "work":{"kernel":{"_0":"test.sleep"}},"parameters":{},"inputs":[],"sweptInputs":[],\
      "units":{"units":{}},"sweep":{"groups":[]},"resources":{"cpus":1,"licences":{},"gpus":0,\
      "pools":{}},"retry":{"limited":{"_0":{"lost":3,"failed":0,"signalled":0,"time":0,"memory":0,\
      "memoryGrowth":1.5}}},"outputs":[],"needs":[]}]}
      """
    let job = JobSpec(name: "one", steps: [StepSpec(name: "", work: .kernel("test.sleep"))])
    #expect(try decoded(JobSpec.self, earlier) == job)
  }
}
