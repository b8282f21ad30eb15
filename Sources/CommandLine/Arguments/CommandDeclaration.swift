import Base

/// A word that a command takes by its place.
package struct Positional: Sendable {
  enum Count: Hashable, Sendable {
    case one
    case optional
    case oneOrMore
    case any
  }

  /// In capitals: `JOB`.
  let name: String
  let count: Count
  let summary: String
  let completion: Completion

  init(_ name: String, _ summary: String, completion: Completion = .nothing) {
    self.init(name, .one, summary, completion: completion)
  }

  init(_ name: String, _ count: Count, _ summary: String, completion: Completion = .nothing) {
    self.name = name
    self.count = count
    self.summary = summary
    self.completion = completion
  }

  /// As the usage line spells it.
  var usage: String {
    switch count {
    case .one: name
    case .optional: "[\(name)]"
    case .oneOrMore: "\(name)..."
    case .any: "[\(name)...]"
    }
  }
}

/// A command line that shows what a command is for.
package struct Example: Sendable {
  let line: String
  let meaning: String

  init(_ line: String, _ meaning: String) {
    self.line = line
    self.meaning = meaning
  }
}

/// Everything that Kiln says about a command: parsing, help, completion and `docs/commands.md` all
/// come from this value.
package struct CommandDeclaration: Sendable {
  /// `["server", "up"]`.
  let path: [String]
  /// One sentence for lists.
  let summary: String
  /// Paragraphs that follow it in help and documentation.
  let discussion: String
  let positionals: [Positional]
  let options: [OptionDeclaration]
  /// Name of what may follow `--`; nil where nothing may.
  let passthrough: String?
  /// Whether the words behind the name belong to another program's grammar: the command reads them
  /// itself, all but `--help`.
  let takesForeignWords: Bool
  let examples: [Example]
  let run: @Sendable (Arguments, CommandContext) throws -> ExitCode

  init(
    _ path: String, _ summary: String, discussion: String = "", positionals: [Positional] = [],
    options: [OptionDeclaration] = [], passthrough: String? = nil,
    takesForeignWords: Bool = false, examples: [Example] = [],
    run: @escaping @Sendable (Arguments, CommandContext) throws -> ExitCode
  ) {
    self.path = path.split(separator: " ").map(String.init)
    self.summary = summary
    self.discussion = discussion
    self.positionals = positionals
    self.options = options
    self.passthrough = passthrough
    self.takesForeignWords = takesForeignWords
    self.examples = examples
    self.run = run
  }

  var name: String { path.joined(separator: " ") }
}

/// Options that every command takes.
enum GlobalOptions {
  static let state = Option<String>(
    "--state", text: "DIR", "Folder of the server's state (KILN_STATE).", completion: .folder)
  static let project = Option<String>(
    "--project", text: "NAME",
    "Project that pays for a job, or whose jobs are listed (KILN_PROJECT).")
  static let json = Flag("--json", "Write data as JSON.")
  static let noColor = Flag("--no-color", "Do not colour the output (NO_COLOR).")
  static let help = Flag("--help", short: "h", "Show the help of a command.")

  static let all = [
    state.declaration, project.declaration, json.declaration, noColor.declaration,
    help.declaration,
  ]
}
