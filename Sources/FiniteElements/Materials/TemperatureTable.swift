/// Constants that depend on temperature: linear between the temperatures of a table, constant
/// outside it, as in CalculiX.
package struct TemperatureTable: Equatable, Sendable {
  package struct Row: Equatable, Sendable {
    package let temperature: Double
    package let constants: [Double]

    package init(temperature: Double = 0, _ constants: [Double]) {
      self.temperature = temperature
      self.constants = constants
    }
  }

  /// At least one; temperatures ascend.
  package let rows: [Row]

  package init(_ rows: [Row]) {
    precondition(!rows.isEmpty, "a table of constants has at least one line")
    self.rows = rows
  }

  package init(constant constants: [Double]) { self.init([Row(constants)]) }

  package var isConstant: Bool { rows.count == 1 }

  /// The constants at the table's lowest temperature.
  package var first: [Double] { rows[0].constants }

  package subscript(temperature: Double) -> [Double] {
    guard rows.count > 1, temperature > rows[0].temperature else { return rows[0].constants }
    guard let next = rows.firstIndex(where: { $0.temperature >= temperature }) else {
      return rows[rows.count - 1].constants
    }
    let (below, above) = (rows[next - 1], rows[next])
    let share = (temperature - below.temperature) / (above.temperature - below.temperature)
    return zip(below.constants, above.constants).map { $0 + share * ($1 - $0) }
  }

  /// The first constant at a temperature, without an allocation where nothing depends on it.
  package func scalar(at temperature: Double) -> Double {
    isConstant ? rows[0].constants[0] : self[temperature][0]
  }
}
