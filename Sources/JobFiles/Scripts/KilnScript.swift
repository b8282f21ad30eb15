import Base
import JobModel

/// A script that says what it needs: `#KILN key: value` or `#KILN --flag` before its first command.
package struct KilnScript {
  /// A `#KILN` line of flags.
  package struct Flags: Hashable, Sendable {
    package let words: [String]
    /// `run.sh:3`.
    package let place: String
  }

  /// The path as the user names it.
  package let path: String
  package let flags: [Flags]
  private let interpreter: [String]
  /// Keys of the job file, where the script has them.
  private let settings: [Node.Entry]

  /// Whether a file is a script: it begins with `#!`.
  package static func isScript(_ content: [UInt8]) -> Bool { content.starts(with: "#!".utf8) }

  /// - Throws: every directive that cannot be read, at its line and column in the script.
  package init(_ content: [UInt8], path: String) throws(Problems) {
    let text = String(decoding: content, as: UTF8.self)
    let directives: ScriptDirectives
    do {
      directives = try ScriptDirectives(text, mark: "#KILN", hasSettings: true, fileName: path)
    } catch {
      throw Problems([error])
    }
    self.path = path
    interpreter = directives.interpreter ?? ["/bin/sh"]
    flags = Set(directives.words.map(\.line)).sorted().map { line in
      Flags(
        words: directives.words.filter { $0.line == line }.map(\.text), place: "\(path):\(line)")
    }
    settings = try KilnScript.settings(directives, path: path)
  }

  /// Judges the directives as a job file is judged.
  ///
  /// - Throws: all problems, each at its line and column in the script.
  package func check(_ context: JobFileContext) throws(Problems) {
    let report = Report(fileName: path)
    let root = Node(kind: .mapping(entries(in: nil)), mark: .start)
    _ = JobAssembly(report: report, context: context).job(root, fileName: path)
    guard report.isEmpty else { throw report.problems }
  }

  /// The job that runs the script; every axis of its sweep is a variable of its environment.
  ///
  /// - Parameter folder: where it runs; nil: in a folder of its own, with the script as an input.
  package func source(in folder: String?) -> String {
    let lines = entries(in: folder).map { "\(JobFile.jsonText($0.key)): \($0.value.json)" }
    return "{\(lines.joined(separator: ",\n "))}\n"
  }

  private func entries(in folder: String?) -> [Node.Entry] {
    var entries = settings
    if !entries.contains(where: { $0.key == "name" }) {
      entries.insert(.text("name", JobFile.jobName(JobFile.stem(of: path))), at: 0)
    }
    // Paths are relative to the script, as those of a job file are to it.
    let script = Node.Entry.text("script", WorkName.of(path: path))
    let place = entries.firstIndex { $0.key == "inputs" }
    if let place, case .mapping(let inputs) = entries[place].value.kind {
      let all = Node(kind: .mapping([script] + inputs), mark: entries[place].value.mark)
      entries[place] = Node.Entry(key: "inputs", mark: entries[place].mark, value: all)
    } else if place == nil {
      entries.append(
        Node.Entry(
          key: "inputs", mark: .start, value: Node(kind: .mapping([script]), mark: .start)))
    }
    let words = command(in: folder).map {
      Node(kind: .scalar($0, isPlain: false), mark: .start)
    }
    entries.append(
      Node.Entry(key: "command", mark: .start, value: Node(kind: .sequence(words), mark: .start)))
    return entries
  }

  private func command(in folder: String?) -> [String] {
    let variables = axes.map { "\($0)={\($0)}" }
    let words = variables.isEmpty ? interpreter : ["env"] + variables + interpreter
    guard let folder else { return words + ["{script}"] }
    return [
      "sh", "-c", "script=\"$PWD/$1\"; cd -- \"$2\" && shift 2 && exec \"$@\" \"$script\"", "sh",
      "{script}", folder,
    ] + words
  }

  /// Names of the sweep that a shell can take for variables.
  private var axes: [String] {
    guard case .mapping(let sweep)? = settings.first(where: { $0.key == "sweep" })?.value.kind
    else { return [] }
    return sweep.map(\.key).filter { $0 != Grammar.zip.name }
  }

  /// The directives as a document of their own, with every line and column where the script has it.
  private static func settings(
    _ directives: ScriptDirectives, path: String
  ) throws(Problems) -> [Node.Entry] {
    guard let last = directives.settings.last?.line else { return [] }
    var lines = [String](repeating: "", count: last)
    for (text, line) in directives.settings { lines[line - 1] = "     " + text }
    let report = Report(fileName: path)
    guard let root = TreeReader.read(Array(lines.joined(separator: "\n").utf8), report),
      let entries = Section.entries(
        root, "what `#KILN` says", example: "#KILN resources: {cpus: 2}", report: report)
    else { throw report.problems }
    for entry in entries where ["command", "kernel", Grammar.steps.name].contains(entry.key) {
      report.add(
        "`\(entry.key)` cannot stand in a script: the script is the command", at: entry.mark,
        fix: "remove it, or write a job file")
    }
    guard report.isEmpty else { throw report.problems }
    return entries
  }
}

extension Node.Entry {
  fileprivate static func text(_ key: String, _ text: String) -> Node.Entry {
    Node.Entry(
      key: key, mark: .start, value: Node(kind: .scalar(text, isPlain: false), mark: .start))
  }
}

extension Node {
  /// The value as JSON that a job file may hold: what is plain and a number or a truth stays one.
  fileprivate var json: String {
    switch kind {
    case .invalid: return "null"
    case .sequence(let items): return "[\(items.map(\.json).joined(separator: ", "))]"
    case .mapping(let entries):
      let members = entries.map { "\(JobFile.jsonText($0.key)): \($0.value.json)" }
      return "{\(members.joined(separator: ", "))}"
    case .scalar(let text, let isPlain):
      if isPlain, isNull { return "null" }
      if isPlain, text == "true" || text == "false" { return text }
      if isPlain, let number = Quantity.number(text) { return Value.spell(number) }
      return JobFile.jsonText(text)
    }
  }
}
