import Base
import Client
import JobModel
import Wire

extension CommandDeclaration {
  static let cancel = change(
    .cancel, "Cancel jobs, steps or tasks.", done: "cancelled",
    discussion: """
      What runs is asked to stop and killed two seconds later. What has ended stays as it is, \
      with its results.
      """)
  static let hold = change(
    .hold, "Keep jobs from starting further tasks.", done: "held",
    discussion: "What runs goes on to its end.")
  static let release = change(
    .release, "Let held jobs go on.", done: "released", discussion: "")
  static let retry = change(
    .retry, "Run tasks again that did not succeed.", done: "queued again",
    discussion: "They get a further attempt in the same job; results of other tasks stay.")

  private static func change(
    _ change: JobChange, _ summary: String, done: String, discussion: String
  ) -> CommandDeclaration {
    CommandDeclaration(
      change.rawValue, summary, discussion: discussion, positionals: [.jobs],
      examples: [
        Example("kiln \(change.rawValue) 17", "the whole job"),
        Example("kiln \(change.rawValue) 17.4-9", "six of its tasks"),
      ]
    ) { arguments, context in
      var table = Table([Column("job"), Column("tasks"), Column("state")])
      func tell(_ name: String, _ isWhole: Bool, _ receipt: ChangeReceipt) {
        table.add([.text(name), .integer(Int64(receipt.tasks)), .text(receipt.state.rawValue)])
        if !context.wantsJSON { context.say(sentence(name, isWhole, receipt, done)) }
      }
      for word in arguments.words {
        if change != .retry, case .range(let first, let last) = try Selector(word).jobs {
          var isFound = false
          try context.client().change(change, JobRange(first: first, last: last)) { entry in
            isFound = true
            tell("\(entry.job)", true, entry.receipt)
          }
          // Nothing of it is alive: those that have ended are shown as they are.
          if isFound { continue }
        }
        for target in try context.targets([word]) {
          let receipt = try context.client().change(change, target.reference, target.selection)
          tell(target.name, target.tasks == nil, receipt)
        }
      }
      if context.wantsJSON { context.show(table) }
      return .success
    }
  }

  private static func sentence(
    _ name: String, _ isWhole: Bool, _ receipt: ChangeReceipt, _ done: String
  ) -> String {
    let tasks = receipt.tasks == 1 ? "1 task" : "\(receipt.tasks) tasks"
    let what = isWhole && receipt.tasks == 0 ? "" : "\(tasks) "
    return "\(name): \(what)\(done), the job is \(receipt.state.rawValue)"
  }
}
