import Base
import Client
import Service
import Wire

private enum Options {
  static let leaves = Flag(
    "--leave-when-idle", "Exit when nothing is left to do and nobody is connected.")
  static let worker = Option<String>(
    "--worker", text: "FILE",
    "The worker's program (KILN_WORKER); `kiln-worker` beside this one by default.",
    completion: .file)
}

extension CommandDeclaration {
  static let serverRun = CommandDeclaration(
    "server run", "Run the server in the foreground.", discussion: ServerLimits.discussion,
    options: [Options.leaves.declaration, Options.worker.declaration] + ServerLimits.declarations
  ) { arguments, context in
    let program = try arguments(Options.worker) ?? context.workerProgram
    guard Files.isExecutable(program) else {
      throw KilnError(
        .usage, "the worker's program cannot be executed", at: program,
        fix: "name it with --worker or KILN_WORKER")
    }
    try Files.makeFolder(context.state.root, mode: 0o700)
    let code = try ServerProgram.run(
      ServerOptions(
        state: context.state, leavesWhenIdle: arguments[Options.leaves], workerProgram: program,
        resources: try ServerLimits.resources(arguments, context.state),
        post: { address, headers, body throws(KilnError) in
          try Webhook.post(WebhookRequest(address: address, headers: headers, body: body))
        }))
    return code == 0 ? .success : .command(code)
  }
}
