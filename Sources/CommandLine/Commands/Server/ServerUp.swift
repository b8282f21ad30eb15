import Base
import Client
import Wire

extension CommandDeclaration {
  static let serverUp = CommandDeclaration(
    "server up", "Start the local server in the background.",
    discussion: "It stays until `kiln server down`. Does nothing when it is up already.",
    options: ServerLimits.declarations
  ) { arguments, context in
    let client = try KilnClient(state: context.state)
    let info: ServerInfo
    if let running = context.runningServer(client) {
      context.say("the server was up already")
      info = running
    } else {
      try ServerStarter(context: context).start(
        leavesWhenIdle: false, extra: try ServerLimits.words(arguments))
      info = try client.server()
    }
    context.say("the server is up: process \(info.pid), \(info.cpus) cpus, \(info.memory)")
    return .success
  }
}

extension CommandContext {
  /// The server that is up; nil without one, also where the socket of a dying one still connects.
  fileprivate func runningServer(_ client: KilnClient) -> ServerInfo? {
    guard client.serverAnswers else { return nil }
    do {
      return try client.server()
    } catch {
      return nil
    }
  }
}
