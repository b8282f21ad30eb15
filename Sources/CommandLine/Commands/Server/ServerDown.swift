import Base
import Client

extension CommandDeclaration {
  static let serverDown = CommandDeclaration(
    "server down", "Stop the local server.",
    discussion: """
      Nothing is lost: workers finish what they hold, and jobs go on when a server is started \
      again.
      """
  ) { _, context in
    let client = try context.client()
    guard client.serverAnswers else {
      context.say("no server is running")
      return .success
    }
    try client.stopServer()
    let start = Instant.now()
    while client.serverAnswers {
      guard Instant.now() - start < Seconds(15) else {
        throw KilnError(
          .timedOut, "the server has not stopped after 15 s", at: context.state.serverLog,
          fix: "see that log")
      }
      pause(.milliseconds(5))
    }
    context.say("the server has stopped")
    return .success
  }
}
