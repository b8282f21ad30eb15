import Base

/// A few lines at the end of a terminal that are drawn over and over; only what changed is sent.
///
/// What stands above stays: no alternate screen, so that the last picture remains in the history.
final class LiveScreen {
  private let sink: any TextSink
  private var drawn: [String] = []
  private var isOpen = false

  init(sink: any TextSink) { self.sink = sink }

  deinit { close() }

  func draw(_ lines: [String]) {
    var text = ""
    if !isOpen {
      text += "\u{1B}[?25l"
      isOpen = true
    }
    if !drawn.isEmpty { text += "\u{1B}[\(drawn.count)A" }
    for place in 0..<max(lines.count, drawn.count) {
      let line = place < lines.count ? lines[place] : nil
      if place >= drawn.count || line != drawn[place] {
        text += "\r" + (line ?? "") + "\u{1B}[K"
      }
      text += "\n"
    }
    // Lines that are no longer needed were cleared; the next drawing starts behind the last one.
    if drawn.count > lines.count { text += "\u{1B}[\(drawn.count - lines.count)A" }
    drawn = lines
    sink.write(text)
    sink.flush()
  }

  /// The terminal has another width now and has wrapped what was drawn: starts afresh.
  func forget(columns: Int) {
    let rows = drawn.reduce(0) { rows, line in
      rows + max(1, (displayWidth(withoutColors(line)) + columns - 1) / max(columns, 1))
    }
    if rows > 0 { sink.write("\u{1B}[\(rows)A\r\u{1B}[J") }
    drawn = []
  }

  /// Gives the cursor back.
  func close() {
    guard isOpen else { return }
    isOpen = false
    sink.write("\u{1B}[?25h")
    sink.flush()
  }

  private func withoutColors(_ line: String) -> String {
    var text = ""
    var isInside = false
    for character in line {
      if character == "\u{1B}" { isInside = true }
      if !isInside { text.append(character) }
      if isInside, character == "m" { isInside = false }
    }
    return text
  }
}
