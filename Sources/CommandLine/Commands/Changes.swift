import Base
import Client
import JobModel
import Wire

/// What further attempts are to have.
private enum RetryOptions {
  static let failed = Flag("--failed", "Only tasks that failed, not those that were cancelled.")
  static let memory = Option<RetryWish.Grant>(
    "--memory", "AMOUNT", "Memory of the further attempts: x2 for twice as much, or 8GiB."
  ) { text throws(KilnError) in try grant(text, "--memory", dimension: "bytes", example: "8GiB") }
  static let time = Option<RetryWish.Grant>(
    "--time", "SPAN", "Time limit of the further attempts: x1.5 for half as much again, or 20min."
  ) { text throws(KilnError) in try grant(text, "--time", dimension: "time", example: "20min") }

  static func wish(_ arguments: Arguments) throws(KilnError) -> RetryWish? {
    let wish = RetryWish(
      onlyFailed: arguments[failed], memory: try arguments(memory), time: try arguments(time))
    return wish == RetryWish() ? nil : wish
  }

  private static func grant(
    _ text: String, _ option: String, dimension: String, example: String
  ) throws(KilnError) -> RetryWish.Grant {
    if text.hasPrefix("x"), let factor = Quantity.number(String(text.dropFirst())),
      (0.01...1000).contains(factor)
    {
      return .times(factor)
    }
    if let (number, unit) = Quantity.split(text) ?? Quantity.splitUnspaced(text),
      let amount = UnitSystem.toSI(number, unit: unit, dimension: dimension), amount > 0,
      amount <= 0x1p50
    {
      return .to(amount)
    }
    throw KilnError(
      .usage, "\(option): '\(text)' is neither a factor nor an amount",
      fix: "write x2, or \(example)")
  }
}

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
    discussion: """
      They get a further attempt in the same job; results of other tasks stay. What is asked for with \
      --memory and --time holds for all further attempts of these tasks, also after a restart of the \
      server.
      """,
    options: [
      RetryOptions.failed.declaration, RetryOptions.memory.declaration,
      RetryOptions.time.declaration,
    ],
    examples: [
      Example("kiln retry 17 --failed", "not those that were cancelled"),
      Example("kiln retry 17 --memory x2", "with twice the memory that they had"),
    ])

  private static func change(
    _ change: JobChange, _ summary: String, done: String, discussion: String,
    options: [OptionDeclaration] = [], examples: [Example] = []
  ) -> CommandDeclaration {
    CommandDeclaration(
      change.rawValue, summary, discussion: discussion, positionals: [.jobs], options: options,
      examples: [
        Example("kiln \(change.rawValue) 17", "the whole job"),
        Example("kiln \(change.rawValue) 17.4-9", "six of its tasks"),
      ] + examples
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
          var selection = target.selection
          if change == .retry { selection.wish = try RetryOptions.wish(arguments) }
          let receipt = try context.client().change(change, target.reference, selection)
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
