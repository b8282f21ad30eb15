import Base
import JobModel

/// What flags, variables and `kiln.yaml` say together: the first that speaks decides.
struct Settings: Hashable, Sendable {
  /// Absolute path of the state directory.
  var state: String
  var project: ProjectName?
  /// Folder for pulled results.
  var output: String?

  static func read(_ arguments: Arguments, _ surroundings: Surroundings) throws -> Settings {
    let state = try arguments(GlobalOptions.state) ?? surroundings.variable("KILN_STATE")
    let project = try arguments(GlobalOptions.project) ?? surroundings.variable("KILN_PROJECT")
    return Settings(
      state: try state.map(surroundings.absolute) ?? standardState(surroundings),
      project: project.map { ProjectName($0) }, output: surroundings.variable("KILN_OUTPUT"))
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
