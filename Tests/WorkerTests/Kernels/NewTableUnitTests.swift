import JobModel
import Testing

@Suite("units of new tables") struct NewTableUnitTests {
  private static let table = "x [mm],y [MPa]\n1,2.1\n2,3.9\n3,6.2\n4,7.8\n5,10.1\n"
  private static let refusal =
    "the column `x` of `table` is in `m`, the model was made in `mm`; convert the column and head "
    + "it `x [mm]`, or leave its unit out if the numbers are in `mm` already"

  /// The model of a kernel on a table.
  private static func model(_ kernel: String, table: String = table) throws -> String {
    var parameters: [String: Value] = ["response": .text("y")]
    switch kernel {
    case "data.fit": parameters.merge(["model": .text("a*x"), "start": .text("a = 1")]) { $1 }
    case "data.pls": parameters.merge(["validation": .text("none")]) { $1 }
    case _: break
    }
    return try KernelRun(kernel, parameters, ["table": table]).text("model.json")
  }

  @Test(
    "a model of millimetres refuses metres, and says what to do",
    arguments: ["data.regress", "data.pls", "data.fit"])
  func otherUnit(kernel: String) throws {
    let inputs = ["model": try Self.model(kernel), "table": "x [m]\n0.002\n"]
    #expect(KernelRun.problem("data.predict", [:], inputs) == Self.refusal)
  }

  @Test(
    "a unit that only one side names is no mistake",
    arguments: ["data.regress", "data.pls", "data.fit"])
  func missingUnit(kernel: String) throws {
    let bare = Self.table.replacing("x [mm]", with: "x")
    for (made, new) in [(Self.table, "x\n2\n"), (bare, "x [m]\n2\n"), (Self.table, "x [mm]\n2\n")] {
      let model = try Self.model(kernel, table: made)
      let run = try KernelRun("data.predict", [:], ["model": model, "table": new])
      #expect(run.numbers("y [MPa]", of: "predictions.csv").count == 1)
    }
  }

  @Test("all columns in other units are named at once")
  func several() throws {
    let table = "x [mm],z [K],y\n1,2,3\n2,1,5\n3,5,4\n4,3,9\n5,4,8\n"
    let inputs = [
      "model": try Self.model("data.regress", table: table), "table": "z [C],x [m]\n1,2\n",
    ]
    let problem = KernelRun.problem("data.predict", [:], inputs)
    #expect(problem.contains("`x` of `table` is in `m`"))
    #expect(problem.contains("`z` of `table` is in `C`"))
  }

  @Test(
    "a calibration refuses new rows, and measured values, in other units",
    arguments: [("x [m],y [MPa]", "x", "m", "mm"), ("x [mm],y [Pa]", "y", "Pa", "MPa")])
  func calibration(heading: String, column: String, unit: String, wanted: String) {
    let problem = KernelRun.problem(
      "data.pls", ["response": .text("y"), "validation": .text("none")],
      ["table": Self.table, "new": "\(heading)\n2,4\n"])
    #expect(
      problem.hasPrefix(
        "the column `\(column)` of `new` is in `\(unit)`, the model was made in `\(wanted)`; "))
  }
}
