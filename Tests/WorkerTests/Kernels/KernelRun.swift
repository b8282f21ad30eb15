import Base
import Catalogue
import Glibc
import JobModel
import Kernels
import TestSupport

/// A kernel that ran in this process on small files, and what it left.
struct KernelRun {
  let summary: JSONValue
  private let files: [String: String]

  /// - Parameter inputs: by name the text of each file.
  init(
    _ name: String, _ parameters: [String: Value] = [:], _ inputs: [String: String]
  ) throws {
    guard let declaration = Catalogue.kernel(name), let kernel = Kernels.named(name) else {
      throw KilnError(.notFound, "there is no kernel `\(name)`")
    }
    let folder = try TemporaryFolder()
    var task = KernelContext.Task()
    for parameter in declaration.parameters { task.parameters[parameter.name] = parameter.standard }
    task.parameters.merge(parameters) { $1 }
    for (input, text) in inputs {
      let name = "\(input).csv"
      let file = try OutputFile("\(folder.path)/\(name)")
      try file.append(text)
      try file.finish()
      task.inputs[input] = [name]
    }
    let context = KernelContext(declaration, task, host: Host(folder))
    try kernel.run(context)
    var files: [String: String] = [:]
    for output in context.outputs {
      switch output {
      case .bytes(let name, let bytes): files[name] = String(decoding: bytes, as: UTF8.self)
      case .file(let name, let file):
        try file.finish()
        let bytes = try Descriptor.open(file.path, O_RDONLY).read(at: 0, count: 1 << 24)
        files[name] = String(decoding: bytes, as: UTF8.self)
      }
    }
    self.files = files
    var writer = JSONWriter()
    writer.beginObject()
    context.summary.write(into: &writer)
    writer.endObject()
    summary = try JSONValue(parsing: writer.bytes, path: "summary.json")
  }

  /// What a run that must fail says.
  static func problem(
    _ name: String, _ parameters: [String: Value] = [:], _ inputs: [String: String]
  ) -> String {
    do {
      _ = try KernelRun(name, parameters, inputs)
      return "nothing is wrong"
    } catch {
      return "\(error)"
    }
  }

  /// A result file as text; empty where it was not written.
  func text(_ file: String) -> String { files[file] ?? "" }

  /// Headings of a result table.
  func headings(_ file: String) -> [String] { cells(file).first ?? [] }

  /// A column of a result table by its heading.
  func column(_ heading: String, of file: String) -> [String] {
    let rows = cells(file)
    guard let place = rows.first?.firstIndex(of: heading) else { return [] }
    return rows.dropFirst().map { $0[place] }
  }

  func numbers(_ heading: String, of file: String) -> [Double] {
    column(heading, of: file).map { Double($0) ?? .nan }
  }

  private func cells(_ file: String) -> [[String]] {
    text(file).split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
  }

  private final class Host: KernelHost {
    private let folder: TemporaryFolder
    var cancellation: @Sendable () -> Bool { { false } }

    init(_ folder: TemporaryFolder) { self.folder = folder }

    func workingFolder() throws(KilnError) -> String { folder.path }

    func report(phase: String, fraction: Double?, metrics: [String: Double]) -> Bool { false }
  }
}
