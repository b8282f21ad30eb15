import Base

/// The lines of a script that speak to the batch system: `#SBATCH --time=10`, `#KILN --cpus 4`.
struct ScriptDirectives {
  /// Words of all directives, each with the line it stands on, counted from 1.
  private(set) var words: [(text: String, line: Int)] = []
  /// What `#!` names, split at its first blank; nil without one.
  private(set) var interpreter: [String]?
  /// What stands behind the mark on each directive that is not a flag, with its line from 1.
  private(set) var settings: [(text: Substring, line: Int)] = []

  /// Directives stand before the first command; what looks like one behind it is a comment.
  ///
  /// - Parameters:
  ///   - mark: `#SBATCH`.
  ///   - hasSettings: whether a directive may be `key: value`; then only those with a dash are flags.
  init(_ script: String, mark: String, hasSettings: Bool = false, fileName: String)
    throws(KilnError)
  {
    for (index, line) in script.split(separator: "\n", omittingEmptySubsequences: false)
      .enumerated()
    {
      if index == 0, line.hasPrefix("#!") {
        interpreter = line.dropFirst(2).split(separator: " ", maxSplits: 1).map {
          String($0.drop { $0 == " " })
        }
        continue
      }
      let text = line.drop { $0 == " " || $0 == "\t" }
      if text.isEmpty { continue }
      guard text.hasPrefix("#") else { return }
      guard text.hasPrefix(mark),
        text.dropFirst(mark.count).first.map({ $0 == " " || $0 == "\t" })
          ?? false
      else { continue }
      let rest = text.dropFirst(mark.count)
      if hasSettings, rest.first(where: { $0 != " " && $0 != "\t" }) != "-" {
        settings.append((rest, index + 1))
        continue
      }
      guard let found = ScriptDirectives.split(rest) else {
        throw KilnError(
          .invalidFile, "a quote is not closed", at: "\(fileName):\(index + 1)",
          fix: "close it, or put a backslash before it")
      }
      words += found.map { ($0, index + 1) }
    }
  }

  /// Words as a shell splits them, with quotes and backslashes; a `#` ends the line. Nil where a
  /// quote is not closed.
  private static func split(_ line: Substring) -> [String]? {
    var words: [String] = []
    var word = ""
    var isOpen = false
    var quote: Character?
    var isEscaped = false
    for character in line {
      if isEscaped {
        word.append(character)
        isEscaped = false
      } else if character == "\\", quote != "'" {
        (isEscaped, isOpen) = (true, true)
      } else if let open = quote {
        if character == open { quote = nil } else { word.append(character) }
      } else if character == "\"" || character == "'" {
        (quote, isOpen) = (character, true)
      } else if character == " " || character == "\t" {
        if isOpen { words.append(word) }
        (word, isOpen) = ("", false)
      } else if character == "#", !isOpen {
        break
      } else {
        word.append(character)
        isOpen = true
      }
    }
    if isOpen { words.append(word) }
    return quote == nil && !isEscaped ? words : nil
  }
}
