import Base

extension CommandDeclaration {
  static let completion = CommandDeclaration(
    "completion", "Print the completion script of a shell.",
    positionals: [
      Positional(
        "SHELL", "bash, zsh or fish.", completion: .words(["bash", "zsh", "fish"]))
    ],
    examples: [
      Example("source <(kiln completion bash)", "in ~/.bashrc"),
      Example("kiln completion fish > ~/.config/fish/completions/kiln.fish", "for fish"),
    ]
  ) { arguments, context in
    let word = arguments.words[0]
    guard let shell = Shell(rawValue: word) else {
      let known = Shell.allCases.map(\.rawValue)
      throw KilnError(
        .usage, "there is no completion for '\(word)'",
        fix: nearest(to: word, among: known).map { "did you mean '\($0)'?" }
          ?? "one of \(known.joined(separator: ", "))")
    }
    context.out.write(shell.script(CommandDeclaration.all))
    return .success
  }
}
