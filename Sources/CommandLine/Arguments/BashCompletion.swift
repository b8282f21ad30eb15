/// Completion for bash, without the bash-completion package.
enum BashCompletion {
  static func script(_ commands: [CommandDeclaration]) -> String {
    """
    # Completion of kiln for bash: source <(kiln completion bash)
    _kiln() {
      local word="${COMP_WORDS[COMP_CWORD]}" before="${COMP_WORDS[COMP_CWORD-1]}"
      local name="" place=1 part
      while [ $place -lt $COMP_CWORD ]; do
        part="${COMP_WORDS[place]}"
        case "$part" in
          \(valueOptions(GlobalOptions.all)) ) place=$((place + 2)); continue ;;
          -*) ;;
          *)
            if [ -z "$name" ]; then name="$part"
            else case "$name" in \(nouns(commands))) name="$name $part" ;; esac
            fi
            case "$name" in \(nouns(commands))) ;; *) break ;; esac ;;
        esac
        place=$((place + 1))
      done
      COMPREPLY=()
      case "$before" in
    \(valueCases(commands))
      esac
      case "$name" in
        "") _kiln_words "\(Shell.firstWords(commands).joined(separator: " "))" ;;
    \(commandCases(commands))
      esac
    }

    _kiln_words() { COMPREPLY+=($(compgen -W "$1" -- "${COMP_WORDS[COMP_CWORD]}")); }
    _kiln_files() {
      compopt -o filenames 2>/dev/null
      local IFS=$'\\n'
      COMPREPLY+=($(compgen -f -- "${COMP_WORDS[COMP_CWORD]}"))
    }
    _kiln_folders() {
      compopt -o filenames 2>/dev/null
      local IFS=$'\\n'
      COMPREPLY+=($(compgen -d -- "${COMP_WORDS[COMP_CWORD]}"))
    }
    _kiln_jobs() { _kiln_words "last $(\(Shell.jobsCommand))"; }

    complete -F _kiln kiln

    """
  }

  private static func nouns(_ commands: [CommandDeclaration]) -> String {
    Shell.firstWords(commands.filter { $0.path.count > 1 }).joined(separator: "|")
  }

  private static func valueOptions(_ options: [OptionDeclaration]) -> String {
    options.filter { $0.valueName != nil }.map(\.name).joined(separator: "|")
  }

  /// What follows an option that takes a value.
  private static func valueCases(_ commands: [CommandDeclaration]) -> String {
    var seen: Set<String> = []
    let options = (GlobalOptions.all + commands.flatMap(\.options)).filter { option in
      option.valueName != nil && seen.insert(option.name).inserted
    }
    return options.map { option in
      let short = option.short.map { "|-\($0)" } ?? ""
      return "    \(option.name)\(short)) \(action(option.completion)); return ;;"
    }.joined(separator: "\n")
  }

  private static func commandCases(_ commands: [CommandDeclaration]) -> String {
    let nouns = Shell.firstWords(commands.filter { $0.path.count > 1 }).map { noun in
      let words = Shell.secondWords(commands, noun: noun).joined(separator: " ")
      return "    \"\(noun)\") _kiln_words \"\(words)\" ;;"
    }
    let rest = commands.map { command in
      let options = (command.options + GlobalOptions.all).map(\.name).joined(separator: " ")
      let actions = command.positionals.map { action($0.completion) }
        .filter { $0 != ":" }.joined(separator: "; ")
      let words = "_kiln_words \"\(options)\""
      return "    \"\(command.name)\") case \"$word\" in -*) \(words) ;; *) "
        + "\(actions.isEmpty ? words : actions) ;; esac ;;"
    }
    return (nouns + rest).joined(separator: "\n")
  }

  private static func action(_ completion: Completion) -> String {
    switch completion {
    case .nothing: ":"
    case .file: "_kiln_files"
    case .folder: "_kiln_folders"
    case .job: "_kiln_jobs"
    case .kernel: "_kiln_words \"\(Shell.kernels.joined(separator: " "))\""
    case .command:
      "_kiln_words \"\(Shell.firstWords(CommandDeclaration.all).joined(separator: " "))\""
    case .words(let words): "_kiln_words \"\(words.joined(separator: " "))\""
    }
  }
}
