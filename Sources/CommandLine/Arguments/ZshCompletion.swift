/// Completion for zsh, through `_arguments`.
enum ZshCompletion {
  static func script(_ commands: [CommandDeclaration]) -> String {
    """
    #compdef kiln
    # Completion of kiln for zsh: kiln completion zsh > "${fpath[1]}/_kiln"
    _kiln_jobs() {
      local -a jobs
      jobs=(last ${(f)"$(\(Shell.jobsCommand))"})
      compadd -a jobs
    }

    \(nouns(commands))

    _kiln() {
      local -a commands
      commands=(
    \(described(verbs(commands)))
      )
      if (( CURRENT == 2 )); then
        _describe command commands
        return
      fi
      shift words
      (( CURRENT-- ))
      case "$words[1]" in
    \(commands.filter { $0.path.count == 1 }.map(branch).joined(separator: "\n"))
    \(nounNames(commands).map { "    \($0)) _kiln_\($0) ;;" }.joined(separator: "\n"))
      esac
    }

    if [ "$funcstack[1]" = _kiln ]; then _kiln "$@"; else compdef _kiln kiln; fi

    """
  }

  private static func nounNames(_ commands: [CommandDeclaration]) -> [String] {
    Shell.firstWords(commands.filter { $0.path.count > 1 })
  }

  private static func verbs(_ commands: [CommandDeclaration]) -> [(String, String)] {
    commands.filter { $0.path.count == 1 }.map { ($0.name, $0.summary) }
      + nounNames(commands).map { noun in
        (noun, Shell.secondWords(commands, noun: noun).joined(separator: ", "))
      }
  }

  private static func nouns(_ commands: [CommandDeclaration]) -> String {
    nounNames(commands).map { noun in
      let members = commands.filter { $0.path[0] == noun && $0.path.count > 1 }
      return """
        _kiln_\(noun)() {
          local -a commands
          commands=(
        \(described(members.map { ($0.path[1], $0.summary) }))
          )
          if (( CURRENT == 2 )); then
            _describe command commands
            return
          fi
          shift words
          (( CURRENT-- ))
          case "$words[1]" in
        \(members.map(branch).joined(separator: "\n"))
          esac
        }
        """
    }.joined(separator: "\n\n")
  }

  private static func described(_ rows: [(String, String)]) -> String {
    rows.map { "    '\($0.0):\(quoted($0.1))'" }.joined(separator: "\n")
  }

  private static func branch(_ command: CommandDeclaration) -> String {
    let options = (command.options + GlobalOptions.all).flatMap { option in
      [option.name, option.short.map { "-\($0)" }].compactMap { $0 }.map { name in
        let value = option.valueName.map { ":\($0):\(action(option.completion))" } ?? ""
        return "'\(name)[\(quoted(option.summary))]\(value)'"
      }
    }
    let positionals = command.positionals.map { positional in
      let isMany = positional.count == .any || positional.count == .oneOrMore
      return "'\(isMany ? "*" : ""):\(positional.name):\(action(positional.completion))'"
    }
    return "    \(command.path[command.path.count - 1])) _arguments "
      + (options + positionals).joined(separator: " ") + " ;;"
  }

  private static func quoted(_ text: String) -> String {
    var safe = ""
    for character in text {
      switch character {
      case "'": safe += "'\\''"
      case ":", "[", "]": safe += "\\\(character)"
      default: safe.append(character)
      }
    }
    return safe
  }

  private static func action(_ completion: Completion) -> String {
    switch completion {
    case .nothing: ""
    case .file: "_files"
    case .folder: "_files -/"
    case .job: "_kiln_jobs"
    case .kernel: "(\(Shell.kernels.joined(separator: " ")))"
    case .command: "(\(Shell.firstWords(CommandDeclaration.all).joined(separator: " ")))"
    case .words(let words): "(\(words.joined(separator: " ")))"
    }
  }
}
