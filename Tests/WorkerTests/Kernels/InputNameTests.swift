import JobModel
import Testing

@Suite("names of inputs") struct InputNameTests {
  @Test("an input that is called like a result is read all the same")
  func sameName() throws {
    // The kernel writes a new.csv while it reads the one that it was given.
    let table = "x [mm],y [MPa]\n1,2.1\n2,3.9\n3,6.2\n4,7.8\n5,10.1\n"
    let run = try KernelRun(
      "data.pls", ["response": .text("y"), "validation": .text("none")],
      ["table": table, "new": table])
    #expect(run.numbers("y [MPa]", of: "new.csv") == [2.1, 3.9, 6.2, 7.8, 10.1])
    #expect(run.summary["rows_predicted"]?.number == 5)
  }
}
