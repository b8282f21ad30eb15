import Base
import Catalogue
import JobModel

/// The job file: from text to a ``JobSpec`` or to everything that is wrong with it.
///
/// A pure function of the text and of what the context says about input files, so that the server
/// comes to the same verdict as the client.
package enum JobFile {
  /// - Throws: all problems, in the order of the file, each at `file:line:column`.
  package static func parse(
    source: [UInt8], fileName: String, context: JobFileContext
  ) throws(Problems) -> JobSpec {
    let report = Report(fileName: fileName)
    guard let root = TreeReader.read(source, report) else { throw report.problems }
    let job = JobAssembly(report: report, context: context).job(root, fileName: fileName)
    guard let job, report.isEmpty else { throw report.problems }
    return job
  }

  package static func parse(
    source: String, fileName: String, context: JobFileContext
  ) throws(Problems) -> JobSpec {
    try parse(source: Array(source.utf8), fileName: fileName, context: context)
  }

  /// A file that a job names, and whether what it includes travels with it.
  package struct InputPath: Hashable, Sendable {
    /// As the job file writes it.
    package let path: String
    package fileprivate(set) var mayInclude: Bool
    /// `{name}` in its text is filled from the sweep.
    package fileprivate(set) var hasPlaceholders: Bool

    /// Whether it is a text into which Kiln looks; everything else is only named by its content.
    package var isText: Bool { mayInclude || hasPlaceholders }
  }

  /// Every file that a job names, also by an axis, each once, in the order of the file.
  package static func inputPaths(of spec: JobSpec) -> [InputPath] {
    var found: [InputPath] = []
    var places: [String: Int] = [:]
    for step in spec.steps {
      let axes = Dictionary(uniqueKeysWithValues: step.sweep.axes.map { ($0.name, $0.values) })
      for input in step.inputs {
        guard case .file(let path) = input.source else { continue }
        let declared = declaration(of: input.name, in: step)
        for path in axes[input.name].map(texts) ?? [path] {
          let place = places[path] ?? found.count
          if place == found.count {
            places[path] = place
            found.append(InputPath(path: path, mayInclude: false, hasPlaceholders: false))
          }
          if declared?.mayInclude == true { found[place].mayInclude = true }
          if declared?.hasPlaceholders == true { found[place].hasPlaceholders = true }
        }
      }
    }
    return found
  }

  private static func texts(of values: AxisValues) -> [String] {
    (0..<values.count).map { values[$0].description }
  }

  private static func declaration(of input: String, in step: StepSpec) -> InputDeclaration? {
    guard case .kernel(let name) = step.work else { return nil }
    return Catalogue.kernel(name)?.inputs.first { $0.name == input }
  }

  /// The last part of a path without its extension: `models/arm.inp` is `arm`.
  package static func stem(of path: String) -> String {
    let name = WorkName.of(path: path)
    guard let dot = name.lastIndex(of: "."), dot > name.startIndex else { return name }
    return String(name[..<dot])
  }
}
