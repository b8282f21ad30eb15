import Base
import Client

extension CommandDeclaration {
  static let serverUp = CommandDeclaration(
    "server up", "Start the local server in the background.",
    discussion: "It stays until `kiln server down`. Does nothing when it is up already.",
    options: ServerLimits.declarations
  ) { arguments, context in
    let client = try context.client(orStartingWith: { starter in
      try starter.start(leavesWhenIdle: false, extra: try ServerLimits.words(arguments))
    })
    let info = try client.server()
    context.say("the server is up: process \(info.pid), \(info.cpus) cpus, \(info.memory)")
    return .success
  }
}

extension CommandContext {
  fileprivate func client(orStartingWith start: (ServerStarter) throws -> Void) throws
    -> KilnClient
  {
    let client = try KilnClient(state: state)
    if client.serverAnswers {
      say("the server was up already")
    } else {
      try start(ServerStarter(context: self))
    }
    return client
  }
}
