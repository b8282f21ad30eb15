import Base
import Client
import Wire

extension CommandDeclaration {
  static let serverUp = CommandDeclaration(
    "server up", "Start the local server in the background.",
    discussion: """
      It stays until `kiln server down`. Does nothing when it is up already.

      \(ServerLimits.discussion)
      """,
    options: ServerLimits.declarations
  ) { arguments, context in
    let starter = ServerStarter(context: context)
    let words = try ServerLimits.words(arguments)
    let info: ServerInfo
    do throws(Problems) {
      info = try answer(context)
      context.say("the server was up already")
    } catch {
      guard error.all.first?.code == .unreachable else { throw error }
      try starter.start(leavesWhenIdle: false, extra: words)
      info = try answer(context)
    }
    context.say("the server is up: process \(info.pid), \(info.cpus) cpus, \(info.memory)")
    return .success
  }

  /// A real answer: a socket that accepts may belong to a server that is just dying.
  private static func answer(_ context: CommandContext) throws(Problems) -> ServerInfo {
    try KilnClient(state: context.state).server()
  }
}
