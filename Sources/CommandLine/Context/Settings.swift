import Base
import JobModel

/// What flags, variables and `kiln.yaml` say together: the first that speaks decides.
struct Settings: Hashable, Sendable {
  /// Absolute path of the state directory.
  var state: String
  /// Named by a flag or a variable: stronger than a job file.
  var project: ProjectName?
  /// Named by a `kiln.yaml`: weaker than a job file.
  var standardProject: ProjectName?
  /// Folder for pulled results.
  var output: String?

  static func read(_ arguments: Arguments, _ surroundings: Surroundings) throws -> Settings {
    let files = try SettingsFile.found(from: surroundings)
    func fromFiles(_ key: SettingsFile.Key) -> String? {
      files.lazy.compactMap { $0.values[key] }.first
    }
    let state =
      try arguments(GlobalOptions.state) ?? surroundings.variable("KILN_STATE")
      ?? files.lazy.compactMap { $0.path(.state) }.first
    let project = try arguments(GlobalOptions.project) ?? surroundings.variable("KILN_PROJECT")
    return Settings(
      state: try state.map(surroundings.absolute) ?? standardState(surroundings),
      project: project.map { ProjectName($0) },
      standardProject: fromFiles(.project).map { ProjectName($0) },
      output: surroundings.variable("KILN_OUTPUT")
        ?? files.lazy.compactMap { $0.path(.output) }.first)
  }

  private static func standardState(_ surroundings: Surroundings) throws(KilnError) -> String {
    if let folder = surroundings.variable("XDG_STATE_HOME"), folder.hasPrefix("/") {
      return "\(folder)/kiln"
    }
    guard let home = surroundings.variable("HOME") else {
      throw KilnError(
        .usage, "the state directory is unknown: HOME is not set",
        fix: "name it with --state or KILN_STATE")
    }
    return surroundings.absolute("\(home)/.local/state/kiln")
  }
}
