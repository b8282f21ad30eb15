import Base

private enum Options {
  static let markdown = Flag(
    "--markdown", "Write the reference of all commands as Markdown (docs/commands.md).")
}

extension CommandDeclaration {
  static let help = CommandDeclaration(
    "help", "Show help about Kiln or a command.",
    positionals: [
      Positional("COMMAND", .any, "Which command, as in `server up`.", completion: .command)
    ],
    options: [Options.markdown.declaration]
  ) { arguments, context in
    if arguments[Options.markdown] {
      context.out.write(Reference.markdown(CommandDeclaration.all))
      return .success
    }
    let path = arguments.words
    guard CommandDeclaration.all.contains(where: { $0.path.starts(with: path) }) else {
      let text = path.joined(separator: " ")
      let names = CommandDeclaration.all.map(\.name)
      throw KilnError(
        .usage, "there is no command '\(text)'",
        fix: nearest(to: text, among: names).map { "did you mean `kiln help \($0)`?" }
          ?? "see `kiln help`")
    }
    context.out.write(Program.helpText(path))
    return .success
  }
}
