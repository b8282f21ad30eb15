import JobModel

/// A deck with all that it includes, whoever holds the files.
package struct DeckFiles: Sendable {
  /// A file that another one includes; both paths as written.
  package struct Included: Hashable, Sendable {
    package let path: String
    package let includedBy: String
  }

  /// Placeholders of all files together, and what is missing.
  package private(set) var scan: PlaceholderScan
  /// In the order in which they are met, each path once.
  package private(set) var included: [Included] = []

  package static let filesMax = 1000

  /// Reads a deck and follows its `*INCLUDE`s.
  ///
  /// Paths of included files are relative to the folder of the deck itself, also in files that were
  /// included: the solver runs in that folder.
  ///
  /// - Parameter read: bytes of a file by its path as written; `includedBy` is nil for the deck.
  ///   Nil where there is no such file.
  package init?(
    deck: String, read: (_ path: String, _ includedBy: String?) -> [UInt8]?
  ) {
    guard let bytes = read(deck, nil) else { return nil }
    scan = PlaceholderScan(bytes)
    var open = scan.includes.map { Included(path: $0, includedBy: deck) }
    var seen: Set<String> = []
    while let next = open.popLast(), included.count < DeckFiles.filesMax {
      guard seen.insert(next.path).inserted else { continue }
      guard let bytes = read(next.path, next.includedBy) else {
        scan.missing.append(next.path)
        continue
      }
      included.append(next)
      let found = PlaceholderScan(bytes)
      scan.merge(found)
      open += found.includes.map { Included(path: $0, includedBy: next.path) }
    }
  }
}
