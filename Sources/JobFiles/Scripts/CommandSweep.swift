import Base
import JobModel

/// A command and values for it, in the words of GNU parallel: `gzip -k {} ::: a b`.
package struct CommandSweep: Hashable, Sendable {
  /// A list of values, as `:::` or a file gives it.
  package struct Source: Hashable, Sendable {
    package var values: [String]
    /// `:::+`: runs side by side with the source before it instead of being multiplied.
    package var isLinked: Bool

    package init(_ values: [String], isLinked: Bool = false) {
      self.values = values
      self.isLinked = isLinked
    }
  }

  package let command: [String]
  package let sources: [Source]

  package init(command: [String], sources: [Source]) {
    self.command = command
    self.sources = sources
  }

  /// Takes the words behind `--` apart: the command up to the first `:::`, then the sources.
  ///
  /// - Parameters:
  ///   - first: sources named by options; they come before those of the words.
  ///   - read: the lines of a file that `::::` names.
  /// - Returns: nil where there are no values: an ordinary command.
  package init?(
    _ words: [String], after first: [Source],
    read: (String) throws(KilnError) -> [String]
  ) throws(KilnError) {
    var command: [String] = []
    var sources = first
    var separator: Separator?
    for word in words {
      if let next = Separator(rawValue: word) {
        separator = next
        if !next.isOfFiles { sources.append(Source([], isLinked: next.isLinked)) }
      } else if let separator {
        if separator.isOfFiles {
          sources.append(Source(try read(word), isLinked: separator.isLinked))
        } else {
          sources[sources.count - 1].values.append(word)
        }
      } else {
        command.append(word)
      }
    }
    guard !sources.isEmpty else { return nil }
    guard !command.isEmpty else {
      throw KilnError(.usage, "no command stands before `:::`", fix: "write `-- CMD {} ::: a b`")
    }
    self.init(command: command, sources: sources)
  }

  private enum Separator: String {
    case values = ":::"
    case linkedValues = ":::+"
    case files = "::::"
    case linkedFiles = "::::+"

    var isOfFiles: Bool { self == .files || self == .linkedFiles }
    var isLinked: Bool { self == .linkedValues || self == .linkedFiles }
  }

  /// Sources that run side by side, by their indices; the shortest decides how far.
  var groups: [[Int]] {
    var groups: [[Int]] = []
    for (index, source) in sources.enumerated() {
      if source.isLinked, !groups.isEmpty {
        groups[groups.count - 1].append(index)
      } else {
        groups.append([index])
      }
    }
    return groups
  }

  func length(_ group: [Int]) -> Int { group.map { sources[$0].values.count }.min() ?? 0 }

  /// Number of tasks; 0 where a source is empty. Saturates at `Int.max`.
  package var count: Int {
    groups.reduce(1) { product, group in
      let (result, overflow) = product.multipliedReportingOverflow(by: length(group))
      return overflow ? .max : result
    }
  }
}

/// A replacement string: what of a value, or of the task, stands in its place.
struct Replacement: Hashable {
  enum Part: String, CaseIterable {
    case whole = ""
    case stem = "."
    case name = "/"
    case folder = "//"
    case nameStem = "/."

    /// Ends the name of the axis that holds the part.
    var suffix: String {
      switch self {
      case .whole: ""
      case .stem: "_stem"
      case .name: "_name"
      case .folder: "_folder"
      case .nameStem: "_name_stem"
      }
    }

    func of(_ value: String) -> String {
      switch self {
      case .whole: value
      case .stem: Part.withoutExtension(value)
      case .name: Part.lastComponent(value)
      case .folder: Part.folder(value)
      case .nameStem: Part.withoutExtension(Part.lastComponent(value))
      }
    }

    private static func lastComponent(_ path: String) -> String {
      path.lastIndex(of: "/").map { String(path[path.index(after: $0)...]) } ?? path
    }

    private static func folder(_ path: String) -> String {
      guard let slash = path.lastIndex(of: "/") else { return "." }
      return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    private static func withoutExtension(_ path: String) -> String {
      let start = path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex
      guard let dot = path[start...].lastIndex(of: ".") else { return path }
      return String(path[..<dot])
    }
  }

  enum Subject: Hashable {
    /// `{}`: all sources.
    case all
    /// `{2}`, from 0.
    case source(Int)
    /// `{#}`: the number of the task.
    case sequence
  }

  let subject: Subject
  let part: Part

  /// Reads what stands between braces; nil where it is no replacement string.
  init?(_ text: Substring) {
    if text == "#" {
      (subject, part) = (.sequence, .whole)
      return
    }
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    guard let part = Part(rawValue: String(text.dropFirst(digits.count))) else { return nil }
    self.part = part
    guard !digits.isEmpty else {
      subject = .all
      return
    }
    guard let number = Int(digits), number >= 1 else { return nil }
    subject = .source(number - 1)
  }
}

/// A word of the command, cut into texts and replacement strings.
enum TemplatePiece: Hashable {
  case text(String)
  case replacement(Replacement)

  /// What follows a `$` belongs to a shell.
  static func pieces(_ word: String) -> [TemplatePiece] {
    var pieces: [TemplatePiece] = []
    var text = ""
    var rest = Substring(word)
    while let brace = rest.firstIndex(of: "{") {
      text += rest[..<brace]
      let isShells = text.last == "$"
      let inner = rest[rest.index(after: brace)...].prefix { $0 != "}" && $0 != "{" }
      if !isShells, inner.endIndex < rest.endIndex, rest[inner.endIndex] == "}",
        let found = Replacement(inner)
      {
        if !text.isEmpty { pieces.append(.text(text)) }
        text = ""
        pieces.append(.replacement(found))
        rest = rest[rest.index(after: inner.endIndex)...]
      } else {
        text.append("{")
        rest = rest[rest.index(after: brace)...]
      }
    }
    text += rest
    if !text.isEmpty { pieces.append(.text(text)) }
    return pieces
  }
}
