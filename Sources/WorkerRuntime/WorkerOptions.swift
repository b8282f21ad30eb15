import Base
import JobModel
import Wire

/// How a worker process was asked to start: `--state DIR --slot N --name NAME [--spare]`.
///
/// `kiln-worker --identity` alone prints what it computes with and leaves.
package struct WorkerOptions: Hashable, Sendable {
  package var state: StateDirectory
  package var slot: SlotID
  package var name: String
  /// Kept ready for a fresh lease; its slot comes with the grant.
  package var isSpare: Bool

  package init(state: StateDirectory, slot: SlotID, name: String, isSpare: Bool = false) {
    self.state = state
    self.slot = slot
    self.name = name
    self.isSpare = isSpare
  }

  /// - Parameter arguments: without the program's name.
  package init(arguments: [String]) throws(KilnError) {
    var values: [String: String] = [:]
    isSpare = false
    var rest = arguments[...]
    while let option = rest.popFirst() {
      switch option {
      case "--spare": isSpare = true
      case "--state", "--slot", "--name":
        guard let value = rest.popFirst() else { throw Self.usage("\(option) needs a value") }
        values[option] = value
      default: throw Self.usage("unknown option `\(option)`")
      }
    }
    guard let root = values["--state"], root.hasPrefix("/") else {
      throw Self.usage("--state needs an absolute path")
    }
    guard let name = values["--name"], !name.isEmpty, !name.contains("/") else {
      throw Self.usage("--name needs a name without a slash")
    }
    guard let slot = Int(values["--slot"] ?? "0"), slot >= 0 else {
      throw Self.usage("--slot needs a number")
    }
    state = StateDirectory(root: root)
    self.slot = SlotID(slot)
    self.name = name
  }

  private static func usage(_ message: String) -> KilnError {
    KilnError(
      .usage, message, fix: "kiln-worker is started by the server; see `kiln server --help`")
  }
}
