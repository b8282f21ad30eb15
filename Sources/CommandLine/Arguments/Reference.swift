/// `docs/commands.md`, from the declarations.
package enum Reference {
  package static func markdown(_ commands: [CommandDeclaration]) -> String {
    let parts =
      [introduction, jobs, options(GlobalOptions.all, "Options of every command"), exitCodes]
      + commands.map(page)
    return parts.joined(separator: "\n\n") + "\n"
  }

  private static let introduction = """
    # Commands

    Generated from the declarations of the commands by `kiln help --markdown`; a test keeps this \
    page equal to them.

    Data goes to standard output, messages and progress to standard error. On a terminal, \
    listings are aligned tables; elsewhere they are tab-separated: one line with the names of the \
    columns, then one line for each row, with `\\t`, `\\n` and `\\\\` for a tab, a line feed and a \
    backslash, spans in seconds, sizes in bytes and times as ISO 8601 in UTC. `--json` writes the \
    same as one JSON document, `watch --json` one document on each line. `NO_COLOR` is respected.

    A setting is taken from the first of these that has it: option, environment variable \
    (`KILN_STATE`, `KILN_PROJECT`, `KILN_OUTPUT`), job file, `kiln.yaml` in the current folder or \
    one above it, built-in value.
    """

  private static let jobs =
    "## How a job is named\n\n| spelling | meaning |\n| --- | --- |\n"
    + Selector.spellings.map { "| `\($0.0)` | \($0.1) |" }.joined(separator: "\n")

  private static let exitCodes =
    "## Exit codes\n\n| code | meaning |\n| --- | --- |\n"
    + ExitCode.documented.map { "| \($0.rawValue) | \($0.meaning) |" }.joined(separator: "\n")
    + "\n\n`kiln run -- CMD` passes the code of the command through; with values, its code is the "
    + "number of tasks that failed, 101 for more than 100."

  private static func page(_ command: CommandDeclaration) -> String {
    var parts = ["## kiln \(command.name)", command.summary]
    parts.append("```\n\(Help.usage(command))\n```")
    if !command.discussion.isEmpty { parts.append(command.discussion) }
    if !command.positionals.isEmpty {
      let rows = command.positionals.map { "| `\($0.name)` | \(cell($0.summary)) |" }
      parts.append("| argument | meaning |\n| --- | --- |\n" + rows.joined(separator: "\n"))
    }
    if !command.options.isEmpty { parts.append(rows(command.options)) }
    if !command.examples.isEmpty {
      let lines = command.examples.map { "\($0.line)\n    # \($0.meaning)" }
      parts.append("```sh\n" + lines.joined(separator: "\n") + "\n```")
    }
    return parts.joined(separator: "\n\n")
  }

  private static func options(_ options: [OptionDeclaration], _ title: String) -> String {
    "## \(title)\n\n" + rows(options)
  }

  private static func rows(_ options: [OptionDeclaration]) -> String {
    "| option | meaning |\n| --- | --- |\n"
      + options.map { "| `\(Help.spelling($0))` | \(cell($0.summary)) |" }
      .joined(separator: "\n")
  }

  private static func cell(_ text: String) -> String {
    text.split(separator: "|", omittingEmptySubsequences: false).joined(separator: "\\|")
  }
}
