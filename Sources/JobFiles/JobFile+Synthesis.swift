import JobModel

/// Job files that people do not write: `kiln run DECK` and `kiln run -- COMMAND`.
extension JobFile {
  /// Whether a file is a deck by its name, in whatever case.
  package static func isDeck(path: String) -> Bool { path.lowercased().hasSuffix(".inp") }

  /// The job that solves one deck.
  package static func forDeck(path: String) -> String {
    """
    {"name": \(jsonText(jobName(stem(of: path)))),
     "kernel": "fe.solve",
     "inputs": {"deck": \(jsonText(path))}}

    """
  }

  /// The job that runs one command.
  ///
  /// - Parameter folder: where it runs; nil: in a folder of its own.
  package static func forCommand(_ arguments: [String], in folder: String? = nil) -> String {
    let name = jobName(WorkName.of(path: arguments.first ?? ""))
    let words = surroundings(folder, []) + arguments
    return """
      {"name": \(jsonText(name)),
       "command": [\(words.map { jsonText($0) }.joined(separator: ", "))]}

      """
  }

  /// A name that may stand in a job file.
  static func jobName(_ text: String) -> String {
    var name = ""
    for scalar in text.unicodeScalars where !isUnprintable(scalar) {
      guard name.utf8.count + 4 <= 200 else { break }
      name.unicodeScalars.append(scalar)
    }
    return name.isEmpty ? "job" : name
  }

  /// A JSON text that is valid YAML as well, whatever it holds.
  static func jsonText(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": quoted += "\\\(scalar)"
      case _ where isUnprintable(scalar) || (0xFFFE...0xFFFF).contains(scalar.value):
        let digits = String(scalar.value, radix: 16)
        quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }
}
