import FoundationEssentials
import Glibc

/// A fresh folder for one test of stored things, removed with its content afterwards.
package final class StoreFolder: Sendable {
  package let path: String

  package init() {
    path = "/tmp/kiln-store-\(getpid())-\(UInt64.random(in: 0 ... .max))"
    // Sound: the path is a terminated string for the length of the call.
    let made = unsafe mkdir(path, 0o700)
    precondition(made == 0, "cannot make \(path)")
  }

  deinit {
    do {
      try FileManager.default.removeItem(atPath: path)
    } catch {
      print("cannot remove \(path): \(error)")
    }
  }
}
