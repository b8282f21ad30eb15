import Base
import JobModel

/// What a column can hold.
enum ColumnValue {
  case integer(Int64)
  case real(Double)
  case text(String)
  case null
}

/// A value that can stand for a parameter of a statement.
protocol Bindable {
  var column: ColumnValue { get }
}

extension Int: Bindable {
  var column: ColumnValue { .integer(Int64(self)) }
}

extension Int64: Bindable {
  var column: ColumnValue { .integer(self) }
}

extension Double: Bindable {
  var column: ColumnValue { .real(self) }
}

extension Bool: Bindable {
  var column: ColumnValue { .integer(self ? 1 : 0) }
}

extension String: Bindable {
  var column: ColumnValue { .text(self) }
}

extension Optional: Bindable where Wrapped: Bindable {
  var column: ColumnValue { self?.column ?? .null }
}

extension JobID: Bindable {
  var column: ColumnValue { .integer(number) }
}

extension SlotID: Bindable {
  var column: ColumnValue { .integer(Int64(number)) }
}

extension Epoch: Bindable {
  var column: ColumnValue { .integer(number) }
}

extension Timestamp: Bindable {
  var column: ColumnValue { .integer(milliseconds) }
}

extension Seconds: Bindable {
  var column: ColumnValue { .real(value) }
}

extension ByteCount: Bindable {
  var column: ColumnValue { .integer(bytes) }
}

extension SHA256: Bindable {
  var column: ColumnValue { .text(hex) }
}

extension ProjectName: Bindable {
  var column: ColumnValue { .text(text) }
}

extension EndReason: Bindable {
  var column: ColumnValue { .text(description) }
}

extension JobState: Bindable {
  var column: ColumnValue { .text(rawValue) }
}
