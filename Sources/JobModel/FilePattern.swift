/// A pattern of file names: within one part of a path `*` stands for any characters, `?` for one,
/// `[a-f]` for one of a set and `[!a-f]` for one outside it.
///
/// Matching takes time proportional to both lengths, whatever the pattern.
package struct FilePattern: Hashable, Sendable {
  package let text: String
  private let marks: [Mark]

  private enum Mark: Hashable {
    case character(Character)
    case one
    case any
    case set([ClosedRange<Character>], isOutside: Bool)

    func matches(_ character: Character) -> Bool {
      switch self {
      case .character(let own): own == character
      case .one: character != "/"
      case .any: false
      case .set(let ranges, let isOutside):
        character != "/" && ranges.contains { $0.contains(character) } != isOutside
      }
    }
  }

  package init(_ text: String) {
    self.text = text
    var marks: [Mark] = []
    var rest = text[...]
    while let first = rest.popFirst() {
      switch first {
      case "*": marks.append(.any)
      case "?": marks.append(.one)
      case "[":
        if let (set, after) = FilePattern.set(rest) {
          marks.append(set)
          rest = after
        } else {
          marks.append(.character(first))
        }
      default: marks.append(.character(first))
      }
    }
    self.marks = marks
  }

  /// What stands between brackets; nil where no bracket closes.
  private static func set(_ text: Substring) -> (Mark, rest: Substring)? {
    var rest = text
    let isOutside = rest.first == "!" || rest.first == "^"
    if isOutside { rest.removeFirst() }
    var ranges: [ClosedRange<Character>] = []
    while let low = rest.popFirst() {
      if low == "]", !ranges.isEmpty { return (.set(ranges, isOutside: isOutside), rest) }
      let ahead = rest.prefix(2)
      if ahead.first == "-", let high = ahead.last, ahead.count == 2, high != "]", low <= high {
        ranges.append(low...high)
        rest.removeFirst(2)
      } else {
        ranges.append(low...low)
      }
    }
    return nil
  }

  package func matches(_ name: String) -> Bool {
    let name = Array(name)
    var place = 0
    var next = 0
    // Where to go on after the last `*` has taken one more character.
    var retry: (place: Int, next: Int)?
    while place < name.count {
      if next < marks.count, marks[next] == .any {
        next += 1
        retry = (place, next)
      } else if next < marks.count, marks[next].matches(name[place]) {
        place += 1
        next += 1
      } else if let last = retry, name[last.place] != "/" {
        (place, next) = (last.place + 1, last.next)
        retry = (place, next)
      } else {
        return false
      }
    }
    return marks[next...].allSatisfy { $0 == .any }
  }
}
