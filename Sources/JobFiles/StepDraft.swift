import Catalogue
import JobModel

/// A word of the file with its place.
struct Word {
  let text: String
  let mark: Mark
}

/// A step as it is written: keys checked, names not yet looked up.
struct StepDraft {
  /// Empty for the only step of a job without `steps:`.
  let name: String
  let mark: Mark
  var work = WorkDraft.unknown
  var parameters: [Node.Entry] = []
  var inputs: [InputDraft] = []
  var units = UnitSystem()
  var axes: [Node.Entry] = []
  var zips: [[Word]] = []
  var resources = Resources()
  var retry = RetryPolicy.standard
  var outputs: [Word] = []
  /// `outputs: none`.
  var keepsNothing = false
  var needs: [NeedDraft] = []
  var reuse: Bool?
  var execution = ExecutionDraft()

  /// For messages: `step fatigue`, or `this job`.
  var title: String { name.isEmpty ? "this job" : "step `\(name)`" }
}

/// How a step's tasks are run, as it is written.
struct ExecutionDraft {
  var isolation: Isolation?
  var checkpoint: CheckpointPolicy?
  var stopWhen: StopCondition?
}

/// A step that is needed, as it is written.
struct NeedDraft {
  let step: Word
  let condition: NeedCondition
}

enum WorkDraft {
  case kernel(KernelDeclaration)
  case command([Word])
  /// Reported already.
  case unknown

  var kernel: KernelDeclaration? {
    if case .kernel(let kernel) = self { kernel } else { nil }
  }
}

/// An input as it is written.
struct InputDraft {
  enum Source {
    case file(Word)
    case result(step: Word, file: Word)
    /// Reported already.
    case unknown
  }

  let name: Word
  let source: Source
}
