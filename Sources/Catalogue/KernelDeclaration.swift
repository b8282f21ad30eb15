import Base
import JobModel

/// Everything that Kiln says about a kernel: validation, defaults, help, documentation, completion
/// and the schema of the job file all come from this value.
package struct KernelDeclaration: Sendable {
  /// `family.verb`.
  package let name: String
  /// One sentence for lists.
  package let summary: String
  /// Paragraphs of Markdown: method, limits, what the results mean.
  package let discussion: String
  package let parameters: [ParameterDeclaration]
  package let inputs: [InputDeclaration]
  package let outputs: [OutputDeclaration]
  /// Scalars of `summary.json`, in the order in which tables show them.
  package let scalars: [ScalarDeclaration]
  /// What it reports while it runs, and `stop_when` may look at.
  package let metrics: [ScalarDeclaration]
  /// A complete job file that runs.
  package let example: String
  /// Seconds and memory of one task, from cheap facts only.
  package let estimate: @Sendable (EstimateFacts) -> Estimate
  /// Kernels for tests are left out of lists unless asked for.
  package let isForTests: Bool

  package init(
    name: String, summary: String, discussion: String, parameters: [ParameterDeclaration] = [],
    inputs: [InputDeclaration] = [], outputs: [OutputDeclaration] = [],
    scalars: [ScalarDeclaration] = [], metrics: [ScalarDeclaration] = [], example: String,
    isForTests: Bool = false,
    estimate: @escaping @Sendable (EstimateFacts) -> Estimate
  ) {
    self.name = name
    self.summary = summary
    self.discussion = discussion
    self.parameters = parameters
    self.inputs = inputs
    self.outputs = outputs
    self.scalars = scalars
    self.metrics = metrics
    self.example = example
    self.isForTests = isForTests
    self.estimate = estimate
  }
}

/// A parameter: its kind, its range and its default.
package struct ParameterDeclaration: Sendable {
  package enum Kind: Hashable, Sendable {
    case text
    case flag
    case choice([String])
    case integer(ClosedRange<Int>)
    /// A plain number.
    case number(ClosedRange<Double>)
    /// A number with a unit of this dimension (`length`, `time`, `bytes` …); range in SI units.
    case quantity(dimension: String, ClosedRange<Double>)
  }

  package let name: String
  package let kind: Kind
  package let summary: String
  /// Nil: the parameter must be given.
  package let standard: Value?

  package init(_ name: String, _ kind: Kind, _ summary: String, default standard: Value? = nil) {
    self.name = name
    self.kind = kind
    self.summary = summary
    self.standard = standard
  }
}

/// An input file of a kernel.
package struct InputDeclaration: Sendable {
  package let name: String
  package let summary: String
  package let isRequired: Bool
  /// `{name}` in the text of this input is filled from the sweep.
  package let hasPlaceholders: Bool
  /// The file may name others (`*INCLUDE`), which travel with it.
  package let mayInclude: Bool

  package init(
    _ name: String, _ summary: String, isRequired: Bool = true, hasPlaceholders: Bool = false,
    mayInclude: Bool = false
  ) {
    self.name = name
    self.summary = summary
    self.isRequired = isRequired
    self.hasPlaceholders = hasPlaceholders
    self.mayInclude = mayInclude
  }
}

/// A file that a kernel writes; `{input}` stands for the stem of the input of that name.
package struct OutputDeclaration: Sendable {
  package let name: String
  package let summary: String

  package init(_ name: String, _ summary: String) {
    self.name = name
    self.summary = summary
  }
}

/// A scalar of `summary.json`.
package struct ScalarDeclaration: Sendable {
  package let name: String
  /// Nil: a pure number, or in the unit system of the input.
  package let unit: String?
  package let summary: String

  package init(_ name: String, unit: String? = nil, _ summary: String) {
    self.name = name
    self.unit = unit
    self.summary = summary
  }
}

/// What is known about a task before it runs.
package struct EstimateFacts: Sendable {
  package let parameters: [String: Value]
  /// Input name to the size of the file, with what it includes.
  package let inputSizes: [String: ByteCount]
  /// Input name to what a glance at the file, with what it includes, tells of a deck.
  package let outlines: [String: DeckOutline]
  package let cpus: Int

  package init(
    parameters: [String: Value], inputSizes: [String: ByteCount],
    outlines: [String: DeckOutline] = [:], cpus: Int
  ) {
    self.parameters = parameters
    self.inputSizes = inputSizes
    self.outlines = outlines
    self.cpus = cpus
  }
}

/// What a task is expected to take.
package struct Estimate: Hashable, Sendable, Codable {
  package let seconds: Seconds
  package let memory: ByteCount

  package init(seconds: Seconds, memory: ByteCount) {
    self.seconds = seconds
    self.memory = memory
  }
}
