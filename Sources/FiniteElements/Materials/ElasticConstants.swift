/// Elastic constants as a deck gives them, at one or several temperatures.
package struct ElasticConstants: Equatable, Sendable {
  /// The ways to give them.
  package enum Law: Equatable, Sendable {
    case isotropic, orthotropic, engineering, anisotropic

    /// - Parameter type: what stands after `TYPE=`.
    init?(_ type: String) {
      switch type.filter({ !$0.isWhitespace }) {
      case "ISO", "ISOTROPIC": self = .isotropic
      case "ORTHO", "ORTHOTROPIC": self = .orthotropic
      case "ENGINEERINGCONSTANTS": self = .engineering
      case "ANISO", "ANISOTROPIC": self = .anisotropic
      default: return nil
      }
    }

    var count: Int {
      switch self {
      case .isotropic: 2
      case .orthotropic, .engineering: 9
      case .anisotropic: 21
      }
    }
  }

  package let law: Law
  package let table: TemperatureTable

  package init(_ law: Law, _ table: TemperatureTable) {
    self.law = law
    self.table = table
  }

  package var isConstant: Bool { table.isConstant }

  /// The matrix D at a temperature; interpolated are the constants that the deck gives, and the
  /// stiffnesses where it gives engineering constants, as in CalculiX.
  package func elasticity(at temperature: Double) -> Elasticity {
    switch law {
    case .isotropic:
      let constants = table[temperature]
      return .isotropic(young: constants[0], poisson: constants[1])
    case .orthotropic: return .orthotropic(table[temperature])
    case .engineering:
      let stiffnesses = table.rows.map {
        TemperatureTable.Row(
          temperature: $0.temperature, Elasticity.engineering($0.constants).matrix)
      }
      return Elasticity(matrix: TemperatureTable(stiffnesses)[temperature])
    case .anisotropic: return .anisotropic(table[temperature])
    }
  }

  /// One matrix for each temperature of the table.
  package var all: [Elasticity] { table.rows.map { elasticity(at: $0.temperature) } }
}
