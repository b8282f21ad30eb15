import Base

/// A `kiln.yaml`: a few settings, one on each line, `key: value`.
///
/// It is YAML, but no more of it than this: a comment starts with `#`, a value may be quoted.
struct SettingsFile: Hashable, Sendable {
  enum Key: String, Hashable, Sendable, CaseIterable {
    case state
    case project
    case output
  }

  let folder: String
  let values: [Key: String]

  private static let bytesMax = 64 << 10

  /// The nearest file in this folder or above it, then the user's own.
  static func found(from surroundings: Surroundings) throws(Problems) -> [SettingsFile] {
    var files: [SettingsFile] = []
    var folder = surroundings.folder
    while true {
      let path = folder == "/" ? "/kiln.yaml" : "\(folder)/kiln.yaml"
      if Files.exists(path) {
        files.append(try read(path))
        break
      }
      let parent = Files.folder(of: folder)
      if parent == folder || !folder.hasPrefix("/") { break }
      folder = parent
    }
    let home =
      surroundings.variable("XDG_CONFIG_HOME")
      ?? surroundings.variable("HOME").map { "\($0)/.config" }
    if let home, Files.exists("\(home)/kiln/kiln.yaml") {
      files.append(try read("\(home)/kiln/kiln.yaml"))
    }
    return files
  }

  private static func read(_ path: String) throws(Problems) -> SettingsFile {
    let text: [UInt8]
    do {
      text = try Files.read(path, bytesMax: bytesMax)
    } catch {
      throw Problems([error])
    }
    return try SettingsFile(
      String(decoding: text, as: UTF8.self), path: path, folder: Files.folder(of: path))
  }

  /// - Throws: every line that is not understood.
  init(_ text: String, path: String, folder: String) throws(Problems) {
    var values: [Key: String] = [:]
    var problems = Problems()
    let lines = text.split(omittingEmptySubsequences: false) { $0.isNewline }
    for (number, line) in lines.enumerated() {
      let place = "\(path):\(number + 1):1"
      do throws(KilnError) {
        guard let (key, value) = try SettingsFile.setting(line, at: place) else { continue }
        if values.updateValue(value, forKey: key) != nil {
          problems.add(KilnError(.invalidFile, "'\(key.rawValue)' is set twice", at: place))
        }
      } catch {
        problems.add(error)
      }
    }
    try problems.throwIfAny()
    self.folder = folder
    self.values = values
  }

  /// A setting that is a path, relative to the file's folder.
  func path(_ key: Key) -> String? {
    values[key].map { $0.hasPrefix("/") ? $0 : "\(folder)/\($0)" }
  }

  /// Nil for an empty line, a comment or a document mark.
  private static func setting(_ line: Substring, at place: String) throws(KilnError) -> (
    Key, String
  )? {
    let line = trimmed(line)
    if line.isEmpty || line.hasPrefix("#") || line == "---" { return nil }
    guard let colon = line.firstIndex(of: ":") else {
      throw KilnError(.invalidFile, "this is no setting", at: place, fix: "write `key: value`")
    }
    let name = trimmed(line[..<colon])
    guard let key = Key(rawValue: name) else {
      let known = Key.allCases.map(\.rawValue)
      throw KilnError(
        .invalidFile, "unknown setting '\(name)'", at: place,
        fix: nearest(to: name, among: known).map { "did you mean '\($0)'?" }
          ?? "there are \(known.joined(separator: ", "))")
    }
    let value = unquoted(trimmed(line[line.index(after: colon)...]))
    guard let value, !value.isEmpty else {
      throw KilnError(.invalidFile, "'\(name)' has no plain value", at: place)
    }
    return (key, value)
  }

  private static func trimmed(_ text: some StringProtocol) -> String {
    let rest = text.drop { $0 == " " || $0 == "\t" }
    return withoutTrailingSpace(String(rest.filter { $0 != "\r" }))
  }

  /// Nil for what is a list, a mapping or a broken quotation.
  private static func unquoted(_ text: String) -> String? {
    guard let first = text.first else { return text }
    if first == "\"" || first == "'" {
      guard text.count > 1, text.last == first else { return nil }
      let inner = String(text.dropFirst().dropLast())
      return inner.contains(first) || inner.contains("\\") ? nil : inner
    }
    if "[]{}&*!|>%@`".contains(first) { return nil }
    let comment = text.firstRange(of: " #")
    return comment.map { withoutTrailingSpace(String(text[..<$0.lowerBound])) } ?? text
  }
}
