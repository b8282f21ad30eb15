import Base

/// What a user submits: one job file, one number, printed `17`.
package struct JobID: Hashable, Comparable, Sendable, SingleValueCoded, CustomStringConvertible {
  package let number: Int64

  package init(_ number: Int64) { self.number = number }

  package var coded: Int64 { number }
  package init(coded: Int64) { self.init(coded) }

  package static func < (a: JobID, b: JobID) -> Bool { a.number < b.number }
  package var description: String { "\(number)" }
}

/// A step of a job, by its place in the job file (from 0).
package struct StepID: Hashable, Comparable, Sendable, Codable {
  package let job: JobID
  package let index: Int

  package init(job: JobID, index: Int) {
    self.job = job
    self.index = index
  }

  package static func < (a: StepID, b: StepID) -> Bool { (a.job, a.index) < (b.job, b.index) }
}

/// One point of a step's sweep, the unit that is scheduled; `number` counts from 1.
package struct TaskID: Hashable, Comparable, Sendable, Codable {
  package let step: StepID
  package let number: Int

  package init(step: StepID, number: Int) {
    self.step = step
    self.number = number
  }

  package static func < (a: TaskID, b: TaskID) -> Bool {
    (a.step, a.number) < (b.step, b.number)
  }
}

/// A place where one worker executes leases, numbered from 1.
package struct SlotID: Hashable, Comparable, Sendable, SingleValueCoded, CustomStringConvertible {
  package let number: Int

  package init(_ number: Int) { self.number = number }

  package var coded: Int { number }
  package init(coded: Int) { self.init(coded) }

  package static func < (a: SlotID, b: SlotID) -> Bool { a.number < b.number }
  package var description: String { "\(number)" }
}

/// Fences late results: every grant of an installation has a larger epoch than all before it.
package struct Epoch: Hashable, Comparable, Sendable, SingleValueCoded, CustomStringConvertible {
  package let number: Int64

  package init(_ number: Int64) { self.number = number }

  package var coded: Int64 { number }
  package init(coded: Int64) { self.init(coded) }

  package static func < (a: Epoch, b: Epoch) -> Bool { a.number < b.number }
  package var next: Epoch { Epoch(number + 1) }
  package var description: String { "\(number)" }
}

/// Who pays: the tenant, by name.
package struct ProjectName: Hashable, Comparable, Sendable, SingleValueCoded,
  CustomStringConvertible
{
  package let text: String

  package init(_ text: String) { self.text = text }

  package var coded: String { text }
  package init(coded: String) { self.init(coded) }

  /// The project of an installation that nobody has divided.
  package static let main = ProjectName("main")
  package static func < (a: ProjectName, b: ProjectName) -> Bool { a.text < b.text }
  package var description: String { text }
}
