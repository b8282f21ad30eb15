import Base
import Catalogue
import JobModel

/// Everything that a kernel may touch during one attempt.
package final class KernelContext {
  package let declaration: KernelDeclaration
  /// Values of all parameters, defaults included.
  package let parameters: [String: Value]
  /// Input name to the file's name below the working folder; gathered inputs have several.
  package let inputs: [String: [String]]
  /// Placeholder name to the text that replaces `{name}` in inputs.
  package let placeholders: [String: String]
  package let units: UnitSystem
  /// How many threads the kernel may use.
  package let threads: Int
  package let memoryLimit: ByteCount
  /// The scalars and details of `summary.json`.
  package var summary = Summary()
  /// Files to keep, in the order in which they were first written.
  package private(set) var outputs: [Output] = []

  /// The question of ``isCancelled`` for threads of the kernel's own.
  package let cancellation: @Sendable () -> Bool

  private let host: any KernelHost
  /// Names under which inputs are read whose own names results have taken.
  private var movedInputs: [String: String] = [:]

  /// A file that the kernel leaves: in memory while it is small, else in the working folder.
  package enum Output {
    case bytes(name: String, [UInt8])
    case file(name: String, OutputFile)
  }

  package struct Task {
    package var parameters: [String: Value]
    package var inputs: [String: [String]]
    package var placeholders: [String: String]
    package var units: UnitSystem
    package var threads: Int
    package var memoryLimit: ByteCount

    package init(
      parameters: [String: Value] = [:], inputs: [String: [String]] = [:],
      placeholders: [String: String] = [:], units: UnitSystem = UnitSystem(), threads: Int = 1,
      memoryLimit: ByteCount = Resources.defaultMemory
    ) {
      self.parameters = parameters
      self.inputs = inputs
      self.placeholders = placeholders
      self.units = units
      self.threads = threads
      self.memoryLimit = memoryLimit
    }
  }

  package init(_ declaration: KernelDeclaration, _ task: Task, host: any KernelHost) {
    self.declaration = declaration
    parameters = task.parameters
    inputs = task.inputs
    placeholders = task.placeholders
    units = task.units
    threads = task.threads
    memoryLimit = task.memoryLimit
    self.host = host
    cancellation = host.cancellation
  }
}

// MARK: Inputs

extension KernelContext {
  /// The attempt's working folder: inputs lie there under their own names.
  package func folder() throws(KilnError) -> String { try host.workingFolder() }

  /// Path of an input's file.
  package func input(_ name: String) throws(KilnError) -> String {
    guard let path = try inputIfPresent(name) else {
      throw KilnError(.taskFailed, "the input `\(name)` is missing")
    }
    return path
  }

  /// Path of an input that may be left out.
  package func inputIfPresent(_ name: String) throws(KilnError) -> String? {
    guard let file = inputs[name]?.first else { return nil }
    return "\(try folder())/\(movedInputs[file] ?? file)"
  }

  /// Paths of all files of an input, in the order of the upstream tasks.
  package func gathered(_ name: String) throws(KilnError) -> [String] {
    let files = inputs[name] ?? []
    let folder = try folder()
    return files.map { "\(folder)/\(movedInputs[$0] ?? $0)" }
  }
}

// MARK: Parameters

extension KernelContext {
  /// A plain number.
  package func number(_ name: String) throws(KilnError) -> Double {
    guard case .number(let number) = try value(name) else { throw mistyped(name, "a plain number") }
    return number
  }

  package func integer(_ name: String) throws(KilnError) -> Int {
    guard let integer = Int(exactly: try number(name)) else {
      throw mistyped(name, "a whole number")
    }
    return integer
  }

  /// A number with a unit, in SI units of the parameter's dimension.
  package func quantity(_ name: String) throws(KilnError) -> Double {
    guard case .quantity(let number, let unit) = try value(name),
      case .quantity(let dimension, _)? = kind(name),
      let converted = UnitSystem.toSI(number, unit: unit, dimension: dimension)
    else { throw mistyped(name, "a number with a unit") }
    return converted
  }

  /// A text or one of the parameter's choices.
  package func text(_ name: String) throws(KilnError) -> String {
    guard case .text(let text) = try value(name) else { throw mistyped(name, "a text") }
    return text
  }

  package func flag(_ name: String) throws(KilnError) -> Bool {
    guard case .flag(let flag) = try value(name) else { throw mistyped(name, "true or false") }
    return flag
  }

  private func kind(_ name: String) -> ParameterDeclaration.Kind? {
    declaration.parameters.first { $0.name == name }?.kind
  }

  private func value(_ name: String) throws(KilnError) -> Value {
    guard let value = parameters[name] else {
      throw KilnError(.taskFailed, "the parameter `\(name)` is missing")
    }
    return value
  }

  private func mistyped(_ name: String, _ wanted: String) -> KilnError {
    let given = parameters[name]?.description ?? ""
    return KilnError(.taskFailed, "the parameter `\(name)` must be \(wanted), not `\(given)`")
  }
}

// MARK: Progress and results

extension KernelContext {
  /// Tells where the kernel stands; call it as often as is convenient.
  ///
  /// - Parameter metrics: by names that the kernel declares.
  /// - Returns: whether the metrics have come as far as the job file's `stop_when` asks: the kernel
  ///   then leaves what it has and returns.
  @discardableResult
  package func progress(
    _ phase: String, fraction: Double? = nil, metrics: [String: Double] = [:]
  ) -> Bool {
    assert(
      metrics.keys.allSatisfy { name in declaration.metrics.contains { $0.name == name } },
      "a metric of \(declaration.name) is not declared")
    return host.report(phase: phase, fraction: fraction, metrics: metrics)
  }

  /// Whether the kernel is to stop: poll it at least every half second.
  package var isCancelled: Bool { cancellation() }

  package func checkCancelled() throws(Cancelled) {
    if isCancelled { throw Cancelled() }
  }

  /// Leaves a file with these bytes.
  package func write(_ name: String, _ bytes: [UInt8]) throws(KilnError) {
    guard bytes.count > Self.smallBytesMax else {
      return keep(.bytes(name: name, bytes))
    }
    try output(name).append(bytes)
  }

  /// Leaves a file that is written piece by piece.
  package func output(_ name: String) throws(KilnError) -> OutputFile {
    try makeRoom(for: name)
    let file = try OutputFile("\(try folder())/\(name)")
    keep(.file(name: name, file))
    return file
  }

  /// A result takes the place of a file of its name: an input there moves aside, as it may be read again.
  private func makeRoom(for name: String) throws(KilnError) {
    let taken = inputs.values.flatMap { $0 }
    guard movedInputs[name] == nil, taken.contains(name) else { return }
    var other = "input-\(name)"
    while taken.contains(other) { other = "input-\(other)" }
    let folder = try folder()
    try FileTree.move("\(folder)/\(name)", to: "\(folder)/\(other)")
    movedInputs[name] = other
  }

  /// Files up to this size stay in memory until they are recorded.
  private static let smallBytesMax = 64 << 10

  private func keep(_ output: Output) {
    outputs.removeAll { $0.name == output.name }
    outputs.append(output)
  }
}

extension KernelContext.Output {
  package var name: String {
    switch self {
    case .bytes(let name, _), .file(let name, _): name
    }
  }
}
