import Base

/// A file of columns of numbers, read from the front, block by block, in constant memory.
///
/// A missing value (an empty cell, `NA`, a hole in a recording) is a NaN. What is not a number where one
/// must be is an error that names file, line and column.
package protocol TableReader: AnyObject {
  /// The columns that were asked for, in that order.
  var columns: [Column] { get }

  /// How many rows there are, where the format says so before they are read.
  var rowCount: Int? { get }

  /// Samples per second and channel, where the format carries them (WAV, SEG-Y, miniSEED, UFF58).
  var sampleRateHz: Double? { get }

  /// When the first row was recorded, in seconds since 1970-01-01T00:00:00Z, where the format says so.
  var startTime: Double? { get }

  /// How much of the file is read, from 0 to 1; nil where that is not known.
  var fractionRead: Double? { get }

  /// The path of the file, for errors; nil where there is none.
  var path: String? { get }

  /// Texts of a column read as labels (see ``TableSelection/labels``) in the order of first appearance;
  /// the column's numbers are indices into them. Complete once the last row is read.
  func levels(of column: Int) -> [String]

  /// Fills the block from its first row and sets its `rows`, which is 0 at the end only.
  func read(into block: inout TableBlock) throws(KilnError)
}

extension TableReader {
  package var startTime: Double? { nil }
  package var fractionRead: Double? { nil }
  package var path: String? { nil }
  package func levels(of column: Int) -> [String] { [] }
}

/// Which columns to read, and how.
package struct TableSelection: Sendable {
  /// Names or numbers (from 1) of the columns; nil: all.
  package var columns: [String]?
  /// Columns among them that hold texts: categories of a factor, names of samples.
  package var labels: [String]
  /// Name of the array of an NPZ archive or of the dataset of a file that holds several.
  package var part: String?

  /// A column among them whose cells may be dates and times; they are read as seconds, counted from
  /// the whole second of the first one, which ``TableReader/startTime`` then tells.
  package var instants: String?

  package init(
    columns: [String]? = nil, labels: [String] = [], part: String? = nil, instants: String? = nil
  ) {
    self.columns = columns
    self.instants = instants
    self.labels = labels
    self.part = part
  }
}
