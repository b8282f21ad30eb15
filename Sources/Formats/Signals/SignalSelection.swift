import Base

/// Which columns of a table are instants and channels.
package struct SignalSelection: Sendable {
  /// Numbers (from 1) of the columns to read: the instants first, if there are some.
  package let columns: [String]
  /// Name of the column of instants.
  package let time: String?

  /// - Parameters:
  ///   - time: name or number of the column of instants; nil where there is none.
  ///   - channels: names or numbers of the channels; empty: all other columns.
  package init(
    _ available: [Column], time: String?, channels: [String], path: String = "the table"
  ) throws(KilnError) {
    let choice = ColumnChoice(available, path: path)
    let timeIndex: Int? = if let time { try choice.index(of: time) } else { nil }
    var indices =
      channels.isEmpty ? Array(available.indices) : try choice.indices(of: channels)
    if let timeIndex {
      if channels.isEmpty {
        indices.removeAll { $0 == timeIndex }
      } else if indices.contains(timeIndex) {
        throw KilnError(
          .invalidFile, "`\(available[timeIndex].name)` is both the time and a channel", at: path,
          fix: "give `time: none` to read it as a channel")
      }
    }
    columns = ((timeIndex.map { [$0] } ?? []) + indices).map { "\($0 + 1)" }
    self.time = timeIndex.map { available[$0].name }
  }
}
