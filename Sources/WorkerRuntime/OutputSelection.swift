import Base
import JobModel
import Results

/// Which files of a command's folder are kept.
struct OutputSelection {
  /// The patterns of the job file; empty: everything that is new.
  private let patterns: [FilePattern]
  private let keepsNothing: Bool

  init(patterns: [String], keepsNothing: Bool = false) {
    self.patterns = patterns.map(FilePattern.init)
    self.keepsNothing = keepsNothing
  }

  init(_ step: StepSpec) {
    self.init(patterns: step.outputs, keepsNothing: step.keepsNothing == true)
  }

  /// Whether a summary is kept, which tables are made of.
  var keepsSummary: Bool { !keepsNothing }

  struct Found {
    var files: [NewFile] = []
    /// Links, pipes and devices: they may lead anywhere, so they are never kept.
    var leftOut: [String] = []
    /// Patterns that no file matches.
    var missing: [String] = []
  }

  /// Files below `folder` that were not there before.
  func find(in folder: String, besides inputs: Set<String>) throws(KilnError) -> Found {
    var found = Found()
    if keepsNothing { return found }
    try walk(folder, prefix: "", inputs, &found)
    found.missing = patterns.filter { pattern in
      !found.files.contains { pattern.matches($0.name) }
    }.map(\.text)
    return found
  }

  func keeps(_ name: String) -> Bool {
    !keepsNothing && (patterns.isEmpty || patterns.contains { $0.matches(name) })
  }

  private func walk(
    _ folder: String, prefix: String, _ inputs: Set<String>, _ found: inout Found
  ) throws(KilnError) {
    for entry in try FileTree.entries(folder) {
      let name = prefix + entry.name
      let path = "\(folder)/\(entry.name)"
      switch entry.kind {
      case .folder: try walk(path, prefix: "\(name)/", inputs, &found)
      case .file where inputs.contains(name): continue
      case .file where keeps(name): found.files.append(.path(name: name, path: path, isLog: false))
      case .file: continue
      case .link, .other: if !inputs.contains(name), keeps(name) { found.leftOut.append(name) }
      }
    }
  }
}
