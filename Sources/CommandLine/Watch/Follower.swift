import Base
import Client
import JobModel
import Wire

/// Follows a job to its end and lets a presenter show it.
struct Follower {
  enum Outcome: Hashable, Sendable {
    case ended(JobState)
    /// Ctrl-C.
    case interrupted
    case timedOut
  }

  let client: KilnClient
  let presenter: any Presenter
  /// Nil: as long as it takes.
  var limit: Seconds?

  func follow(_ detail: JobDetail) throws(Problems) -> Outcome {
    let signals = SignalWatch()
    var model = WatchModel(detail)
    defer { presenter.finish(model) }
    let stream = EventStream(
      client: client, job: .id(detail.summary.id), withSnapshots: presenter.wantsSnapshots)
    let start = Instant.now()
    while true {
      let events = try stream.next(within: .milliseconds(100))
      let now = Instant.now()
      for event in events { model.apply(event, at: now) }
      model.lostSince = lostSince(stream.condition)
      presenter.show(events, model)
      if stream.condition == .ended { return .ended(model.summary.state) }
      while let signal = signals.next() {
        switch signal {
        case .stop: return .interrupted
        case .resize: presenter.resized()
        case .suspend: break
        }
      }
      if let limit, now - start >= limit { return .timedOut }
    }
  }

  private func lostSince(_ condition: EventStream.Condition) -> Instant? {
    switch condition {
    case .reconnecting(let since): since
    case .following, .ended: nil
    }
  }
}

extension CommandContext {
  /// The presenter for a person who watches: live where there is a terminal.
  func presenter(on sink: any TextSink, isTerminal: Bool, hint: String?) -> any Presenter {
    guard isTerminal, surroundings.variable("TERM") != "dumb" else {
      return LinePresenter(sink: sink)
    }
    return LivePresenter(
      sink: sink, size: surroundings.size, style: Style(hasColor: hasColor), hint: hint)
  }
}
