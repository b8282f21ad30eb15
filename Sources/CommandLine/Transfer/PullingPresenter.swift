import Base
import JobModel
import Wire

/// Fetches the results of tasks as they end, while their job is followed.
final class PullingPresenter: Presenter {
  private let puller: Puller
  private let isQuiet: Bool
  private let say: (String) -> Void
  /// What came so far, or what went wrong first.
  private(set) var result: Result<PullReport, any Error> = .success(PullReport())

  init(_ puller: Puller, isQuiet: Bool, say: @escaping (String) -> Void) {
    self.puller = puller
    self.isQuiet = isQuiet
    self.say = say
  }

  func show(_ events: [JobEvent], _ model: WatchModel) {
    for event in events {
      guard case .ended(let step, let tasks, .succeeded, _) = event.kind,
        let wanted = part(step, tasks), case .success(var report) = result
      else { continue }
      do {
        let fetched = try fetch(step, wanted)
        report += fetched
        result = .success(report)
      } catch {
        result = .failure(error)
      }
    }
  }

  /// Those of the ended tasks that the user wants.
  private func part(_ step: Int, _ tasks: TaskRange) -> TaskRange? {
    let target = puller.target
    guard target.step.map({ $0 == step }) ?? true else { return nil }
    guard let wanted = target.tasks else { return tasks }
    return tasks.intersection(wanted)
  }

  private func fetch(_ step: Int, _ tasks: TaskRange) throws -> PullReport {
    var puller = puller
    puller.target = Target(detail: puller.target.detail, step: step, tasks: tasks)
    let report = try puller.pull()
    if !isQuiet, report.fetched > 0 {
      say("\(puller.target.name): \(report.sentence(folder: puller.folder))")
    }
    return report
  }
}
