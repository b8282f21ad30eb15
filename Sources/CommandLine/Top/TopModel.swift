import Base
import JobModel
import Wire

/// Everything that `kiln top` shows, and what keys do to it; a pure value.
struct TopModel: Sendable {
  enum Page: Hashable, Sendable {
    case jobs
    case tasks
    case log
    case help
  }

  /// What the last line asks.
  enum Prompt: Hashable, Sendable {
    case filter(String)
    case cancel(CancelTarget)
  }

  struct CancelTarget: Hashable, Sendable {
    let job: JobID
    /// Nil: the whole job.
    let task: TaskPlace?
    let name: String
  }

  struct TaskPlace: Hashable, Sendable {
    let step: Int
    let task: Int
  }

  /// What the world has to do for a key.
  enum Action: Hashable, Sendable {
    case quit
    case suspend
    /// What is shown has to be fetched anew.
    case refresh
    case cancel(CancelTarget)
  }

  var pages: [Page] = [.jobs]
  var jobs = JobList()
  var tasks = TaskList()
  var log = LogView()
  var prompt: Prompt?
  /// A sentence that stays until the next key.
  var notice: String?
  var server: ServerInfo?
  /// Why the server does not answer; nil while it does.
  var failure: String?
  /// Rows that a list has on the screen.
  var rowCount = 20

  var page: Page { pages.last ?? .jobs }

  // MARK: keys

  mutating func handle(_ key: Key) -> Action? {
    notice = nil
    if key == .control("c") { return .quit }
    if key == .control("z") { return .suspend }
    if let prompt { return answer(prompt, key) }
    switch key {
    case .character("q"), .escape, .left: return back(quits: key == .character("q"))
    case .character("?"), .character("h"):
      if page != .help { pages.append(.help) }
      return nil
    case .control("l"): return .refresh
    default: break
    }
    switch page {
    case .jobs: return handleJobs(key)
    case .tasks: return handleTasks(key)
    case .log:
      log.move(key, rows: rowCount)
      return nil
    case .help:
      pages.removeLast()
      return nil
    }
  }

  private mutating func back(quits: Bool) -> Action? {
    if pages.count > 1 {
      pages.removeLast()
      return .refresh
    }
    return quits ? .quit : nil
  }

  private mutating func answer(_ prompt: Prompt, _ key: Key) -> Action? {
    switch (prompt, key) {
    case (.cancel(let target), .character("y")):
      self.prompt = nil
      return .cancel(target)
    case (.cancel, _):
      self.prompt = nil
      notice = "nothing was cancelled"
      return nil
    case (.filter, .escape):
      self.prompt = nil
      return applyFilter("")
    case (.filter(let text), .enter):
      self.prompt = nil
      return applyFilter(text)
    case (.filter(let text), .backspace):
      self.prompt = .filter(String(text.dropLast()))
      return applyFilter(String(text.dropLast()))
    case (.filter(let text), .character(let character)):
      self.prompt = .filter(text + String(character))
      return applyFilter(text + String(character))
    case (.filter, _): return nil
    }
  }

  private mutating func applyFilter(_ text: String) -> Action? {
    if page == .jobs {
      jobs.filter = text
      jobs.cursor.reset()
      return nil
    }
    tasks.filter = text
    tasks.cursor.reset()
    return .refresh
  }

  private mutating func handleJobs(_ key: Key) -> Action? {
    if jobs.cursor.move(key, count: jobs.shown.count, rows: rowCount) { return .refresh }
    switch key {
    case .character("s"): jobs.sort = jobs.sort.next
    case .character("r"): jobs.isReversed.toggle()
    case .character("/"): prompt = .filter(jobs.filter)
    case .character("f"):
      jobs.onlyLive.toggle()
      jobs.cursor.reset()
      return .refresh
    case .character("c"):
      if let job = jobs.selected {
        prompt = .cancel(CancelTarget(job: job.id, task: nil, name: "job \(job.id) \(job.name)"))
      }
    case .enter, .right, .character("l"):
      guard let job = jobs.selected else { return nil }
      tasks = TaskList(job: job)
      pages.append(.tasks)
      return .refresh
    default: break
    }
    return nil
  }

  private mutating func handleTasks(_ key: Key) -> Action? {
    if tasks.cursor.move(key, count: tasks.count, rows: rowCount) { return .refresh }
    switch key {
    case .character("s"):
      tasks.sort = tasks.sort.next
      return .refresh
    case .character("r"):
      tasks.isReversed.toggle()
      return .refresh
    case .character("f"):
      tasks.state = tasks.state.next
      tasks.cursor.reset()
      return .refresh
    case .character("/"): prompt = .filter(tasks.filter)
    case .character("c"):
      if let job = tasks.job, let task = tasks.selected {
        let place = TaskPlace(step: task.step, task: task.task)
        prompt = .cancel(
          CancelTarget(job: job.id, task: place, name: tasks.name(of: task)))
      }
    case .enter, .right, .character("l"):
      guard let job = tasks.job, let task = tasks.selected else { return nil }
      log = LogView(
        job: job.id, place: TaskPlace(step: task.step, task: task.task), name: tasks.name(of: task))
      pages.append(.log)
      return .refresh
    default: break
    }
    return nil
  }
}

/// Which row is chosen, and which stands first on the screen.
struct ListCursor: Hashable, Sendable {
  private(set) var selected = 0
  private(set) var first = 0

  mutating func reset() { self = ListCursor() }

  mutating func select(_ row: Int) { selected = row }

  /// Whether the key moved it.
  mutating func move(_ key: Key, count: Int, rows: Int) -> Bool {
    switch key {
    case .up, .character("k"): selected -= 1
    case .down, .character("j"): selected += 1
    case .pageUp: selected -= rows
    case .pageDown, .character(" "): selected += rows
    case .home, .character("g"): selected = 0
    case .end, .character("G"): selected = count - 1
    default: return false
    }
    clamp(count: count, rows: rows)
    return true
  }

  /// Stays on the list and on the screen.
  mutating func clamp(count: Int, rows: Int) {
    selected = min(max(selected, 0), max(count - 1, 0))
    if selected < first { first = selected }
    if selected >= first + rows { first = selected - rows + 1 }
    first = min(max(first, 0), max(count - rows, 0))
  }

  /// The rows on the screen.
  func window(count: Int, rows: Int) -> Range<Int> {
    let start = min(first, count)
    return start..<min(start + rows, count)
  }
}
