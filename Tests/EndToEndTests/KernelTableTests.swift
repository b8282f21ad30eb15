import Base
import Catalogue
import Testing

/// Kernels as their pages show them, and on tables that are hard in some way.
@Suite("kernels on tables")
struct KernelTableTests {
  @Test(
    "the example of a kernel's page runs",
    arguments: Catalogue.kernels.filter {
      !$0.example.contains("deck:") && !$0.name.hasPrefix("test.")
    }.map(\.name))
  func example(_ name: String) throws {
    let kernel = try #require(Catalogue.kernel(name))
    let world = World()
    let example = kernel.example.split(separator: "../../models").joined(
      separator: "\(World.checkout)/models")
    let job = world.file("example.yaml", example)
    let ran = world.kiln("run", job, "-o", "\(world.folder)/out", limit: Seconds(300))
    #expect(ran.status == 0, "\(ran.errors)")
  }

  /// Runs a kernel on a table; its summary, or what it said.
  private func run(
    _ kernel: String, _ parameters: String, table: [String]
  ) -> (status: Int32, summary: String, errors: String) {
    let world = World()
    _ = world.file("table.csv", table.joined(separator: "\n") + "\n")
    let job = world.file(
      "job.yaml",
      "name: job\nkernel: \(kernel)\ninputs: {table: table.csv}\nparameters: {\(parameters)}\n")
    let out = "\(world.folder)/out"
    let ran = world.kiln("run", job, "-o", out, limit: Seconds(60))
    let summary = ran.status == 0 ? readText("\(out)/summary.json") : ""
    return (ran.status, summary, ran.errors + ran.output)
  }

  @Test(
    "a column that does not vary has a chart and lies inside of its limits",
    arguments: ["i-mr", "xbar-r", "xbar-s", "ewma", "cusum"])
  func constant(_ chart: String) {
    let table = ["thickness [mm]"] + (0..<25).map { _ in "2.00" }
    let ran = run(
      "data.spc", "column: thickness, chart: \(chart), lower: \"1.97\", upper: \"2.03\"",
      table: table)
    #expect(ran.status == 0, "\(ran.errors)")
    #expect(JobLibraryTests.scalar("expected_outside", in: ran.summary) == 0)
    #expect(JobLibraryTests.scalar("alarms", in: ran.summary) == 0)
  }

  @Test("a chart says the unit of its column, and counts the rows behind the last whole subgroup")
  func chart() {
    let table = ["thickness [mm]"] + (0..<23).map { "\(2 + 0.01 * Double($0 * 7 % 5))" }
    let ran = run("data.spc", "column: thickness, chart: xbar-r, size: 5", table: table)
    #expect(ran.summary.contains(#""unit":"mm""#))
    #expect(JobLibraryTests.scalar("points", in: ran.summary) == 4)
    #expect(JobLibraryTests.scalar("rows_left_out", in: ran.summary) == 3)
  }

  @Test(
    "what contradicts itself in the order of a chart is refused with its fix",
    arguments: [
      (#"lower: "9", upper: "2""#, "exchange"), ("baseline: 100", "set `baseline` to 25 or less"),
    ])
  func refused(_ parameters: String, _ fix: String) {
    let table = ["x"] + (0..<25).map { "\($0 % 4)" }
    let ran = run("data.spc", "column: x, chart: i-mr, \(parameters)", table: table)
    #expect(ran.status != 0)
    #expect(ran.errors.contains(fix), "\(ran.errors)")
  }

  @Test(
    "numbers near the smallest that there are make a figure, not a crash",
    arguments: [
      ("data.spc", "column: y, chart: i-mr"), ("data.regress", "response: y"),
      ("data.pca", "scaling: centre"),
    ])
  func tiny(_ kernel: String, _ parameters: String) {
    for exponent in ["e-200", "e-307", "e-320"] {
      let rows = (1...30).map { "\($0)\(exponent),\($0 * $0 % 17)\(exponent)" }
      let ran = run(kernel, parameters, table: ["x,y"] + rows)
      #expect(!ran.errors.contains("crashed"), "\(exponent): \(ran.errors)")
    }
  }

  @Test("nothing is an alarm where the model keeps all components")
  func wholeModel() {
    var random = SplitMix64(seed: 5)
    func normal() -> Double {
      (0..<12).reduce(-6.0) { sum, _ in sum + Double(random.next() >> 11) * 0x1p-53 }
    }
    let rows = (0..<300).map { _ in (0..<6).map { _ in "\(normal())" }.joined(separator: ",") }
    let ran = run("data.pca", "components: 6, confidence: 0.99999", table: ["a,b,c,d,e,f"] + rows)
    #expect(ran.status == 0, "\(ran.errors)")
    #expect(JobLibraryTests.scalar("alarms_spe", in: ran.summary) == 0)
  }

  @Test("an error of a cell names the file as the job does, with its line")
  func place() {
    let rows = (1...12).map { "\($0),\($0 == 9 ? "oops" : "\($0)")" }
    let ran = run("data.regress", "response: y", table: ["x,y"] + rows)
    #expect(ran.status != 0)
    #expect(ran.errors.contains(" table.csv:10:"), "\(ran.errors)")
  }

  @Test("two factors of two levels without repeats leave one degree of freedom")
  func smallest() {
    let ran = run(
      "data.anova", "response: y, factors: \"a, b\"",
      table: ["a,b,y", "l,l,1", "l,h,2", "h,l,4", "h,h,5.5"])
    #expect(ran.status == 0, "\(ran.errors)")
  }
}
