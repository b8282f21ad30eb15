import JobModel

/// The placeholders that a step's inputs and arguments offer.
struct StepTexts {
  /// False where a text is not known, so that nothing can be said about names that it may hold.
  var isComplete = true
  /// In the order of appearance, each once.
  private(set) var names: [String] = []
  /// Placeholders without a default, with the file where each appears first.
  private(set) var needed: [(name: String, file: Word)] = []
  private var known: Set<String> = []
  private var needs: Set<String> = []
  private var files: [(path: String, names: Set<String>)] = []

  mutating func add(_ placeholders: [Placeholder], of file: Word) {
    for placeholder in placeholders {
      add(placeholder.name)
      if placeholder.standard == nil, needs.insert(placeholder.name).inserted {
        needed.append((placeholder.name, file))
      }
    }
    files.append((file.text, Set(placeholders.map(\.name))))
  }

  mutating func addArgument(_ text: String) {
    for name in Placeholder.namesInArgument(text) { add(name) }
  }

  private mutating func add(_ name: String) {
    if known.insert(name).inserted { names.append(name) }
  }

  /// The first file without a placeholder of this name; nil where all have one.
  func files(without name: String) -> String? { files.first { !$0.names.contains(name) }?.path }

  /// The first file that was scanned.
  var firstFile: String? { files.first?.path }
}
