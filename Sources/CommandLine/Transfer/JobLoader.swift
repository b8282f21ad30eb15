import Base
import Client
import JobFiles
import JobModel
import Wire

/// Makes a job ready to be sent: reads its file, finds the files that it needs, validates.
struct JobLoader {
  let context: CommandContext

  /// The same limit as the server's.
  static let sourceBytesMax = 1 << 20

  /// From a file, or from the command behind `--`.
  func load(_ arguments: Arguments) throws -> PreparedJob {
    guard let words = arguments.passthrough else {
      guard let file = arguments.words.first else {
        throw KilnError(
          .usage, "no job is named", fix: "name a job file, a deck, or a command behind `--`")
      }
      return try load(file: file, arguments)
    }
    if let file = arguments.words.first {
      throw KilnError(.usage, "'\(file)' and a command behind `--` are two jobs", fix: "name one")
    }
    let source = try adjusted(JobFile.forCommand(words), arguments)
    return try prepare(source, named: words.first ?? "command", folder: context.surroundings.folder)
  }

  /// From a job file, or from a deck, which is a job by itself.
  func load(file: String, _ arguments: Arguments) throws -> PreparedJob {
    let path = context.surroundings.absolute(file)
    guard file.hasSuffix(".inp") else {
      try refuseAdjustments(arguments)
      let source = try Files.read(
        file == "-" ? "-" : path, shownAs: file, bytesMax: JobLoader.sourceBytesMax)
      let folder = file == "-" ? context.surroundings.folder : Files.folder(of: path)
      return try prepare(source, named: file, folder: folder)
    }
    guard Files.exists(path) else {
      throw KilnError(.invalidFile, "there is no such deck", at: file)
    }
    let source = try adjusted(JobFile.forDeck(path: Files.name(of: path)), arguments)
    return try prepare(source, named: file, folder: Files.folder(of: path))
  }

  func prepare(_ source: [UInt8], named name: String, folder: String) throws(Problems)
    -> PreparedJob
  {
    let inputs = InputCollector(folder: folder)
    let context = JobFileContext(
      exists: { path in inputs.exists(path) },
      placeholders: { path in inputs.placeholders(path) })
    let spec = try JobFile.parse(source: source, fileName: name, context: context)
    let found = try inputs.collect(JobFile.inputPaths(of: spec))
    return PreparedJob(
      source: String(decoding: source, as: UTF8.self), fileName: name, spec: spec,
      files: found.map(\.file), contents: found.map(\.content),
      outlines: Dictionary(
        found.map { ($0.file.digest, $0.outline) }, uniquingKeysWith: { one, _ in one }))
  }

  // MARK: what the command line says about a deck or a command

  /// Adds name and resources from the options to a job that has no file of its own.
  private func adjusted(_ source: String, _ arguments: Arguments) throws -> [UInt8] {
    let document = try JSONValue(parsing: Array(source.utf8), path: "job file")
    guard case .object(var members) = document else { return Array(source.utf8) }
    if let name = try arguments(SubmissionChoice.name) {
      members.removeAll { $0.name == "name" }
      members.insert(JSONValue.Member(name: "name", value: .text(name)), at: 0)
    }
    var resources: [JSONValue.Member] = []
    if let cpus = try arguments(SubmissionChoice.cpus) {
      resources.append(JSONValue.Member(name: "cpus", value: .integer(Int64(cpus))))
    }
    if let memory = try arguments(SubmissionChoice.memory) {
      resources.append(JSONValue.Member(name: "memory", value: .text("\(memory.bytes) B")))
    }
    if let time = try arguments(SubmissionChoice.time) {
      resources.append(
        JSONValue.Member(name: "time", value: .text("\(Value.spell(time.value)) s")))
    }
    if !resources.isEmpty {
      members.append(JSONValue.Member(name: "resources", value: .object(resources)))
    }
    return JSONValue.object(members).bytes
  }

  /// A job file says these things itself; nothing is silently ignored.
  private func refuseAdjustments(_ arguments: Arguments) throws {
    let given: [(String, Bool)] = [
      ("--name", try arguments(SubmissionChoice.name) != nil),
      ("--cpus", try arguments(SubmissionChoice.cpus) != nil),
      ("--memory", try arguments(SubmissionChoice.memory) != nil),
      ("--time", try arguments(SubmissionChoice.time) != nil),
    ]
    var problems = Problems()
    for (name, isGiven) in given where isGiven {
      problems.add(
        KilnError(.usage, "\(name) is for decks and commands", fix: "write it into the job file"))
    }
    try problems.throwIfAny()
  }
}
