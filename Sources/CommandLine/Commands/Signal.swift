import Base
import Client
import JobModel
import Wire

extension CommandDeclaration {
  static let signal = CommandDeclaration(
    "signal", "Send a signal to commands that are running.",
    discussion: """
      The signal goes to the process group of each running command of the job, step or tasks. \
      Kernels take none. What the command makes of it is its own business: one that ends by it has \
      the reason `signalled`.
      """,
    positionals: [.job, .signal],
    examples: [
      Example("kiln signal 17 USR1", "every running command of the job 17"),
      Example("kiln signal 17.4 TERM", "one task"),
    ]
  ) { arguments, context in
    let target = try context.target(arguments.words[0])
    guard let name = SignalName(spelling: arguments.words[1]) else {
      let known = SignalName.allCases.map(\.rawValue)
      throw KilnError(
        .usage, "'\(arguments.words[1])' is no signal that can be sent",
        fix: nearest(to: arguments.words[1].uppercased(), among: known).map {
          "did you mean '\($0)'?"
        } ?? "known are \(known.joined(separator: ", "))")
    }
    let receipt = try context.client().signal(
      target.reference, SignalRequest(signal: name, selection: target.selection))
    if context.wantsJSON {
      var table = Table([Column("job"), Column("tasks"), Column("signal")])
      table.add([.text(target.name), .integer(Int64(receipt.tasks)), .text(name.rawValue)])
      context.show(table)
    }
    guard receipt.tasks > 0 else {
      throw KilnError(
        .notFound, "no command of \(target.name) is running",
        fix: "`kiln explain` says why a task is not")
    }
    if !context.wantsJSON {
      let commands = receipt.tasks == 1 ? "1 command" : "\(receipt.tasks) commands"
      context.say("\(target.name): \(name.rawValue) was sent to \(commands)")
    }
    return .success
  }
}
