import Base
import Client
import JobModel
import Wire

/// What a command works with: where it writes, which server it means, what it was told globally.
package final class CommandContext {
  let surroundings: Surroundings
  let out: any TextSink
  let messages: any TextSink
  let state: StateDirectory
  let settings: Settings
  let wantsJSON: Bool
  let hasColor: Bool
  private var openClient: KilnClient?

  package init(
    _ arguments: Arguments, surroundings: Surroundings, out: any TextSink,
    messages: any TextSink
  ) throws {
    self.surroundings = surroundings
    self.out = out
    self.messages = messages
    wantsJSON = arguments[GlobalOptions.json]
    hasColor = surroundings.mayColor && !arguments[GlobalOptions.noColor]
    settings = try Settings.read(arguments, surroundings)
    state = StateDirectory(root: settings.state)
  }

  /// The server of the state directory, which must be up.
  func client() throws(Problems) -> KilnClient {
    if let openClient { return openClient }
    let client = try KilnClient(state: state)
    openClient = client
    return client
  }

  /// The same; starts it when none is up.
  func clientStartingServer(leavesWhenIdle: Bool) throws(Problems) -> KilnClient {
    try ServerStarter(context: self).ensureServer(leavesWhenIdle: leavesWhenIdle)
    return try client()
  }

  // MARK: output

  /// The form of listings on standard output.
  var form: Form {
    if wantsJSON { return .json }
    guard surroundings.outputIsTerminal else { return .tabs }
    return .terminal(width: surroundings.size.columns, hasColor: hasColor)
  }

  var style: Style { Style(hasColor: hasColor && surroundings.outputIsTerminal) }

  func show(_ table: Table) { table.write(as: form, now: .now(), to: out) }

  func show(_ json: JSONValue) {
    out.write(json.bytes)
    out.write("\n")
  }

  /// A sentence for the person, beside the data.
  func say(_ text: String) {
    out.flush()
    messages.line(escaped(text))
    messages.flush()
  }
}

extension Problems {
  init(_ problem: KilnError) { self.init([problem]) }

  /// Any error as problems; what is not ours is an internal one.
  init(any error: any Error) {
    switch error {
    case let problems as Problems: self = problems
    case let problem as KilnError: self.init([problem])
    default: self.init([KilnError(.internalError, "\(error)")])
    }
  }

  /// The first problem decides.
  var exitCode: ExitCode { all.first.map { ExitCode($0.code) } ?? .internalError }
}

extension CommandContext {
  /// `KILN_WORKER`, or `kiln-worker` beside this program.
  var workerProgram: String {
    surroundings.variable("KILN_WORKER").map(surroundings.absolute)
      ?? "\(Files.folder(of: surroundings.program))/kiln-worker"
  }
}
