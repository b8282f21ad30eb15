import Base
import JobModel

/// `kiln top` while it runs: keys and signals in, drawings out.
final class TopLoop {
  private let terminal: RawTerminal
  private let feed: TopFeed
  private let style: Style
  private var model = TopModel()
  private var size: TerminalSize
  private var drawn: [String] = []
  private var isStale = true

  /// How long a key is waited for: signals are seen that much later at most.
  private static let patience = Seconds(0.2)

  init(_ context: CommandContext, _ terminal: RawTerminal) {
    self.terminal = terminal
    feed = TopFeed(context)
    style = Style(hasColor: context.hasColor)
    size = .current()
    model.rowCount = TopView.rows(size)
  }

  /// Until somebody leaves; the terminal is as it was when this returns.
  func run() -> ExitCode {
    let signals = SignalWatch(fullScreen: true)
    defer { terminal.close() }
    while true {
      if feed.refresh(&model) { isStale = true }
      if isStale { draw() }
      guard let bytes = terminal.keys(within: TopLoop.patience) else { return .success }
      for key in Key.read(bytes) {
        isStale = true
        if let action = model.handle(key), perform(action) { return .success }
      }
      while let signal = signals.next() {
        switch signal {
        case .stop(let number): return .command(128 + number)
        case .resize: resize()
        case .suspend: suspend()
        }
      }
    }
  }

  /// Whether it is over.
  private func perform(_ action: TopModel.Action) -> Bool {
    switch action {
    case .quit: return true
    case .suspend: suspend()
    case .refresh: feed.hurry()
    case .cancel(let target):
      model.notice = feed.cancel(target)
      feed.hurry()
    }
    return false
  }

  private func suspend() {
    terminal.suspend()
    resize()
  }

  private func resize() {
    size = .current()
    model.rowCount = TopView.rows(size)
    drawn = []
    feed.hurry()
    isStale = true
  }

  /// Sends only the lines that have changed.
  private func draw() {
    let lines = TopView(size: size, style: style).lines(model, at: .now())
    var text = drawn.isEmpty ? "\u{1B}[2J" : ""
    for (row, line) in lines.enumerated() where row >= drawn.count || drawn[row] != line {
      text += "\u{1B}[\(row + 1);1H\(line)\u{1B}[K"
    }
    drawn = lines
    isStale = false
    if !text.isEmpty { terminal.write(text) }
  }
}
