/// The help texts, from the declarations.
enum Help {
  static func usage(_ command: CommandDeclaration) -> String {
    let words = command.positionals.map(\.usage).joined(separator: " ")
    let plain = ["kiln", command.name, command.options.isEmpty ? "" : "[options]", words]
      .filter { !$0.isEmpty }
    guard let passthrough = command.passthrough else { return plain.joined(separator: " ") }
    let options = command.options.isEmpty ? "" : " [options]"
    let other = "kiln \(command.name)\(options) -- \(passthrough)"
    return words.isEmpty ? other : plain.joined(separator: " ") + "\n       " + other
  }

  /// `kiln help run`.
  static func page(_ command: CommandDeclaration) -> String {
    var parts = [command.summary, "usage: \(usage(command))"]
    if !command.discussion.isEmpty { parts.append(wrapped(command.discussion, width: 78)) }
    if !command.positionals.isEmpty {
      parts.append(section("arguments", command.positionals.map { ($0.name, $0.summary) }))
    }
    if !command.options.isEmpty {
      parts.append(section("options", command.options.map { (spelling($0), $0.summary) }))
    }
    parts.append(
      section("options of every command", GlobalOptions.all.map { (spelling($0), $0.summary) }))
    if !command.examples.isEmpty {
      let lines = command.examples.map { "  \($0.line)\n      \($0.meaning)" }
      parts.append("examples:\n" + lines.joined(separator: "\n"))
    }
    return parts.joined(separator: "\n\n") + "\n"
  }

  /// `kiln help server`: the commands whose names begin so.
  static func group(_ path: [String], _ commands: [CommandDeclaration]) -> String {
    let members = commands.filter { $0.path.starts(with: path) }
    let rows = members.map { ("kiln \($0.name)", $0.summary) }
    return section("commands", rows) + "\n\nmore: kiln help \(path.joined(separator: " ")) VERB\n"
  }

  /// `kiln help`.
  static func overview(_ commands: [CommandDeclaration]) -> String {
    let verbs = commands.filter { $0.path.count == 1 }
    let nouns = commands.filter { $0.path.count > 1 }
    return """
      Kiln runs simulation jobs: on this machine, or through a server.

      usage: kiln COMMAND [options] [arguments]

      \(section("jobs and the rest", verbs.map { ($0.name, $0.summary) }))

      \(section("nouns", nouns.map { ($0.name, $0.summary) }))

      \(section("options of every command", GlobalOptions.all.map { (spelling($0), $0.summary) }))

      \(section("a JOB is written", Selector.spellings))

      \(section("exit codes", ExitCode.documented.map { ("\($0.rawValue)", $0.meaning) }))

      more: kiln help COMMAND

      """
  }

  /// `-o, --output DIR`.
  static func spelling(_ option: OptionDeclaration) -> String {
    let value = option.valueName.map { " \($0)" } ?? ""
    return (option.short.map { "-\($0), " } ?? "") + option.name + value
  }

  /// A title and two columns; what is too long for the first goes on the next line.
  static func section(_ title: String, _ rows: [(String, String)]) -> String {
    let width = min(26, (rows.map(\.0.count).max() ?? 0) + 2)
    let lines = rows.flatMap { name, meaning in
      let text = wrapped(meaning, width: 78 - width - 2).split(separator: "\n")
      let first =
        name.count + 2 <= width
        ? ["  " + padded(name, to: width) + (text.first ?? "")]
        : ["  \(name)", "  " + padded("", to: width) + (text.first ?? "")]
      return first + text.dropFirst().map { "  " + padded("", to: width) + $0 }
    }
    return ([title + ":"] + lines).joined(separator: "\n")
  }

  /// Breaks paragraphs at spaces; lines that are indented stay as they are.
  static func wrapped(_ text: String, width: Int) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { paragraph in
      guard !paragraph.hasPrefix(" ") else { return String(paragraph) }
      var lines: [String] = []
      var line = ""
      for word in paragraph.split(separator: " ") {
        if !line.isEmpty, displayWidth(line) + 1 + displayWidth(word) > width {
          lines.append(line)
          line = ""
        }
        line += (line.isEmpty ? "" : " ") + word
      }
      return (lines + [line]).joined(separator: "\n")
    }.joined(separator: "\n")
  }
}
