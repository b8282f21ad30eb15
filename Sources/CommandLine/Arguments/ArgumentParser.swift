import Base

/// What a command line asks for.
enum Invocation {
  case command(CommandDeclaration, Arguments)
  /// Help about a command, a group of commands, or (empty) everything.
  case help([String])
}

/// Turns the words behind `kiln` into a command and its arguments, by the declarations alone.
struct ArgumentParser {
  let commands: [CommandDeclaration]

  /// - Throws: all problems of the line at once.
  func parse(_ words: [String]) throws(Problems) -> Invocation {
    let found = try findCommand(words)
    guard let command = found.command else { return .help(found.path) }
    if command.takesForeignWords { return foreign(command, words, behind: found.places) }
    var scan = ArgumentScan(command: command)
    for (place, word) in words.enumerated() where !found.places.contains(place) {
      scan.take(word)
    }
    return try scan.finish()
  }

  /// Reads options alone, for those that stand in a script.
  static func options(_ words: [String], of command: CommandDeclaration) throws(Problems)
    -> Arguments
  {
    var scan = ArgumentScan(command: command, hasGlobalOptions: false)
    for word in words { scan.take(word) }
    return try scan.arguments()
  }

  /// Global options stand before the name of such a command.
  private func foreign(
    _ command: CommandDeclaration, _ words: [String], behind places: Set<Int>
  ) -> Invocation {
    let first = (places.max() ?? -1) + 1
    let rest = Array(words[first...])
    if rest.contains("--help") { return .help(command.path) }
    return .command(command, Arguments(words: rest))
  }

  private struct Found {
    var command: CommandDeclaration?
    var path: [String] = []
    /// Where the words of the command's name stand.
    var places: Set<Int> = []
  }

  /// The command's name: the first words that are neither global options nor their values.
  private func findCommand(_ words: [String]) throws(Problems) -> Found {
    var found = Found()
    var skipsValue = false
    for (place, word) in words.enumerated() {
      if skipsValue {
        skipsValue = false
        continue
      }
      if word == "--" { break }
      if word.hasPrefix("-"), word != "-" {
        if found.path.isEmpty, word == "--version" {
          return Found(command: command(["version"]), places: [place])
        }
        skipsValue = takesValue(word)
        continue
      }
      found.path.append(word)
      found.places.insert(place)
      if let exact = command(found.path) {
        found.command = exact
        return found
      }
      guard commands.contains(where: { $0.path.starts(with: found.path) }) else {
        throw Problems([unknownCommand(found.path)])
      }
    }
    return found
  }

  private func command(_ path: [String]) -> CommandDeclaration? {
    commands.first { $0.path == path }
  }

  private func takesValue(_ word: String) -> Bool {
    !word.contains("=")
      && GlobalOptions.all.contains { $0.name == word && $0.valueName != nil }
  }

  private func unknownCommand(_ path: [String]) -> KilnError {
    let known = Set(
      commands.filter { $0.path.starts(with: path.dropLast()) && $0.path.count >= path.count }
        .map { $0.path.prefix(path.count).joined(separator: " ") })
    let text = path.joined(separator: " ")
    let fix =
      nearest(to: text, among: known).map { "did you mean `kiln \($0)`?" }
      ?? "see `kiln help`"
    return KilnError(.usage, "there is no command '\(text)'", fix: fix)
  }
}

/// One pass over the words of a command.
private struct ArgumentScan {
  let command: CommandDeclaration
  private var words: [String] = []
  private var values: [String: [String]] = [:]
  private var passthrough: [String]?
  private var problems = Problems()
  /// The option whose value comes next.
  private var pending: OptionDeclaration?

  private let options: [OptionDeclaration]

  init(command: CommandDeclaration, hasGlobalOptions: Bool = true) {
    self.command = command
    options = command.options + (hasGlobalOptions ? GlobalOptions.all : [])
  }

  mutating func take(_ word: String) {
    if passthrough != nil {
      passthrough?.append(word)
    } else if let option = pending {
      pending = nil
      store(word, for: option)
    } else if word == "--" {
      passthrough = []
    } else if word.hasPrefix("--") {
      takeLong(word)
    } else if word.hasPrefix("-"), word.count > 1 {
      takeShort(word)
    } else {
      words.append(word)
    }
  }

  mutating func finish() throws(Problems) -> Invocation {
    if values[GlobalOptions.help.declaration.name] != nil { return .help(command.path) }
    return .command(command, try arguments())
  }

  mutating func arguments() throws(Problems) -> Arguments {
    if let pending { problems.add(missingValue(pending)) }
    checkPassthrough()
    checkWords()
    try problems.throwIfAny()
    return Arguments(words: words, passthrough: passthrough, values: values)
  }

  /// `--name`, `--name=value`.
  private mutating func takeLong(_ word: String) {
    let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let name = String(parts[0])
    guard let option = options.first(where: { $0.name == name }) else {
      let fix = nearest(to: name, among: options.map(\.name)).map { "did you mean '\($0)'?" }
      problems.add(
        KilnError(
          .usage, "`kiln \(command.name)` has no option '\(name)'",
          fix: fix ?? "see `kiln help \(command.name)`"))
      return
    }
    take(option, parts.count > 1 ? String(parts[1]) : nil)
  }

  /// `-o value`, `-ovalue`, `-f`.
  private mutating func takeShort(_ word: String) {
    let letter = word[word.index(after: word.startIndex)]
    guard let option = options.first(where: { $0.short == letter }) else {
      problems.add(
        KilnError(
          .usage, "`kiln \(command.name)` has no option '-\(letter)'",
          fix: "see `kiln help \(command.name)`"))
      return
    }
    let rest = word.dropFirst(2)
    take(option, rest.isEmpty ? nil : String(rest.first == "=" ? rest.dropFirst() : rest))
  }

  private mutating func take(_ option: OptionDeclaration, _ value: String?) {
    switch (option.valueName, value) {
    case (nil, nil): values[option.name, default: []].append("")
    case (nil, .some): problems.add(KilnError(.usage, "\(option.name) takes no value"))
    case (.some, nil): pending = option
    case (.some, .some(let value)): store(value, for: option)
    }
  }

  private mutating func store(_ value: String, for option: OptionDeclaration) {
    do {
      try option.check(value)
      values[option.name, default: []].append(value)
    } catch {
      problems.add(error)
    }
  }

  private func missingValue(_ option: OptionDeclaration) -> KilnError {
    KilnError(
      .usage, "\(option.name) needs a value",
      fix: "write `\(option.name) \(option.valueName ?? "VALUE")`")
  }

  private mutating func checkPassthrough() {
    guard let given = passthrough else { return }
    if command.passthrough == nil {
      // For other commands `--` only ends the options.
      words += given
      passthrough = nil
    } else if given.isEmpty {
      problems.add(KilnError(.usage, "no command stands behind `--`"))
    }
  }

  private mutating func checkWords() {
    var rest = words.count
    for positional in command.positionals {
      switch positional.count {
      case .one, .oneOrMore:
        if rest == 0, passthrough == nil {
          problems.add(
            KilnError(
              .usage, "`kiln \(command.name)` needs \(positional.name)",
              fix: "usage: \(Help.usage(command))"))
          return
        }
        rest = positional.count == .one ? rest - 1 : 0
      case .optional: rest = max(rest - 1, 0)
      case .any: rest = 0
      }
    }
    if rest > 0, let extra = words.suffix(rest).first {
      problems.add(
        KilnError(
          .usage, "`kiln \(command.name)` does not take '\(extra)'",
          fix: "usage: \(Help.usage(command))"))
    }
  }
}
