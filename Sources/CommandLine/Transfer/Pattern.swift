/// A pattern for file names: `*` is any text, `?` is any character.
struct Pattern: Hashable, Sendable {
  private let text: [Character]

  init(_ text: String) { self.text = Array(text) }

  /// Tells in time proportional to both lengths: only the last star is ever taken back.
  func matches(_ name: String) -> Bool {
    let name = Array(name)
    var (place, at) = (0, 0)
    var star: (place: Int, at: Int)?
    while at < name.count {
      if place < text.count, text[place] == "*" {
        star = (place, at)
        place += 1
      } else if place < text.count, text[place] == "?" || text[place] == name[at] {
        place += 1
        at += 1
      } else if let last = star {
        star = (last.place, last.at + 1)
        (place, at) = (last.place + 1, last.at + 1)
      } else {
        return false
      }
    }
    return text[place...].allSatisfy { $0 == "*" }
  }
}
