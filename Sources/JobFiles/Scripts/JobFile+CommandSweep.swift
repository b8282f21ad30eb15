import Base
import JobModel

extension JobFile {
  /// The job that runs a command once for every combination of values.
  ///
  /// Every source is an axis, `arg` or `arg1`, `arg2`, …; a part of a value (`{.}`, `{/}`) is an axis
  /// beside it. A command that is one word with blanks or signs of a shell is given to a shell, in
  /// which the values are arguments, so that nothing in them is taken for more than text.
  ///
  /// - Parameter folder: where the command runs; nil: in a folder of its own.
  /// - Throws: where a replacement string names a source that is not there.
  package static func forSweep(_ sweep: CommandSweep, in folder: String?) throws(KilnError)
    -> String
  {
    var template = try CommandTemplate(sweep)
    let words = template.words()
    let unused = sweep.sources.indices.filter { !template.uses($0) }
    let variables = unused.map { index in
      "KILN_ARG\(index + 1)={\(template.axis(.init(source: index, part: .whole)))}"
    }
    let lines = [
      "\"name\": \(jsonText(jobName(commandName(sweep.command))))",
      "\"command\": [\((surroundings(folder, variables) + words).map(jsonText).joined(separator: ", "))]",
      "\"sweep\": {\(template.axes.sweepMembers(sweep).joined(separator: ",\n  "))}",
    ]
    return "{\(lines.joined(separator: ",\n "))}\n"
  }

  /// The words before a command that bring it into a folder and give it variables.
  static func surroundings(_ folder: String?, _ variables: [String]) -> [String] {
    if folder == nil, variables.isEmpty { return [] }
    return ["env"] + (folder.map { ["-C", $0] } ?? []) + variables
  }

  /// What a job is called after: the program, also where it stands in a text for a shell.
  private static func commandName(_ words: [String]) -> String {
    let first = words[0].split { $0 == " " || $0 == "\t" }.first.map(String.init) ?? words[0]
    return WorkName.of(path: first)
  }
}

/// An axis of a command's sweep: a part of the values of a source, or the number of the task.
struct SweepAxis: Hashable {
  /// Nil: the number of the task.
  let source: Int?
  let part: Replacement.Part
}

/// The axes that a command uses, in the order of their first use.
struct SweepAxes {
  private(set) var used: [SweepAxis] = []
  let sourceCount: Int

  mutating func use(_ axis: SweepAxis) -> String {
    if !used.contains(axis) { used.append(axis) }
    return name(axis)
  }

  func name(_ axis: SweepAxis) -> String {
    guard let source = axis.source else { return "seq" }
    return (sourceCount == 1 ? "arg" : "arg\(source + 1)") + axis.part.suffix
  }

  /// The members of `sweep`: axes by groups, and `zip` for those that run side by side.
  func sweepMembers(_ sweep: CommandSweep) -> [String] {
    let hasSequence = used.contains { $0.source == nil }
    var groups = sweep.groups
    var columns = sweep.sources.map(\.values)
    if hasSequence, groups.count > 1 {
      // Numbers of tasks run beside all sources, so that these are written out.
      columns = SweepAxes.product(sweep)
      groups = [Array(columns.indices)]
    }
    var members: [String] = []
    var zips: [String] = []
    for group in groups {
      let length = group.map { columns[$0].count }.min() ?? 0
      var names: [String] = []
      let axes = used.filter { axis in axis.source.map(group.contains) ?? true }
      for axis in axes {
        names.append(name(axis))
        let values =
          axis.source.map { columns[$0].prefix(length).map(axis.part.of) }
          ?? (0..<length).map { "\($0 + 1)" }
        members.append("\(JobFile.jsonText(name(axis))): \(SweepAxes.values(values))")
      }
      if names.count > 1 { zips.append("[\(names.map(JobFile.jsonText).joined(separator: ", "))]") }
    }
    return zips.isEmpty ? members : members + ["\"zip\": [\(zips.joined(separator: ", "))]"]
  }

  /// The values of every source at every task, the last group fastest.
  private static func product(_ sweep: CommandSweep) -> [[String]] {
    var columns = [[String]](repeating: [], count: sweep.sources.count)
    let groups = sweep.groups
    for task in 0..<sweep.count {
      var rest = task
      for group in groups.reversed() {
        let length = sweep.length(group)
        for source in group { columns[source].append(sweep.sources[source].values[rest % length]) }
        rest /= length
      }
    }
    return columns
  }

