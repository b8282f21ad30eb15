import Base
import Glibc

/// The programs under test, built beside the tests.
package enum Programs {
  package static func worker() throws -> String { try path("kiln-worker") }

  package static func path(_ name: String) throws -> String {
    var folder = try executable()
    while let slash = folder.lastIndex(of: "/") {
      folder = String(folder[..<slash])
      let candidate = "\(folder)/\(name)"
      // Sound: the path is a string that lives through the call.
      if unsafe access(candidate, X_OK) == 0, !FileTree.isFolder(candidate) {
        return candidate
      }
    }
    throw KilnError(.notFound, "no `\(name)` beside the tests", fix: "run `swift build` first")
  }

  private static func executable() throws -> String {
    var buffer = [CChar](repeating: 0, count: 4096)
    // Sound: the call writes at most as many bytes as it is told.
    let length = unsafe readlink("/proc/self/exe", &buffer, buffer.count)
    guard length > 0 else { throw systemError("cannot find the test program") }
    return String(decoding: buffer[..<length].map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
