import Catalogue

/// A shell whose completion Kiln writes, from the declarations.
enum Shell: String, Hashable, Sendable, CaseIterable {
  case bash
  case zsh
  case fish

  func script(_ commands: [CommandDeclaration]) -> String {
    switch self {
    case .bash: BashCompletion.script(commands)
    case .zsh: ZshCompletion.script(commands)
    case .fish: FishCompletion.script(commands)
    }
  }

  /// First words of commands, each once, in order.
  static func firstWords(_ commands: [CommandDeclaration]) -> [String] {
    var words: [String] = []
    for command in commands where !words.contains(command.path[0]) { words.append(command.path[0]) }
    return words
  }

  /// Second words behind a noun.
  static func secondWords(_ commands: [CommandDeclaration], noun: String) -> [String] {
    commands.filter { $0.path.count > 1 && $0.path[0] == noun }.map { $0.path[1] }
  }

  /// Asks Kiln for the newest jobs; silent when no server is up.
  static let jobsCommand = "kiln list --limit 20 2>/dev/null </dev/null | cut -f1 | tail -n +2"

  static var kernels: [String] { Catalogue.kernels.filter { !$0.isForTests }.map(\.name) }
}
