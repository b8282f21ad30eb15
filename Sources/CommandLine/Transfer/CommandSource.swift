import Base
import JobFiles

/// A command behind `--`, with the values that the command line gives it.
struct CommandSource {
  let words: [String]
  /// Nil: the command runs once.
  let sweep: CommandSweep?
  /// Where it runs; nil: in a folder of its own.
  let folder: String?

  /// At most so many bytes of values: more does not fit into a job.
  private static let bytesMax = 1 << 20

  init?(_ arguments: Arguments, here: Bool, _ surroundings: Surroundings) throws {
    guard let given = arguments.passthrough else {
      guard try arguments.all(SubmissionChoice.argumentFile).isEmpty else {
        throw KilnError(
          .usage, "--arg-file is for commands", fix: "write the command behind `--`")
      }
      return nil
    }
    let end: UInt8 = arguments[SubmissionChoice.null] ? 0 : UInt8(ascii: "\n")
    func read(_ file: String) throws(KilnError) -> [String] {
      let path = file == "-" ? "-" : surroundings.absolute(file)
      return CommandSource.values(
        try Files.read(path, shownAs: file, bytesMax: CommandSource.bytesMax), end: end)
    }
    let first = try arguments.all(SubmissionChoice.argumentFile).map {
      CommandSweep.Source(try read($0))
    }
    sweep = try CommandSweep(given, after: first, read: read)
    words = given
    folder = here ? surroundings.folder : nil
  }

  /// The job file that runs it.
  func source() throws(KilnError) -> String {
    guard let sweep else { return JobFile.forCommand(words, in: folder) }
    return try JobFile.forSweep(sweep, in: folder)
  }

  private static func values(_ bytes: [UInt8], end: UInt8) -> [String] {
    var parts = bytes.split(separator: end, omittingEmptySubsequences: false)
    if parts.last?.isEmpty ?? false { parts.removeLast() }
    return parts.map { String(decoding: $0, as: UTF8.self) }
  }
}
