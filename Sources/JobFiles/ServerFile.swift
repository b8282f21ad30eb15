import Base
import JobModel

/// The settings of a server, `server.yaml` in its state directory: what it offers to tasks.
package enum ServerFile {
  static let keys = [
    Key("cpus", "Processors that tasks may use; all by default."),
    Key("memory", "Memory that tasks may use, such as `24 GiB`; the machine's by default."),
    Key("gpus", "How many gpus tasks may use; those of the machine by default."),
    Key("licences", "Licence name to how many there are."),
    Key("pools", "Pool name to amount, such as 2.5."),
    Key("labels", "Label to {max_running: }, for jobs with that label together."),
  ]

  static let label = [Key("max_running", "At most so many tasks of such jobs run at once.")]

  /// - Throws: all problems, in the order of the file, each at `file:line:column`.
  package static func parse(
    source: [UInt8], fileName: String
  ) throws(Problems) -> ServerResources {
    let report = Report(fileName: fileName)
    guard let root = TreeReader.read(source, report) else { throw report.problems }
    let resources = ServerFileReader(report: report).read(root)
    guard report.isEmpty else { throw report.problems }
    return resources
  }
}

private struct ServerFileReader {
  let report: Report
  private var fields: FieldReader { FieldReader(report: report) }

  func read(_ root: Node) -> ServerResources {
    var resources = ServerResources()
    guard
      let section = Section(
        root, "the server's settings", keys: ServerFile.keys, example: "licences: {nastran: 3}",
        report: report)
    else { return resources }
    resources.cpus = section["cpus"].flatMap { fields.integer($0, "`cpus`", 1...4096) }
    resources.memory = section["memory"].flatMap { fields.bytes($0, "`memory`") }
    resources.gpus = section["gpus"].flatMap { fields.integer($0, "`gpus`", 0...1024) }
    for entry in entries(section["licences"], "`licences`", "a licence", "licences: {nastran: 3}") {
      resources.licences[entry.key] = fields.integer(
        entry.value, "`\(entry.key)`", 0...1_000_000)
    }
    for entry in entries(section["pools"], "`pools`", "a pool", "pools: {tokens: 2.5}") {
      resources.pools[entry.key] = fields.amount(entry.value, "`\(entry.key)`", most: 1_000_000)
    }
    let example = "labels: {nightly: {max_running: 4}}"
    for entry in entries(section["labels"], "`labels`", "a label", example) {
      let label = Section(
        entry.value, "`\(entry.key)`", keys: ServerFile.label, example: "{max_running: 4}",
        report: report)
      resources.labelLimits[entry.key] = label?["max_running"].flatMap {
        fields.integer($0, "`max_running`", 1...1_000_000)
      }
    }
    return resources
  }

  private func entries(
    _ node: Node?, _ title: String, _ what: String, _ example: String
  ) -> [Node.Entry] {
    guard let node else { return [] }
    let found = Section.entries(node, title, example: example, report: report) ?? []
    return found.filter { fields.isName($0.key, what, at: $0.mark) }
  }
}
