import JobModel
import Testing

@Suite("groups of data.fit") struct GroupFitTests {
  private static let table = "g,x,y\na,0,1\na,1,3\na,2,5\nb,0,4\nc,0,2\nc,1,1\nc,2,0\n"
  private static let line: [String: Value] = [
    "model": .text("p + q*x"), "response": .text("y"), "start": .text("p = 0, q = 1"),
    "group": .text("g"),
  ]

  @Test("a group with too few rows is reported, and the others are fitted")
  func fewRows() throws {
    let run = try KernelRun("data.fit", Self.line, ["table": Self.table])
    #expect(run.summary["groups"]?.number == 3 && run.summary["converged"]?.number == 2)
    #expect(run.column("group", of: "fits.csv") == ["a", "b", "c"])
    #expect(run.column("converged", of: "fits.csv") == ["1", "0", "1"])
    #expect(run.column("rows", of: "fits.csv") == ["3", "1", "3"])
    #expect(run.column("reason", of: "fits.csv")[1] == "there are fewer rows than parameters")
    let values = run.numbers("value", of: "parameters.csv")
    #expect(abs(values[0] - 1) < 1e-9 && abs(values[1] - 2) < 1e-9)
    #expect(values[2].isNaN && values[3].isNaN)
    #expect(abs(values[4] - 2) < 1e-9 && abs(values[5] + 1) < 1e-9)
    #expect(run.summary["residual_deviation"]?.number ?? 1 < 1e-9)
    #expect(run.text("fit.svg").contains("b (NOT CONVERGED)"))
  }

  @Test("the model of the groups that could be fitted serves predictions")
  func model() throws {
    let model = try KernelRun("data.fit", Self.line, ["table": Self.table]).text("model.json")
    let run = try KernelRun("data.predict", [:], ["model": model, "table": "g,x\na,10\nc,10\n"])
    let predicted = run.numbers("y", of: "predictions.csv")
    #expect(zip(predicted, [21, -8]).allSatisfy { abs($0 - $1) < 1e-8 })
    #expect(
      KernelRun.problem("data.predict", [:], ["model": model, "table": "g,x\nb,10\n"])
        == "the model has no group `b`; it has a, c")
  }

  @Test("where no group has enough rows, nothing is left to fit")
  func noRows() {
    #expect(
      KernelRun.problem("data.fit", Self.line, ["table": "g,x,y\na,0,1\nb,1,2\n"])
        == "no group has as many rows as the model has parameters (2); use a model with fewer "
        + "parameters")
  }

  @Test("the figure of a fit that did not converge says so")
  func mark() throws {
    let parameters: [String: Value] = [
      "model": .text("a*exp(b*x)"), "response": .text("y"), "start": .text("a = 1, b = -9"),
      "iterations": .number(1),
    ]
    let run = try KernelRun("data.fit", parameters, ["table": "x,y\n0,1\n1,3\n2,9\n3,27\n"])
    #expect(run.summary["converged"]?.number == 0)
    #expect(
      run.text("fit.svg").contains(
        "NOT CONVERGED (the largest number of iterations was reached): last iterate"))
  }
}
