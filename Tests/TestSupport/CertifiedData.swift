import Base
import Glibc

/// Certified data that lies beside the repository, in `../shared/data`; it is not part of it, and tests
/// that read it are skipped where it is missing.
package enum CertifiedData {
  package static func path(_ file: String) -> String { repositoryFile("../shared/data/\(file)") }

  package static func isThere(_ file: String) -> Bool { unsafe access(path(file), R_OK) == 0 }

  package static func json(_ file: String) -> JSONValue? {
    textOfFile(path(file)).flatMap { try? JSONValue(parsing: Array($0.utf8), path: file) }
  }

  /// The columns of a CSV file of numbers with one line of names.
  package static func columns(_ file: String) -> [String: [Double]]? {
    guard let text = textOfFile(path(file)) else { return nil }
    let lines = text.split(separator: "\n").map { $0.split(separator: ",") }
    guard let names = lines.first else { return nil }
    var columns: [String: [Double]] = [:]
    for (index, name) in names.enumerated() {
      columns[String(name)] = lines.dropFirst().compactMap {
        index < $0.count ? Double($0[index]) : nil
      }
    }
    return columns
  }
}

extension JSONValue {
  /// A number, or a text that is one: references keep all digits in texts.
  package var reference: Double? { number ?? text.flatMap(Double.init) }

  package var references: [Double]? { items?.compactMap(\.reference) }
}
