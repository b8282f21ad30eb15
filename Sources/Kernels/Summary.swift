import Base

/// What a kernel says about its result: scalars for tables, and details.
///
/// A scalar without a unit is a plain JSON value; one with a unit is `{"value": 1.5, "unit": "mm"}`.
package struct Summary: Sendable {
  private var entries: [(name: String, json: [UInt8])] = []

  package init() {}

  package mutating func set(_ name: String, _ number: Double, unit: String? = nil) {
    var writer = JSONWriter()
    if let unit {
      writer.beginObject()
      writer.key("value")
      writer.number(number)
      writer.key("unit")
      writer.string(unit)
      writer.endObject()
    } else {
      writer.number(number)
    }
    set(name, json: writer.bytes)
  }

  package mutating func set(_ name: String, _ text: String) {
    var writer = JSONWriter()
    writer.string(text)
    set(name, json: writer.bytes)
  }

  /// Details in a form of the kernel's own: encoded JSON.
  package mutating func set(_ name: String, json: [UInt8]) {
    entries.removeAll { $0.name == name }
    entries.append((name, json))
  }

  /// Writes the entries as members of the object that the writer has open.
  package func write(into writer: inout JSONWriter) {
    for (name, json) in entries {
      writer.key(name)
      writer.raw(json)
    }
  }
}