  /// Whole numbers that follow each other are written by their ends, so that a million cost nothing.
  private static func values(_ texts: [String]) -> String {
    if texts.count > 2, let first = Int(texts[0]), abs(first) < 1 << 50,
      texts.enumerated().allSatisfy({ $0.element == "\(first + $0.offset)" })
    {
      return "{\"from\": \(first), \"to\": \(first + texts.count - 1), \"count\": \(texts.count)}"
    }
    return "{\"texts\": [\(texts.map(JobFile.jsonText).joined(separator: ", "))]}"
  }
}

/// Turns the words of a command with replacement strings into words with placeholders.
private struct CommandTemplate {
  private let command: [[TemplatePiece]]
  private let isShellText: Bool
  private let sourceCount: Int
  private(set) var axes: SweepAxes
  private var usedSources: Set<Int> = []

  init(_ sweep: CommandSweep) throws(KilnError) {
    sourceCount = sweep.sources.count
    axes = SweepAxes(sourceCount: sourceCount)
    var pieces = sweep.command.map(TemplatePiece.pieces)
    isShellText =
      sweep.command.count == 1 && sweep.command[0].contains { " \t\n|&;<>()$`\"'*?".contains($0) }
    let isFilled = pieces.joined().contains { if case .replacement = $0 { true } else { false } }
    if !isFilled, let whole = Replacement("") {
      // Without a replacement string the values come last.
      if isShellText {
        pieces[0] += [.text(" "), .replacement(whole)]
      } else {
        pieces.append([.replacement(whole)])
      }
    }
    command = pieces
    for case .replacement(let replacement) in pieces.joined() {
      guard case .source(let index) = replacement.subject, index >= sourceCount else { continue }
      throw KilnError(
        .usage, "`{\(index + 1)}` names a source of values that is not there",
        fix: "there are \(sourceCount); add `::: VALUE...`")
    }
  }

  func uses(_ source: Int) -> Bool { usedSources.contains(source) }

  mutating func axis(_ axis: SweepAxis) -> String { axes.use(axis) }

  /// The words of the command, with a placeholder for every value.
  mutating func words() -> [String] {
    guard isShellText else { return command.flatMap { words($0) } }
    var arguments: [String] = []
    let text = shellText(command[0], &arguments)
    return ["sh", "-c", text, "sh"] + arguments
  }

  /// A word that is nothing but `{}` becomes one word for each source.
  private mutating func words(_ pieces: [TemplatePiece]) -> [String] {
    if pieces.count == 1, case .replacement(let replacement) = pieces[0] {
      return placeholders(replacement)
    }
    var word = ""
    for piece in pieces {
      switch piece {
      case .text(let text): word += text
      case .replacement(let replacement):
        word += placeholders(replacement).joined(separator: " ")
      }
    }
    return [word]
  }

  private mutating func placeholders(_ replacement: Replacement) -> [String] {
    let wanted: [SweepAxis]
    switch replacement.subject {
    case .sequence: wanted = [SweepAxis(source: nil, part: .whole)]
    case .source(let index): wanted = [SweepAxis(source: index, part: replacement.part)]
    case .all: wanted = (0..<sourceCount).map { SweepAxis(source: $0, part: replacement.part) }
    }
    usedSources.formUnion(wanted.compactMap(\.source))
    return wanted.map { "{\(axes.use($0))}" }
  }

  /// The text with `"$1"` for the first value, so quoted as its place demands.
  private mutating func shellText(_ pieces: [TemplatePiece], _ arguments: inout [String]) -> String
  {
    var text = ""
    var quote: Character?
    for piece in pieces {
      switch piece {
      case .text(let part):
        text += part
        quote = CommandTemplate.quote(behind: part, from: quote)
      case .replacement(let replacement):
        let references = placeholders(replacement).map { placeholder -> String in
          if !arguments.contains(placeholder) { arguments.append(placeholder) }
          let place = (arguments.firstIndex(of: placeholder) ?? 0) + 1
          switch quote {
          case "\""?: return "${\(place)}"
          case "'"?: return "'\"${\(place)}\"'"
          default: return "\"${\(place)}\""
          }
        }
        text += references.joined(separator: " ")
      }
    }
    return text
  }

  /// The quote that is open behind a text of a shell.
  private static func quote(behind text: String, from open: Character?) -> Character? {
    var quote = open
    var isEscaped = false
    for character in text {
      if isEscaped {
        isEscaped = false
      } else if character == "\\", quote != "'" {
        isEscaped = true
      } else if let current = quote {
        if character == current { quote = nil }
      } else if character == "\"" || character == "'" {
        quote = character
      }
    }
    return quote
  }
}
