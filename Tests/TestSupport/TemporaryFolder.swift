import Base
import Glibc

/// A fresh folder of one test, removed with all that it holds when the test is done.
package final class TemporaryFolder: Sendable {
  package let path: String

  /// - Parameters:
  ///   - depth: further folders inside, for paths that are longer than a socket's address.
  ///   - parent: where it is made.
  package init(depth: Int = 0, in parent: String = "/tmp") throws {
    let name =
      "\(parent)/kiln-test-\(getpid())-\(String(UInt64.random(in: .min ... .max), radix: 36))"
    root = name
    path = ([name] + (0..<depth).map { "a-rather-long-name-\($0)" }).joined(separator: "/")
    try FileTree.make(path)
  }

  private let root: String

  deinit { FileTree.discard(root) }
}
