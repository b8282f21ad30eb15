import Base
import JobModel

/// The placeholders that a step's inputs and arguments offer.
struct StepTexts {
  /// False where a text is not known, so that nothing can be said about names that it may hold.
  var isComplete = true
  /// In the order of appearance, each once.
  private(set) var names: [String] = []
  /// Placeholders without a default, with the word that names their file or the one that includes it.
  private(set) var needed: [(placed: PlacedPlaceholder, file: Word)] = []
  /// Placeholders of all files together, those of the same name counted again.
  private(set) var total = 0
  /// In how many files a name appears; arguments count as none.
  private var appearances: [String: Int] = [:]
  private var needs: Set<String> = []
  private var files: [(path: String, placeholders: [Placeholder])] = []
  private var paths: Set<String> = []

  /// Enough for ten thousand decks with a hundred placeholders each.
  static let totalMax = 1_000_000

  /// Adds the placeholders of a file; a file that is there already adds nothing.
  mutating func add(_ placeholders: [PlacedPlaceholder], of file: Word) {
    guard paths.insert(file.text).inserted else { return }
    total += placeholders.count
    guard total <= StepTexts.totalMax else { return }
    for placed in placeholders {
      let name = placed.placeholder.name
      add(name, 1)
      if placed.placeholder.standard == nil, needs.insert(name).inserted {
        needed.append((placed, file))
      }
    }
    files.append((file.text, placeholders.map(\.placeholder)))
  }

  mutating func addArgument(_ text: String) {
    for name in Placeholder.namesInArgument(text) { add(name, 0) }
  }

  private mutating func add(_ name: String, _ count: Int) {
    if appearances.updateValue((appearances[name] ?? 0) + count, forKey: name) == nil {
      names.append(name)
    }
  }

  func contains(_ name: String) -> Bool { appearances[name] != nil }

  /// The first file without a placeholder of this name; nil where all have one.
  func file(without name: String) -> String? {
    guard appearances[name] != files.count else { return nil }
    return files.first { file in !file.placeholders.contains { $0.name == name } }?.path
  }

  /// The first file that was read.
  var firstFile: String? { files.first?.path }
}
