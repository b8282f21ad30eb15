import Base
import JobModel
import Store

/// Goes through the ended tasks of a job in order, a window at a time, so that a sweep of any size
/// needs the memory of one window.
struct TaskWalk {
  struct Window {
    let step: StepID
    let spec: StepSpec
    let tasks: TaskRange
    let ends: EndedStates
    let records: TaskRecords
  }

  private let job: JobFacts
  private let installation: Installation
  private let tasks: TaskRange
  private var steps: ArraySlice<Int>
  private var known: EndedStates?
  private var next: Int

  private static let windowSize = 8192

  /// - Parameter tasks: only these, of every step.
  init(_ job: JobFacts, steps: [Int], tasks: TaskRange, _ installation: Installation) {
    self.job = job
    self.installation = installation
    self.tasks = tasks
    self.steps = steps[...]
    next = tasks.first
  }

  private mutating func ends(of step: StepID) throws(KilnError) -> EndedStates {
    if let known { return known }
    let ends = try installation.endedStates(step)
    known = ends
    return ends
  }

  /// Nil at the end.
  mutating func window() throws(KilnError) -> Window? {
    while let index = steps.first {
      let step = StepID(job: job.id, index: index)
      let ends = try ends(of: step)
      let last = min(tasks.last, job.spec.steps[index].sweep.count)
      guard let first = ends.firstEnded(from: next), first <= last else {
        steps.removeFirst()
        known = nil
        next = tasks.first
        continue
      }
      let range = TaskRange(first, min(last, first + TaskWalk.windowSize - 1))
      next = range.last + 1
      return Window(
        step: step, spec: job.spec.steps[index], tasks: range, ends: ends,
        records: try TaskRecords(step, range, installation))
    }
    return nil
  }
}
