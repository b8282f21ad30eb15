import Base
import JobModel
import Wire

/// A result file before it is recorded: small ones travel inside the segment.
package enum NewFile: Sendable {
  case bytes(name: String, [UInt8], isLog: Bool)
  /// A file in the attempt's folder; moved out of it when it is larger than 64 KiB.
  case path(name: String, path: String, isLog: Bool)
}

/// Writes one lease's segment: append only, one record per attempt, sealed by one fsync.
package struct SegmentWriter: ~Copyable {
  /// Creates the segment at ``StateDirectory/segment(job:epoch:)``.
  package init(state: StateDirectory, job: JobID, epoch: Epoch) throws(KilnError) {
    preconditionFailure("to be written")
  }

  /// Appends a record; `record.files` is filled in from `files`.
  package mutating func append(_ record: TaskRecord, files: [NewFile]) throws(KilnError) {
    preconditionFailure("to be written")
  }

  /// Writes the index, makes segment and large files durable (fsync of files and folders).
  package consuming func seal() throws(KilnError) -> SegmentSeal {
    preconditionFailure("to be written")
  }
}

/// Reads a segment, sealed or cut short by the death of its writer.
package struct SegmentReader: Sendable {
  /// Complete records in the order of writing; of a segment without index, those whose frames check.
  package let records: [TaskRecord]

  package init(state: StateDirectory, path: String) throws(KilnError) {
    preconditionFailure("to be written")
  }

  /// Up to `count` bytes of a file from `offset`.
  package func read(_ file: RecordedFile, from offset: Int64, count: Int) throws(KilnError)
    -> [UInt8]
  {
    preconditionFailure("to be written")
  }
}
