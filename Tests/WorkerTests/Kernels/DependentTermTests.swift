import JobModel
import Testing

@Suite("what a regression cannot know") struct DependentTermTests {
  @Test("rows with labels that the model does not know are counted")
  func labels() throws {
    let table = "m,x,y\nred,1,2\nblue,2,5\nred,3,4\nblue,4,7\nred,5,6.1\nblue,6,9\n"
    let model = try KernelRun(
      "data.regress", ["response": .text("y"), "categories": .text("m")], ["table": table]
    ).text("model.json")
    func unknown(_ rows: String) throws -> Double? {
      let run = try KernelRun(
        "data.predict", ["missing": .text("drop")], ["model": model, "table": "m,x\n\(rows)"])
      return run.summary["unknown_labels"]?.number
    }
    #expect(try unknown("red,1\nblue,2\n") == 0)
    #expect(try unknown("red,1\ngreen,2\nbleu,4\ngreen,\ngreen,3\n") == 3)
  }

  @Test("the variance of dependent terms is inflated without limit")
  func inflation() throws {
    let rows = (1...9).map { "\($0),\(2 * $0),\($0 * $0 % 5),\($0 * 3 + $0 % 4)" }
    let run = try KernelRun(
      "data.regress", ["response": .text("y")],
      ["table": (["a,b,c,y"] + rows).joined(separator: "\n")])
    #expect(run.column("term", of: "coefficients.csv").dropFirst() == ["a", "b", "c"])
    let inflation = run.numbers("variance_inflation", of: "coefficients.csv")
    #expect(inflation[1] == .infinity && inflation[2] == .infinity)
    #expect(inflation[3] >= 1 && inflation[3] < 2)
  }

  @Test("a constant column beside the intercept is dependent on it")
  func constant() throws {
    let rows = (1...9).map { "\($0),4,\($0 * 3 + $0 % 4)" }
    let run = try KernelRun(
      "data.regress", ["response": .text("y")],
      ["table": (["a,b,y"] + rows).joined(separator: "\n")])
    let inflation = run.numbers("variance_inflation", of: "coefficients.csv")
    #expect(abs(inflation[1] - 1) < 1e-9 && inflation[2] == .infinity)
  }
}
