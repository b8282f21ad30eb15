/// A matrix of a case file, row after row.
struct MatpowerMatrix {
  var columns: Int
  var values: [Double]
  /// Where each row begins in the text, for messages; empty for computed matrices.
  var places: [Int] = []

  init(columns: Int, values: [Double], places: [Int] = []) {
    self.columns = columns
    self.values = values
    self.places = places
  }

  init(_ scalar: Double) { self.init(columns: 1, values: [scalar]) }

  var rows: Int { columns == 0 ? 0 : values.count / columns }

  /// The number, where there is just one.
  var scalar: Double? { values.count == 1 ? values[0] : nil }

  subscript(row: Int, column: Int) -> Double {
    get { values[row * columns + column] }
    set { values[row * columns + column] = newValue }
  }

  /// Element by element; a scalar goes with any shape. Nil where the shapes do not match.
  func combined(
    with other: MatpowerMatrix, _ operation: (Double, Double) -> Double
  ) -> MatpowerMatrix? {
    if let number = other.scalar {
      return MatpowerMatrix(columns: columns, values: values.map { operation($0, number) })
    }
    if let number = scalar {
      return MatpowerMatrix(
        columns: other.columns, values: other.values.map { operation(number, $0) })
    }
    guard columns == other.columns, values.count == other.values.count else { return nil }
    return MatpowerMatrix(
      columns: columns, values: zip(values, other.values).map { operation($0, $1) })
  }
}

/// A value that a case file can hold.
enum MatpowerValue {
  case matrix(MatpowerMatrix)
  case text(String)
  /// Texts between braces.
  case cell([String])
}
