import Base
import JobModel
import Wire

/// What kernels say under `notices` in their summaries: warnings that change how far a result may be trusted.
struct ResultNotices {
  /// Notices in the order in which they came first, and the tasks that have them.
  private var found: [(text: String, tasks: [Int64])] = []

  /// Results of larger jobs are looked through by `kiln table`.
  static let tasksMax = 100
  private static let linesMax = 20

  /// - Parameter row: of a job's table.
  mutating func add(_ row: JSONValue) {
    guard case .integer(let task)? = row["task"],
      case .array(let notices)? = row["summary"]?["notices"]
    else { return }
    for notice in notices {
      guard case .text(let text) = notice else { continue }
      if let known = found.firstIndex(where: { $0.text == text }) {
        found[known].tasks.append(task)
      } else {
        found.append((text, [task]))
      }
    }
  }

  /// A line for each.
  ///
  /// - Parameter isSingle: whether there is one task, which need not be named.
  func lines(isSingle: Bool) -> [String] {
    let lines = found.prefix(Self.linesMax).map { notice in
      let first = notice.tasks.prefix(5).map(String.init).joined(separator: ", ")
      let more = notice.tasks.count > 5 ? " and \(notice.tasks.count - 5) more" : ""
      let tasks = notice.tasks.count == 1 ? "task" : "tasks"
      return "notice: " + (isSingle ? "" : "\(tasks) \(first)\(more): ") + notice.text
    }
    let left = found.count - lines.count
    return left > 0 ? lines + ["and \(left) more notices; see `summary.json`"] : lines
  }
}

extension JobRunner {
  /// Says what the kernels want to have noticed; a job without them, or with very many tasks, nothing.
  func tellNotices() throws {
    let detail = try detailAtEnd()
    guard (1...ResultNotices.tasksMax).contains(detail.summary.counts.succeeded) else { return }
    let client = try context.clientStartingServer(leavesWhenIdle: true)
    for (index, step) in detail.steps.enumerated()
    where step.counts.total <= ResultNotices.tasksMax {
      var notices = ResultNotices()
      try client.tableRows(of: .id(job), step: index) { line throws(Problems) in
        do throws(KilnError) {
          notices.add(try JSONValue(parsing: line, path: "row of the table"))
        } catch {
          throw Problems([error])
        }
      }
      for line in notices.lines(isSingle: step.counts.total == 1) { context.say(line) }
    }
  }
}
