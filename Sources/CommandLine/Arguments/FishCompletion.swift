/// Completion for fish: one line for each word that can be completed.
enum FishCompletion {
  static func script(_ commands: [CommandDeclaration]) -> String {
    var lines = [
      "# Completion of kiln for fish: kiln completion fish > ~/.config/fish/completions/kiln.fish",
      "function __kiln_jobs; echo last; \(Shell.jobsCommand); end", "complete -c kiln -f",
    ]
    let nouns = Shell.firstWords(commands.filter { $0.path.count > 1 })
    for command in commands where command.path.count == 1 {
      lines.append(
        "complete -c kiln -n __fish_use_subcommand -a \(command.name) -d \(quoted(command.summary))"
      )
    }
    for noun in nouns {
      let words = Shell.secondWords(commands, noun: noun)
      lines.append(
        "complete -c kiln -n __fish_use_subcommand -a \(noun) "
          + "-d \(quoted(words.joined(separator: ", ")))")
      for command in commands where command.path[0] == noun && command.path.count > 1 {
        lines.append(
          "complete -c kiln -n \"__fish_seen_subcommand_from \(noun)\" -a \(command.path[1]) "
            + "-d \(quoted(command.summary))")
      }
    }
    for option in GlobalOptions.all { lines.append("complete -c kiln \(spelled(option))") }
    for command in commands { lines += details(command) }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func details(_ command: CommandDeclaration) -> [String] {
    let condition = command.path.map { "__fish_seen_subcommand_from \($0)" }
      .joined(separator: "; and ")
    let options = command.options.map {
      "complete -c kiln -n \"\(condition)\" \(spelled($0))"
    }
    let positionals = command.positionals.compactMap { positional in
      values(positional.completion).map { "complete -c kiln -n \"\(condition)\" \($0)" }
    }
    return options + positionals
  }

  private static func spelled(_ option: OptionDeclaration) -> String {
    var text = "-l \(option.name.dropFirst(2))"
    if let short = option.short { text += " -s \(short)" }
    if option.valueName != nil {
      text += " -x" + (values(option.completion).map { " \($0)" } ?? "")
    }
    return text + " -d \(quoted(option.summary))"
  }

  private static func values(_ completion: Completion) -> String? {
    switch completion {
    case .nothing: nil
    case .file: "-F"
    case .folder: "-a \"(__fish_complete_directories)\""
    case .job: "-a \"(__kiln_jobs)\""
    case .kernel: "-a \"\(Shell.kernels.joined(separator: " "))\""
    case .command: "-a \"\(Shell.firstWords(CommandDeclaration.all).joined(separator: " "))\""
    case .words(let words): "-a \"\(words.joined(separator: " "))\""
    }
  }

  private static func quoted(_ text: String) -> String {
    var safe = ""
    for character in text {
      if character == "'" || character == "\\" { safe.append("\\") }
      safe.append(character)
    }
    return "'\(safe)'"
  }
}
