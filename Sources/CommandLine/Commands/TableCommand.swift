import Base
import Catalogue
import Client
import JobModel
import Wire

private enum Options {
  static let commas = Flag("--csv", "Write comma-separated values (RFC 4180).")
  static let step = Option<String>(
    "--step", text: "NAME", "Which step, in a job with several.")
}

extension CommandDeclaration {
  static let table = CommandDeclaration(
    "table", "Show a sweep as a table: axes and scalars of every task.",
    discussion: """
      One row for each task, with the values of the axes at its point and the scalars of its \
      summary; a task without a result has empty cells. Rows of tasks that are not done yet are \
      shown as well.
      """,
    positionals: [.job], options: [Options.commas.declaration, Options.step.declaration],
    examples: [
      Example("kiln table last", "in the terminal"),
      Example("kiln table 17 --csv > sweep.csv", "for a spreadsheet"),
    ]
  ) { arguments, context in
    let target = try context.target(arguments.words[0])
    let index = try sweepStep(target, named: try arguments(Options.step))
    var sweep = SweepTable(step: target.detail.steps[index])
    try context.client().tableRows(of: target.reference, step: index) { line throws(Problems) in
      do throws(KilnError) {
        try sweep.add(try JSONValue(parsing: line, path: "row of the table"))
      } catch {
        throw Problems([error])
      }
    }
    let table = sweep.takeTable()
    let form = arguments[Options.commas] ? Form.commas : context.form
    table.write(as: form, now: .now(), to: context.out)
    return .success
  }

  private static func sweepStep(_ target: Target, named name: String?) throws(KilnError) -> Int {
    let steps = target.detail.steps
    if let name {
      guard let index = steps.firstIndex(where: { $0.name == name }) else {
        throw KilnError(
          .notFound, "job \(target.id) has no step '\(name)'",
          fix: nearest(to: name, among: steps.map(\.name)).map { "did you mean '\($0)'?" })
      }
      return index
    }
    if let step = target.step { return step }
    guard steps.count == 1 else {
      throw KilnError(
        .usage, "job \(target.id) has \(steps.count) steps",
        fix: "name one: \(steps.map { "\(target.id).\($0.name)" }.joined(separator: ", "))")
    }
    return 0
  }
}
