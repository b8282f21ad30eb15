/// A keyword line of a deck and the data lines that follow it.
struct Card: Sendable {
  /// Upper case, blanks only between words: `*NODE PRINT`.
  let title: String
  /// The title without `*` and blanks, since blanks mean nothing in a keyword: `NODEPRINT`.
  let word: String
  let parameters: [Parameter]
  let place: Place
  /// Where the data lines are; several pieces when an included file continues the card.
  var data: [Segment] = []
  /// The mesh that the card includes; nil for all other cards.
  private(set) var part: GmshPart?

  struct Parameter: Sendable {
    /// Upper case, without blanks.
    let name: String
    /// Upper case, without blanks at its ends; empty when there is no `=`.
    let value: String
  }

  /// A run of lines of one file.
  struct Segment: Sendable {
    let source: Source
    let firstLine: Int
    var bytes: Range<Int>
  }

  /// The card with a mesh that it includes.
  func with(_ part: GmshPart) -> Card {
    var card = self
    card.part = part
    return card
  }

  func has(_ name: String) -> Bool { parameters.contains { $0.name == name } }

  /// The value of a parameter, nil when it is not given.
  subscript(name: String) -> String? { parameters.first { $0.name == name }?.value }
}

/// A file of a deck, placeholders filled.
final class Source: Sendable {
  let name: String
  let bytes: [UInt8]

  init(name: String, bytes: [UInt8]) {
    self.name = name
    self.bytes = bytes
  }
}
