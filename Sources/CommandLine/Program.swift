import Base
import Client

/// The program `kiln`, without its process: words in, text and an exit code out.
package enum Program {
  /// Names under which the program may be called: a link named `ksbatch` is `kiln ksbatch`.
  package static func words(calledAs name: String, _ words: [String]) -> [String] {
    let command = Files.name(of: name)
    let isForeign = CommandDeclaration.all.contains {
      $0.takesForeignWords && $0.path == [command]
    }
    return isForeign ? [command] + words : words
  }

  /// Performs one command line.
  package static func run(
    _ words: [String], surroundings: Surroundings = .current(),
    out: any TextSink = DescriptorSink(descriptor: 1),
    messages: any TextSink = DescriptorSink(descriptor: 2)
  ) -> ExitCode {
    defer {
      out.flush()
      messages.flush()
    }
    do {
      let parser = ArgumentParser(commands: CommandDeclaration.all)
      switch try parser.parse(words) {
      case .help(let path):
        out.write(helpText(path))
        return .success
      case .command(let command, let arguments):
        return try command.run(
          arguments,
          CommandContext(arguments, surroundings: surroundings, out: out, messages: messages))
      }
    } catch {
      return report(error, out: out, messages: messages)
    }
  }

  static func helpText(_ path: [String]) -> String {
    let all = CommandDeclaration.all
    if let command = all.first(where: { $0.path == path }) { return Help.page(command) }
    return path.isEmpty ? Help.overview(all) : Help.group(path, all)
  }

  private static func report(
    _ error: any Error, out: any TextSink, messages: any TextSink
  ) -> ExitCode {
    let problems = Problems(any: error)
    out.flush()
    ProblemReport.write(problems, to: messages)
    return problems.exitCode
  }
}
