import JobModel

/// The few colours that Kiln uses, for what they mean.
enum Emphasis: String, Hashable, Sendable {
  case heading = "1"
  case faint = "2"
  case good = "32"
  case bad = "31"
  case active = "36"
  case warning = "33"
}

extension Emphasis {
  static func of(_ state: JobState) -> Emphasis? {
    switch state {
    case .failed: .bad
    case .running: .active
    case .queued, .held, .cancelled: .faint
    case .succeeded: nil
    }
  }

  static func of(_ state: TaskState) -> Emphasis? {
    switch state {
    case .waiting, .ready, .held: .faint
    case .running: .active
    case .ended(.succeeded): nil
    case .ended(.cancelled): .faint
    case .ended: .bad
    }
  }
}

/// Whether, and how, text is coloured.
struct Style: Hashable, Sendable {
  let hasColor: Bool

  static let plain = Style(hasColor: false)

  func callAsFunction(_ text: String, _ emphasis: Emphasis) -> String {
    hasColor && !text.isEmpty ? "\u{1B}[\(emphasis.rawValue)m\(text)\u{1B}[0m" : text
  }
}
