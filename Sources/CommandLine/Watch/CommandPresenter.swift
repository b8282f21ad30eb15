import Base
import Client
import JobModel
import Wire

/// For `kiln run -- CMD`: the command's own output, and nothing of Kiln's.
final class CommandPresenter: Presenter {
  private let client: KilnClient
  private let job: JobReference
  private let printers: [String: LogPrinter]
  private var streams: [(name: String, stream: LogStream)] = []
  private(set) var problems = Problems()

  /// How long the rest of the output may take after the command has ended.
  private static let patience = Seconds(5)

  init(_ context: CommandContext, client: KilnClient, job: JobReference) {
    self.client = client
    self.job = job
    printers = [
      "stdout": LogPrinter(context, "stdout"), "stderr": LogPrinter(context, "stderr"),
    ]
  }

  func show(_ events: [JobEvent], _ model: WatchModel) {
    for event in events {
      if case .started = event.kind { open() }
    }
    passOn(within: .zero)
  }

  func finish(_ model: WatchModel) {
    let start = Instant.now()
    while streams.contains(where: { !$0.stream.isEnded }),
      Instant.now() - start < CommandPresenter.patience
    {
      passOn(within: .milliseconds(20))
    }
    for printer in printers.values { printer.finish() }
  }

  /// Every attempt has logs of its own.
  private func open() {
    do throws(Problems) {
      streams = try ["stdout", "stderr"].map { name throws(Problems) in
        (name, try LogStream(client: client, job: job, step: 0, task: 1, stream: name))
      }
    } catch {
      problems = error
    }
  }

  private func passOn(within limit: Seconds) {
    for (name, stream) in streams {
      do {
        let bytes = try stream.next(within: limit)
        if !bytes.isEmpty { printers[name]?.write(bytes) }
      } catch {
        problems = error
      }
    }
  }
}
