import Base
import JobModel
import Wire

/// What becomes of tasks.
extension BatchWriter {
  // MARK: Ends

  mutating func end(_ step: StepID, _ tasks: TaskRange, _ reason: EndReason)
    throws(DatabaseFailure)
  {
    let isFree = try database.first(
      """
      SELECT EXISTS (SELECT 1 FROM step WHERE job = ?1 AND step = ?2 AND tasks >= ?4)
        AND NOT EXISTS (
          SELECT 1 FROM lease WHERE job = ?1 AND step = ?2 AND first <= ?4 AND last >= ?3)
      """, step.job, step.index, tasks.first, tasks.last
    ) { $0.flag(0) }
    precondition(isFree == true, "tasks \(tasks) of \(step) end while a lease holds them")
    var event: (tasks: TaskRange, message: String?)?
    let refusal = reason == .refused ? try refusal(of: step) : nil
    for var piece in try numbered(turn.pieces(step, tasks, reason), of: step, reason) {
      if piece.attempt == 0, piece.message == nil { piece.message = refusal }
      try insert(
        EndRow(
          tasks: piece.tasks, reason: reason, attempt: piece.attempt ?? 0,
          message: piece.message, usage: piece.usage), step)
      if let open = event, open.message == piece.message {
        event = (TaskRange(open.tasks.first, piece.tasks.last), open.message)
      } else {
        try logEnd(step, event, reason)
        event = (piece.tasks, piece.message)
      }
    }
    try logEnd(step, event, reason)
    if reason != .succeeded, reason != .cancelled { failedJobs.insert(step.job) }
    count(step) { $0.add(tasks.count, reason) }
  }

  private mutating func logEnd(
    _ step: StepID, _ event: (tasks: TaskRange, message: String?)?, _ reason: EndReason
  ) throws(DatabaseFailure) {
    guard let event else { return }
    try log(
      step.job,
      .ended(step: step.index, tasks: event.tasks, reason: reason, message: event.message))
  }

  /// Gives tasks that no lease held the number of their last attempt, if they had one.
  private func numbered(
    _ pieces: [AttemptPiece], of step: StepID, _ reason: EndReason
  ) throws(DatabaseFailure) -> [AttemptPiece] {
    var result: [AttemptPiece] = []
    for piece in pieces {
      guard piece.attempt == nil else {
        result.append(piece)
        continue
      }
      if reason == .succeeded, let reused = reusedPieces(piece, of: step) {
        result += reused
        continue
      }
      let retried = try database.rows(
        """
        SELECT task, max(attempt) FROM task_retry
        WHERE job = ?1 AND step = ?2 AND task BETWEEN ?3 AND ?4 GROUP BY task ORDER BY task
        """, step.job, step.index, piece.tasks.first, piece.tasks.last
      ) { (task: $0.integer(0), attempt: $0.integer(1)) }
      var next = piece.tasks.first
      for used in retried {
        if used.task > next {
          result.append(piece.part(TaskRange(next, used.task - 1), attempt: 0))
        }
        result.append(piece.part(TaskRange(used.task), attempt: used.attempt))
        next = used.task + 1
      }
      if next <= piece.tasks.last {
        result.append(piece.part(TaskRange(next, piece.tasks.last), attempt: 0))
      }
    }
    return result
  }

  /// Adds a row, or extends its neighbours where they are alike.
  private func insert(_ row: EndRow, _ step: StepID) throws(DatabaseFailure) {
    // The last rows that start at or before the task behind the range: neighbours, or an overlap.
    let near = try database.rows(
      """
      SELECT first, last, reason, attempt, message, wall, cpu, peak FROM task_end
      WHERE job = ?1 AND step = ?2 AND first <= ?3 ORDER BY first DESC LIMIT 2
      """, step.job, step.index, row.tasks.last + 1
    ) { (row) throws(DatabaseFailure) in try EndRow.read(row, from: 0) }
    precondition(
      near.allSatisfy { $0.tasks.intersection(row.tasks) == nil },
      "tasks \(row.tasks) of \(step) end twice")
    var row = row
    for other in near where other.isLike(row) {
      let touches =
        other.tasks.last + 1 == row.tasks.first || row.tasks.last + 1 == other.tasks.first
      guard touches else { continue }
      try delete(other, step)
      row = row.joined(other)
    }
    try put(row, step)
  }

  private func put(_ row: EndRow, _ step: StepID) throws(DatabaseFailure) {
    try database.run(
      """
      INSERT INTO task_end
        (job, step, first, last, reason, attempt, message, wall, cpu, peak)
      VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
      """, step.job, step.index, row.tasks.first, row.tasks.last, row.reason, row.attempt,
      row.message, row.usage.wall, row.usage.cpu, row.usage.peakMemory)
  }

