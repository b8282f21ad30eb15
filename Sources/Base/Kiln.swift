/// The program as a whole.
package enum Kiln {
  /// Semantic version; also in the provenance of every result.
  package static let version = "0.1.0"
}
