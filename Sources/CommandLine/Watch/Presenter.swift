import Base
import JobModel
import Wire

/// Shows how a job goes: live, line by line, as JSON, or not at all.
protocol Presenter: AnyObject {
  /// Whether the state of running tasks is of interest.
  var wantsSnapshots: Bool { get }
  /// Called a few times a second, and whenever events have arrived.
  func show(_ events: [JobEvent], _ model: WatchModel)
  func resized()
  /// The last call, however it ended.
  func finish(_ model: WatchModel)
}

extension Presenter {
  var wantsSnapshots: Bool { false }
  func resized() {}
  func finish(_ model: WatchModel) {}
}

/// Nothing at all: for those who only wait.
final class SilentPresenter: Presenter {
  func show(_ events: [JobEvent], _ model: WatchModel) {}
}

/// A live view, at most ten times a second.
final class LivePresenter: Presenter {
  private let screen: LiveScreen
  private let style: Style
  private let hint: String?
  private var size: TerminalSize
  private var drawnAt: Instant?
  private var isStale = true

  private static let interval = Seconds(0.1)
  /// So often even without news: the clock goes on.
  private static let idleInterval = Seconds(1)

  init(sink: any TextSink, size: TerminalSize, style: Style, hint: String?) {
    screen = LiveScreen(sink: sink)
    self.size = size
    self.style = style
    self.hint = hint
  }

  var wantsSnapshots: Bool { true }

  func show(_ events: [JobEvent], _ model: WatchModel) {
    if !events.isEmpty { isStale = true }
    let now = Instant.now()
    let age = drawnAt.map { now - $0 } ?? LivePresenter.idleInterval
    guard age >= (isStale ? LivePresenter.interval : LivePresenter.idleInterval) else { return }
    draw(model, hint: hint)
    drawnAt = now
    isStale = false
  }

  func resized() {
    size = .current()
    screen.forget(columns: size.columns)
    drawnAt = nil
  }

  func finish(_ model: WatchModel) {
    draw(model, hint: nil)
    screen.close()
  }

  private func draw(_ model: WatchModel, hint: String?) {
    screen.draw(WatchView(size: size, style: style, hint: hint).lines(model, at: .now()))
  }
}

/// One line for every change.
final class LinePresenter: Presenter {
  private let sink: any TextSink

  init(sink: any TextSink) { self.sink = sink }

  func show(_ events: [JobEvent], _ model: WatchModel) {
    for event in events {
      guard let text = EventLine.text(event, model) else { continue }
      sink.line("\(iso8601(event.at)) \(escaped(text))")
    }
    sink.flush()
  }
}

/// One JSON document on each line.
final class JSONPresenter: Presenter {
  private let sink: any TextSink

  init(sink: any TextSink) { self.sink = sink }

  func show(_ events: [JobEvent], _ model: WatchModel) {
    for event in events {
      guard let json = EventLine.json(event, model) else { continue }
      sink.write(json.bytes)
      sink.write("\n")
    }
    sink.flush()
  }
}
