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
  func load(_ arguments: Arguments, command: CommandSource?) throws -> PreparedJob {
    guard let command else {
      guard let file = arguments.words.first else {
        throw KilnError(
          .usage, "no job is named", fix: "name a job file, a deck, or a command behind `--`")
      }
      return try load(file: file, arguments)
    }
    if let file = arguments.words.first {
      throw KilnError(.usage, "'\(file)' and a command behind `--` are two jobs", fix: "name one")
    }
    let source = try adjusted(command.source(), arguments)
    return try prepare(
      source, named: command.words.first ?? "command", folder: context.surroundings.folder)
  }

  /// From a job file, or from a deck or a script, which are jobs by themselves.
  func load(file: String, _ arguments: Arguments) throws -> PreparedJob {
    let path = context.surroundings.absolute(file)
    guard JobFile.isDeck(path: file) else {
      let content = try Files.read(
        file == "-" ? "-" : path, shownAs: file, bytesMax: JobLoader.sourceBytesMax)
      if file != "-", KilnScript.isScript(content) {
        return try load(try KilnScript(content, path: file), arguments)
      }
      try refuseAdjustments(arguments)
      let folder = file == "-" ? context.surroundings.folder : Files.folder(of: path)
      return try prepare(content, named: file, folder: folder)
    }
    guard Files.exists(path) else {
      throw KilnError(.invalidFile, "there is no such deck", at: file)
    }
    let source = try adjusted(JobFile.forDeck(path: Files.name(of: path)), arguments)
    return try prepare(source, named: file, folder: Files.folder(of: path))
  }

  private func load(_ script: KilnScript, _ arguments: Arguments) throws -> PreparedJob {
    let options = arguments.above(try context.directives(of: script))
    let folder = options[SubmissionChoice.here] ? context.surroundings.folder : nil
    let home = Files.folder(of: context.surroundings.absolute(script.path))
    try script.check(JobLoader.context(InputCollector(folder: home)))
    return try prepare(
      try adjusted(script.source(in: folder), options), named: script.path, folder: home)
  }

  func prepare(_ source: [UInt8], named name: String, folder: String) throws(Problems)
    -> PreparedJob
  {
    let inputs = InputCollector(folder: folder)
    let spec = try JobFile.parse(
      source: source, fileName: name, context: JobLoader.context(inputs))
    let found = try inputs.collect(JobFile.inputPaths(of: spec))
    return PreparedJob(
      source: String(decoding: source, as: UTF8.self), fileName: name, spec: spec,
      files: found.map(\.file), contents: found.map(\.content),
      outlines: Dictionary(
        found.map { ($0.file.digest, $0.outline) }, uniquingKeysWith: { one, _ in one }))
  }

  private static func context(_ inputs: InputCollector) -> JobFileContext {
    JobFileContext(
      exists: { path in inputs.exists(path) },
      placeholders: { path in inputs.placeholders(path) })
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
    if let slots = try arguments(SubmissionChoice.slots) {
      members.removeAll { $0.name == "max_running" }
      members.append(JSONValue.Member(name: "max_running", value: .integer(Int64(slots))))
    }
    let asked = try resources(arguments)
    if !asked.isEmpty {
      let names = Set(asked.map(\.name))
      var resources = asked
      if case .object(let present)? = members.first(where: { $0.name == "resources" })?.value {
        resources += present.filter { !names.contains($0.name) }
      }
      members.removeAll { $0.name == "resources" }
      members.append(JSONValue.Member(name: "resources", value: .object(resources)))
    }
    return JSONValue.object(members).bytes
  }

  private func resources(_ arguments: Arguments) throws -> [JSONValue.Member] {
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
    return resources
  }

  /// A job file says these things itself; nothing is silently ignored.
  private func refuseAdjustments(_ arguments: Arguments) throws {
    let given: [(String, Bool)] = [
      ("--name", try arguments(SubmissionChoice.name) != nil),
      ("--cpus", try arguments(SubmissionChoice.cpus) != nil),
      ("--memory", try arguments(SubmissionChoice.memory) != nil),
      ("--time", try arguments(SubmissionChoice.time) != nil),
      ("--jobs", try arguments(SubmissionChoice.slots) != nil),
      ("--here", arguments[SubmissionChoice.here]),
    ]
    var problems = Problems()
    for (name, isGiven) in given where isGiven {
      problems.add(
        KilnError(
          .usage, "\(name) is for decks, commands and scripts", fix: "write it into the job file"))
    }
    try problems.throwIfAny()
  }
}

extension CommandContext {
  /// What a script's `#KILN --flag` lines say, as if it stood on the command line.
  func directives(of script: KilnScript) throws(Problems) -> Arguments {
    var problems = Problems()
    var found = Arguments()
    for flags in script.flags {
      do {
        // A later line overrides an earlier one.
        found = try ArgumentParser.options(flags.words, of: .directives).above(found)
      } catch {
        for problem in error.all {
          problems.add(
            KilnError(problem.code, problem.message, at: flags.place, fix: problem.fix))
        }
      }
    }
    try problems.throwIfAny()
    return found
  }

  /// The arguments of `run` or `submit`, with what a script says where they are silent.
  func withDirectives(_ arguments: Arguments) throws -> Arguments {
    guard let file = arguments.words.first, arguments.passthrough == nil, file != "-" else {
      return arguments
    }
    let path = surroundings.absolute(file)
    guard !JobFile.isDeck(path: file), Files.isReadable(path), !Files.isFolder(path) else {
      return arguments
    }
    let content = try Files.read(path, shownAs: file, bytesMax: JobLoader.sourceBytesMax)
    guard KilnScript.isScript(content) else { return arguments }
    return arguments.above(try directives(of: try KilnScript(content, path: file)))
  }
}

extension CommandDeclaration {
  /// What may stand behind `#KILN` in a script.
  fileprivate static let directives = CommandDeclaration(
    "submit", "", options: SubmissionChoice.declarations
  ) { _, _ in .success }
}
