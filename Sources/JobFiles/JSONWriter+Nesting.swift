import Base

/// Nesting by closures, so that what is opened is closed.
extension JSONWriter {
  mutating func object(_ name: String? = nil, _ body: (inout JSONWriter) -> Void) {
    if let name { key(name) }
    beginObject()
    body(&self)
    endObject()
  }

  mutating func array(_ name: String, _ body: (inout JSONWriter) -> Void) {
    key(name)
    beginArray()
    body(&self)
    endArray()
  }

  mutating func member(_ name: String, _ value: String) {
    key(name)
    string(value)
  }

  mutating func flag(_ name: String, _ value: Bool) {
    key(name)
    boolean(value)
  }

  mutating func strings(_ name: String, _ values: [String]) {
    array(name) { for value in values { $0.string(value) } }
  }
}
