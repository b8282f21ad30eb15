import Base

extension JSONWriter {
  /// A member that is a list of numbers; without a name an item of the list that is open.
  mutating func list(_ name: String?, _ numbers: [Double]) {
    if let name { key(name) }
    beginArray()
    for value in numbers { number(value) }
    endArray()
  }

  /// A member that is a list of texts.
  mutating func list(_ name: String, _ texts: [String]) {
    key(name)
    beginArray()
    for text in texts { string(text) }
    endArray()
  }
}
