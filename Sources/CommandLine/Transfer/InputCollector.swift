import Base
import Client
import JobFiles
import JobModel
import Wire

/// Finds the files that a job names, and those that they include, and names their content.
struct InputCollector: Sendable {
  /// Folder of the job file, to which its paths are relative.
  let folder: String

  /// A file of the job and the local file with its content.
  struct Found: Sendable {
    let file: InputFile
    let content: LocalFile
  }

  /// Larger files are no decks: nobody looks for placeholders in them.
  private static let scanBytesMax = 1 << 30

  /// Placeholders of a file and of all that it includes; nil where it cannot be read.
  func placeholders(_ path: String) -> [JobModel.Placeholder]? {
    let file = absolute(path)
    guard Files.isReadable(file) else { return nil }
    var found: [JobModel.Placeholder] = []
    var seen: Set<String> = []
    scan(file, beside: Files.folder(of: file), into: &found, &seen)
    return found
  }

  private func scan(
    _ file: String, beside deckFolder: String, into found: inout [JobModel.Placeholder],
    _ seen: inout Set<String>
  ) {
    guard seen.insert(file).inserted, let text = content(file) else { return }
    for placeholder in JobModel.Placeholder.scan(text)
    where !found.contains(where: { $0.name == placeholder.name }) {
      found.append(placeholder)
    }
    for included in DeckScan.includes(in: text) {
      scan(joined(deckFolder, included), beside: deckFolder, into: &found, &seen)
    }
  }

  private func content(_ file: String) -> [UInt8]? {
    do {
      return try Files.read(file, bytesMax: InputCollector.scanBytesMax)
    } catch {
      // What cannot be read is reported when the files are collected.
      return nil
    }
  }

  /// All files, those that are included behind those that include them; all problems at once.
  func collect(_ inputs: [JobFile.InputPath]) throws(Problems) -> [Found] {
    var found: [Found] = []
    var seen: Set<String> = []
    var problems = Problems()
    for input in inputs {
      let local = absolute(input.path)
      guard add(input.path, at: local, includedBy: nil, to: &found, &problems) else { continue }
      guard input.mayInclude, seen.insert(input.path).inserted else { continue }
      var open = [(path: input.path, local: local)]
      while let next = open.popLast() {
        for path in DeckScan.includes(in: content(next.local) ?? []) {
          // As with ccx: whoever includes it, a path is relative to the folder of the deck.
          let local = joined(Files.folder(of: local), path)
          guard seen.insert("\(next.path)\u{0}\(path)").inserted,
            add(path, at: local, includedBy: next.path, to: &found, &problems)
          else { continue }
          open.append((path, local))
        }
      }
    }
    try problems.throwIfAny()
    return found
  }

  private func add(
    _ path: String, at local: String, includedBy includer: String?, to found: inout [Found],
    _ problems: inout Problems
  ) -> Bool {
    let file = LocalPath(local)
    do throws(Problems) {
      guard let size = try file.size() else {
        throw Problems([KilnError(.invalidFile, "there is no such file", at: path)])
      }
      let digest = try file.digest()
      let name = InputCollector.name(path, isIncluded: includer != nil)
      found.append(
        Found(
          file: InputFile(
            path: path, name: name, digest: digest, size: size, includedBy: includer),
          content: LocalFile(digest: digest, path: local, size: size)))
      return true
    } catch {
      for problem in error.all {
        let fix = problem.fix ?? includer.map { "it is included by \($0)" }
        problems.add(KilnError(.invalidFile, problem.message, at: problem.place, fix: fix))
      }
      return false
    }
  }

  /// Where the file appears below a task's working folder.
  ///
  /// A file that the job names keeps its last name; one that is included keeps its place beside
  /// the deck, unless that is elsewhere on this machine.
  static func name(_ path: String, isIncluded: Bool) -> String {
    let parts = path.split(separator: "/").filter { $0 != "." }
    let isInside = isIncluded && !path.hasPrefix("/") && !parts.contains("..")
    return isInside ? parts.joined(separator: "/") : Files.name(of: path)
  }

  private func absolute(_ path: String) -> String { joined(folder, path) }

  private func joined(_ folder: String, _ path: String) -> String {
    path.hasPrefix("/") ? path : "\(folder)/\(path)"
  }
}
