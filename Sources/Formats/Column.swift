/// What a column of a table or a channel of a recording is.
package struct Column: Hashable, Sendable {
  package var name: String
  /// As the file writes it: `mm`, `m/s^2`. Nil where the file says nothing.
  package var unit: String?

  package init(_ name: String, unit: String? = nil) {
    self.name = name
    self.unit = unit
  }

  /// `name [unit]`, as Kiln's own tables head their columns and plots label their axes.
  package var heading: String { unit.map { "\(name) [\($0)]" } ?? name }
}