  private func delete(_ row: EndRow, _ step: StepID) throws(DatabaseFailure) {
    let gone = try database.run(
      "DELETE FROM task_end WHERE job = ?1 AND step = ?2 AND first = ?3 AND last = ?4",
      step.job, step.index, row.tasks.first, row.tasks.last)
    precondition(gone == 1, "the end of tasks \(row.tasks) of \(step) is not stored")
  }

  // MARK: Further attempts

  mutating func retry(_ task: TaskID, _ attempt: Int, _ reason: EndReason) throws(DatabaseFailure) {
    let (message, usage) = attemptFacts(task, attempt, reason)
    try database.run(
      """
      INSERT INTO task_retry (job, step, task, attempt, reason, message, wall, cpu, peak)
      VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
      """, task.step.job, task.step.index, task.number, attempt, reason, message, usage.wall,
      usage.cpu, usage.peakMemory)
    try log(
      task.step.job,
      .retried(step: task.step.index, task: task.number, attempt: attempt, reason: reason))
  }

  /// What is known about an attempt: from a lease that ends in this turn, or from the end that this
  /// turn took back.
  private func attemptFacts(_ task: TaskID, _ attempt: Int, _ reason: EndReason)
    -> (String?, Usage)
  {
    let range = TaskRange(task.number)
    if let row = reopened[task.step]?.last(where: { $0.tasks.contains(task.number) }) {
      return (row.message, row.part(range).usage)
    }
    guard let piece = turn.pieces(task.step, range, reason).first else { return (nil, Usage()) }
    precondition(
      piece.attempt == nil || piece.attempt == attempt,
      "task \(task) ended attempt \(attempt), but its lease was for another")
    return (piece.message, piece.usage)
  }

  func askCancel(_ step: StepID, _ tasks: TaskRange) throws(DatabaseFailure) {
    try database.run(
      "INSERT INTO cancel_ask (job, step, first, last) VALUES (?1, ?2, ?3, ?4)", step.job,
      step.index, tasks.first, tasks.last)
  }

  func ask(_ demand: Demand, of tasks: TaskRange, _ step: StepID) throws(DatabaseFailure) {
    try database.run(
      """
      INSERT INTO task_demand (job, step, first, last, memory, time, memory_ends)
      VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
      """, step.job, step.index, tasks.first, tasks.last, demand.memory?.bytes, demand.time?.value,
      demand.memoryEnds)
  }

  mutating func reopen(_ step: StepID, _ tasks: TaskRange) throws(DatabaseFailure) {
    var open = 0
    for row in try ends(step, tasks) {
      guard let part = row.tasks.intersection(tasks) else { continue }
      precondition(row.reason != .succeeded, "tasks \(part) of \(step) have succeeded")
      try delete(row, step)
      for rest in row.tasks.around(part) { try put(row.part(rest), step) }
      reopened[step, default: []].append(row.part(part))
      count(step) { $0.add(-part.count, row.reason) }
      open += part.count
    }
    precondition(open == tasks.count, "of tasks \(tasks) of \(step) only \(open) have ended")
    try forgetCancels(step, tasks)
    // An ended job goes on; for one that has not ended nothing changes.
    try database.run(
      "UPDATE job SET end_state = NULL, ended_at = NULL WHERE id = ?1 AND end_state IS NOT NULL",
      step.job)
  }

  /// Rows that hold tasks of a range; the one before it may reach into it.
  private func ends(_ step: StepID, _ tasks: TaskRange) throws(DatabaseFailure) -> [EndRow] {
    try database.rows(
      """
      SELECT first, last, reason, attempt, message, wall, cpu, peak FROM task_end
      WHERE job = ?1 AND step = ?2 AND first <= ?4 AND first >= coalesce((
        SELECT first FROM task_end WHERE job = ?1 AND step = ?2 AND first <= ?3
        ORDER BY first DESC LIMIT 1), ?3)
      """, step.job, step.index, tasks.first, tasks.last
    ) { (row) throws(DatabaseFailure) in try EndRow.read(row, from: 0) }
  }

  private func forgetCancels(_ step: StepID, _ tasks: TaskRange) throws(DatabaseFailure) {
    let asked = try database.rows(
      """
      DELETE FROM cancel_ask WHERE job = ?1 AND step = ?2 AND first <= ?4 AND last >= ?3
      RETURNING first, last
      """, step.job, step.index, tasks.first, tasks.last
    ) { (row) throws(DatabaseFailure) in try row.range(0) }
    for range in asked {
      guard let part = range.intersection(tasks) else { continue }
      for rest in range.around(part) { try askCancel(step, rest) }
    }
  }
}
