import Glibc
import Testing

@testable import FiniteElements

/// Decks of the CalculiX verification suite with their published results, where they are beside the
/// repository; they are not part of it.
@Suite("published decks") struct PublishedDeckTests {
  static let folder: String = {
    let here = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
    return "/\(here)/../shared/decks/ccx"
  }()

  static let isThere = unsafe access(folder + "/MANIFEST.tsv", R_OK) == 0

  static let names = [
    "achteld", "beam10p", "beam20p", "beamd", "beampfix", "beampis", "beampo1", "beampo2",
    "beampo3", "beampo6", "beamt", "beamt4", "beamhtbf", "beamth", "oneel20fi", "oneel20fi3",
    "capacitor",
  ]

  /// Of a block's largest number: what the suite's own comparison allows.
  static let tolerance = 1e-3

  @Test(
    "give the published numbers (skipped where the decks are missing)",
    .enabled(if: isThere), arguments: names)
  func published(_ name: String) throws {
    let deck = try Deck.parse(
      name: name + ".inp", text: try Self.read(name + ".inp"), include: { try Self.read($0) })
    let blocks = Self.blocks(try Decks.solve(deck).dat)
    let exact = Self.blocks(String(decoding: try Self.read(name + ".dat.ref"), as: UTF8.self))
    #expect(blocks.map(\.title) == exact.map(\.title))
    for (block, published) in zip(blocks, exact) {
      let scale = published.numbers.map(abs).max() ?? 0
      try #require(block.numbers.count == published.numbers.count)
      let worst = zip(block.numbers, published.numbers).map { abs($0 - $1) }.max() ?? 0
      #expect(worst <= Self.tolerance * scale, "\(published.title)")
    }
  }

  /// The titled blocks of a `.dat` file.
  private static func blocks(_ text: String) -> [(title: String, numbers: [Double])] {
    var blocks: [(title: String, numbers: [Double])] = []
    for line in text.split(separator: "\n") {
      let words = line.split(separator: " ")
      let numbers = words.compactMap { Double($0) }
      if numbers.count == words.count {
        blocks[blocks.count - 1].numbers += numbers
      } else {
        blocks.append((words.joined(separator: " "), []))
      }
    }
    return blocks
  }

  private static func read(_ name: String) throws -> [UInt8] {
    // Sound: the file is closed on every way out, and `chunk` outlives each read.
    guard let file = unsafe fopen(folder + "/" + name, "rb") else { throw Decks.NoFile() }
    defer { unsafe fclose(file) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = unsafe fread(&chunk, 1, chunk.count, file)
      guard count > 0 else { return bytes }
      bytes += chunk.prefix(count)
    }
  }
}
