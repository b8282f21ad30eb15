import Base
import JobModel

/// The current row of a query; valid only inside the closure that receives it.
struct Row {
  private let statement: Statement

  init(_ statement: Statement) { self.statement = statement }

  func isNull(_ column: Int32) -> Bool { statement.isNull(column) }
  func integer(_ column: Int32) -> Int { Int(statement.integer(column)) }
  func number(_ column: Int32) -> Int64 { statement.integer(column) }
  func real(_ column: Int32) -> Double { statement.real(column) }
  func flag(_ column: Int32) -> Bool { statement.integer(column) != 0 }
  func text(_ column: Int32) -> String { statement.text(column) }

  func optionalText(_ column: Int32) -> String? { isNull(column) ? nil : text(column) }

  func time(_ column: Int32) -> Timestamp { Timestamp(milliseconds: number(column)) }
  func optionalTime(_ column: Int32) -> Timestamp? { isNull(column) ? nil : time(column) }

  /// The range whose ends stand in this column and in the next one.
  func range(_ column: Int32) throws(DatabaseFailure) -> TaskRange {
    let (first, last) = (integer(column), integer(column + 1))
    guard first >= 1, first <= last else { throw .unreadable("task range \(first)…\(last)") }
    return TaskRange(first, last)
  }

  /// Wall time, processor time and peak memory in three columns.
  func usage(_ column: Int32) -> Usage {
    Usage(
      wall: Seconds(real(column)), cpu: Seconds(real(column + 1)),
      peakMemory: ByteCount(number(column + 2)))
  }

  func reason(_ column: Int32) throws(DatabaseFailure) -> EndReason {
    guard let reason = EndReason(text(column)) else {
      throw .unreadable("end reason \(text(column))")
    }
    return reason
  }

  func state(_ column: Int32) throws(DatabaseFailure) -> JobState {
    guard let state = JobState(rawValue: text(column)) else {
      throw .unreadable("job state \(text(column))")
    }
    return state
  }

  func digest(_ column: Int32) throws(DatabaseFailure) -> SHA256 {
    guard let digest = SHA256(hex: text(column)) else {
      throw .unreadable("digest \(text(column))")
    }
    return digest
  }
}
