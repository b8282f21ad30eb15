import Base
import Catalogue
import JobModel

/// What validation asks about the world; everything else is in the text.
package struct JobFileContext: Sendable {
  /// The placeholders in an input file and in the files that it includes; nil: no such file.
  package let placeholders: @Sendable (_ path: String) -> [JobModel.Placeholder]?

  package init(placeholders: @escaping @Sendable (_ path: String) -> [JobModel.Placeholder]?) {
    self.placeholders = placeholders
  }
}

/// The job file: from text to a validated value.
///
/// A pure function of the text and of what the context answers, so that client and server, each with
/// its own copy of the files, come to the same result.
package enum JobFile {
  /// - Throws: every problem of the file, each at `fileName:line:column`.
  package static func parse(
    source: [UInt8], fileName: String, context: JobFileContext
  ) throws(Problems) -> JobSpec {
    var problems = ProblemList(fileName: fileName)
    do throws(SyntaxProblem) {
      let root = try Tree.read(source)
      if let spec = JobReader(context: context).read(root, &problems), problems.isEmpty {
        return spec
      }
    } catch {
      problems.add(error.what, at: error.mark, fix: error.fix)
    }
    throw problems.problems
  }

  /// A file that a job names, and how it is to be read.
  package struct InputPath: Hashable, Sendable {
    package let path: String
    package let mayInclude: Bool
  }

  /// Every file that a job names, each once, those of sweep axes included.
  package static func inputPaths(of spec: JobSpec) -> [InputPath] {
    var found: [InputPath] = []
    for step in spec.steps {
      for (input, path) in inputPaths(of: step) {
        let path = InputPath(path: path, mayInclude: mayInclude(step.work, input: input))
        if !found.contains(path) { found.append(path) }
      }
    }
    return found
  }

  /// The files that a step names, with the names of the inputs.
  static func inputPaths(of step: StepSpec) -> [(input: String, path: String)] {
    var found: [(input: String, path: String)] = []
    for input in step.inputs {
      if case .file(let path) = input.source { found.append((input.name, path)) }
    }
    for axis in step.sweep.axes where step.sweptInputs.contains(axis.name) {
      guard case .list(let values) = axis.values else { continue }
      for case .text(let path) in values { found.append((axis.name, path)) }
    }
    return found
  }

  private static func mayInclude(_ work: Work, input: String) -> Bool {
    switch work {
    case .command: false
    case .kernel(let name):
      Catalogue.kernel(name)?.inputs.first { $0.name == input }?.mayInclude ?? false
    }
  }

  /// The job file of `kiln run DECK`.
  package static func forDeck(path: String) -> String {
    var writer = JSONWriter()
    writer.beginObject()
    writer.key("name")
    writer.string(stem(path))
    writer.key("kernel")
    writer.string("fe.solve")
    writer.key("inputs")
    writer.beginObject()
    writer.key("deck")
    writer.string(path)
    writer.endObject()
    writer.endObject()
    return String(decoding: writer.bytes, as: UTF8.self)
  }

  /// The job file of `kiln run -- COMMAND`.
  package static func forCommand(_ words: [String]) -> String {
    var writer = JSONWriter()
    writer.beginObject()
    writer.key("name")
    writer.string(words.first.map(stem) ?? "command")
    writer.key("command")
    writer.beginArray()
    for word in words { writer.string(word) }
    writer.endArray()
    writer.endObject()
    return String(decoding: writer.bytes, as: UTF8.self)
  }

  /// A file's name without folders and extension, made fit to name a job.
  package static func stem(_ path: String) -> String {
    let name = path.split(separator: "/").last.map(String.init) ?? path
    let stem = name.lastIndex(of: ".").map { $0 > name.startIndex ? String(name[..<$0]) : name }
    return printable(stem ?? name)
  }
}
