import Base
import Catalogue
import Client
import JobFiles
import JobModel
import Synchronization
import Wire

/// Finds the files that a job names, and those that they include, and names their content.
///
/// Each file is read once, however often it is asked for; what is no deck passes through in blocks.
final class InputCollector: Sendable {
  /// A file of the job and the local file with its content.
  struct Found: Sendable {
    let file: InputFile
    let content: LocalFile
    let outline: DeckOutline
  }

  /// What a text says about itself.
  private struct Scan: Sendable {
    let path: String
    /// With the file's name on this machine.
    let placeholders: [PlacedPlaceholder]
    let includes: [DeckScan.Include]
    let digest: SHA256
    let size: ByteCount
    var outline = DeckOutline()
  }

  /// Folder of the job file, to which its paths are relative.
  private let folder: String
  private let scans = Mutex<[String: Result<Scan, KilnError>]>([:])

  /// Larger files are no decks: nobody looks into them.
  private static let scanBytesMax = ByteCount.gibibytes(1)

  init(folder: String) { self.folder = folder }

  func exists(_ path: String) -> Bool { Files.isReadable(joined(folder, path)) }

  /// Placeholders of a file and of all that it includes; nil where it cannot be read.
  func placeholders(_ path: String) -> [PlacedPlaceholder]? {
    let file = joined(folder, path)
    guard Files.isReadable(file) else { return nil }
    var found: [PlacedPlaceholder] = []
    var seen: Set<String> = []
    var open = [(local: file, path: path)]
    while let next = open.popLast() {
      // What cannot be read is reported when the files are collected.
      guard seen.insert(next.local).inserted, case .success(let scan) = scan(next.local) else {
        continue
      }
      for var placed in scan.placeholders
      where !found.contains(where: { $0.placeholder.name == placed.placeholder.name }) {
        placed.file = next.path
        found.append(placed)
      }
      open += scan.includes.map { (joined(Files.folder(of: file), $0.path), $0.path) }
    }
    return found
  }

  /// All files, those that are included behind those that include them; all problems at once.
  func collect(_ inputs: [JobFile.InputPath]) throws(Problems) -> [Found] {
    var found: [Found] = []
    var seen: Set<String> = []
    var problems = Problems()
    for input in inputs {
      let deck = joined(folder, input.path)
      let result = input.isText ? self.scan(deck) : named(deck)
      guard let scan = add(input.path, result, includedBy: nil, to: &found, &problems),
        input.mayInclude, seen.insert(input.path).inserted
      else { continue }
      var open = [(path: input.path, includes: scan.includes)]
      while let next = open.popLast() {
        for include in next.includes
        where seen.insert("\(next.path)\u{0}\(include.path)").inserted {
          // As with ccx: whoever includes it, a path is relative to the folder of the deck.
          let local = joined(Files.folder(of: deck), include.path)
          let includer = (path: next.path, line: include.line)
          if let scan = add(
            include.path, self.scan(local), includedBy: includer, to: &found, &problems)
          {
            open.append((include.path, scan.includes))
          }
        }
      }
    }
    try problems.throwIfAny()
    return found
  }

  private func add(
    _ path: String, _ result: Result<Scan, KilnError>,
    includedBy includer: (path: String, line: Int)?,
    to found: inout [Found], _ problems: inout Problems
  ) -> Scan? {
    switch result {
    case .failure(let problem):
      let fix = problem.fix ?? includer.map { "\($0.path) includes it in line \($0.line)" }
      problems.add(KilnError(.invalidFile, problem.message, at: path, fix: fix))
      return nil
    case .success(let scan):
      let name = InputCollector.name(path, isIncluded: includer != nil)
      found.append(
        Found(
          file: InputFile(
            path: path, name: name, digest: scan.digest, size: scan.size,
            includedBy: includer?.path),
          content: LocalFile(digest: scan.digest, path: scan.path, size: scan.size),
          outline: scan.outline))
      return scan
    }
  }

  // MARK: reading

  private func scan(_ file: String) -> Result<Scan, KilnError> {
    if let known = scans.withLock({ $0[file] }) { return known }
    let scan = Result { () throws(KilnError) in try InputCollector.read(file, isText: true) }
    scans.withLock { $0[file] = scan }
    return scan
  }

  /// A file into which nobody looks.
  private func named(_ file: String) -> Result<Scan, KilnError> {
    if let known = scans.withLock({ $0[file] }) { return known }
    return Result { () throws(KilnError) in try InputCollector.read(file, isText: false) }
  }

  private static func read(_ file: String, isText: Bool) throws(KilnError) -> Scan {
    let path = LocalPath(file)
    do throws(Problems) {
      guard let size = try path.size() else {
        throw Problems([KilnError(.invalidFile, "there is no such file")])
      }
      guard isText, size <= scanBytesMax else {
        return Scan(
          path: file, placeholders: [], includes: [], digest: try path.digest(), size: size)
      }
    } catch {
      throw error.all.first ?? KilnError(.internalError, "a file cannot be read", at: file)
    }
    let text = try Files.read(file, bytesMax: Int(scanBytesMax.bytes))
    let lines = SievedText(text)
    return Scan(
      path: file,
      placeholders: DeckScan.placeholders(in: lines.bytes, of: file, numbers: lines.numbers),
      includes: DeckScan.includes(in: lines.bytes, numbers: lines.numbers),
      digest: .of(text), size: ByteCount(text.count), outline: DeckOutline(scanning: text))
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

  private func joined(_ folder: String, _ path: String) -> String {
    path.hasPrefix("/") ? path : "\(folder)/\(path)"
  }
}
