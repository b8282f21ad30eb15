/// Completion for fish: one line for each word that can be completed.
enum FishCompletion {
  static func script(_ commands: [CommandDeclaration]) -> String {
    var lines = [
      "# Completion of kiln for fish: kiln completion fish > ~/.config/fish/completions/kiln.fish",
      "function __kiln_jobs; echo last; \(Shell.jobsCommand); end", conditions,
      "complete -c kiln -f",
    ]
    let nouns = Shell.firstWords(commands.filter { $0.path.count > 1 })
    for command in commands where command.path.count == 1 {
      lines.append(
        "complete -c kiln -n __kiln_needs -a \(command.name) -d \(quoted(command.summary))"
      )
    }
    for noun in nouns {
      let words = Shell.secondWords(commands, noun: noun)
      lines.append(
        "complete -c kiln -n __kiln_needs -a \(noun) "
          + "-d \(quoted(words.joined(separator: ", ")))")
      for command in commands where command.path[0] == noun && command.path.count > 1 {
        lines.append(
          "complete -c kiln -n \"__kiln_needs \(noun)\" -a \(command.path[1]) "
            + "-d \(quoted(command.summary))")
      }
    }
    for option in GlobalOptions.all { lines.append("complete -c kiln \(spelled(option))") }
    for command in commands { lines += details(command) }
    return lines.joined(separator: "\n") + "\n"
  }

  /// What stands before the cursor: the words of the command without options and the values of the
  /// global ones, whether they begin as given, and whether they are just those.
  private static var conditions: String {
    let valued = GlobalOptions.all.filter { $0.valueName != nil }.map(\.name)
    return """
      function __kiln_words
        set -l skip 0
        for word in (commandline -opc)[2..]
          if test $skip = 1
            set skip 0
          else if contains -- $word \(valued.joined(separator: " "))
            set skip 1
          else if not string match -q -- '-*' $word
            echo $word
          end
        end
      end
      function __kiln_begins
        set -l words (__kiln_words)
        set -l count (count $argv)
        test (count $words) -ge $count; and test "$words[1..$count]" = "$argv"
      end
      function __kiln_needs
        set -l words (__kiln_words)
        test "$words" = "$argv"
      end
      """
  }

  private static func details(_ command: CommandDeclaration) -> [String] {
    let condition = "__kiln_begins \(command.path.joined(separator: " "))"
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
      // Only what is named is offered, except where files are.
      text += option.completion == .file ? " -r" : " -x"
      text += values(option.completion).map { " \($0)" } ?? ""
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
