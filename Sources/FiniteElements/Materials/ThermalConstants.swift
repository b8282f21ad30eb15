/// Constants of a symmetric second-order tensor: 1 (isotropic), 3 (along the axes) or 6 numbers
/// (order 11 22 33 12 13 23), at one or several temperatures.
package struct TensorTable: Equatable, Sendable {
  package let table: TemperatureTable

  package init(_ table: TemperatureTable) {
    precondition(
      [1, 3, 6].contains(table.first.count), "a symmetric tensor has 1, 3 or 6 constants")
    self.table = table
  }

  /// The components xx yy zz xy xz yz at a temperature, in the axes of the material.
  package func components(at temperature: Double) -> [Double] {
    let constants = table[temperature]
    switch constants.count {
    case 1: return [constants[0], constants[0], constants[0], 0, 0, 0]
    case 3: return constants + [0, 0, 0]
    default: return constants
    }
  }
}

/// Thermal expansion: secant coefficients that refer to the temperature `zero`.
package struct Expansion: Equatable, Sendable {
  package let coefficients: TensorTable
  /// The temperature at which the body has the length that the coefficients refer to (`ZERO=`).
  package let zero: Double

  package init(_ coefficients: TensorTable, zero: Double = 0) {
    self.coefficients = coefficients
    self.zero = zero
  }

  /// Strain between two temperatures, order xx yy zz xy xz yz, tensor shear:
  /// alpha(T) (T - zero) - alpha(T0) (T0 - zero) [CalculiX manual, *EXPANSION].
  package func strain(from initial: Double, to temperature: Double) -> [Double] {
    let (now, then) = (
      coefficients.components(at: temperature), coefficients.components(at: initial)
    )
    return zip(now, then).map { $0 * (temperature - zero) - $1 * (initial - zero) }
  }
}

/// Constants of nature in the units of the deck (`*PHYSICAL CONSTANTS`).
package struct PhysicalConstants: Equatable, Sendable {
  /// The temperature of absolute zero on the deck's scale.
  package var absoluteZero: Double?
  package var stefanBoltzmann: Double?

  package init(absoluteZero: Double? = nil, stefanBoltzmann: Double? = nil) {
    self.absoluteZero = absoluteZero
    self.stefanBoltzmann = stefanBoltzmann
  }
}

extension Section {
  /// Whether the elastic constants depend on temperature.
  var hasVariableElasticity: Bool { !(material.elastic?.isConstant ?? true) }

  /// The elastic constants at a temperature and a place, in global axes.
  func elasticity(at temperature: Double, _ place: SIMD3<Double>) -> Elasticity {
    guard hasVariableElasticity, let elastic = material.elastic else {
      return elasticity(at: place)
    }
    let local = elastic.elasticity(at: temperature)
    return orientation.map { local.rotated(from: $0.axes(at: place)) } ?? local
  }

  /// The strain that a change of temperature causes, order xx yy zz xy xz yz, tensor shear, in
  /// global axes; nil for a material that does not expand.
  func thermalStrain(
    from initial: Double, to temperature: Double, at place: SIMD3<Double>
  ) -> [Double]? {
    material.expansion.map { inGlobalAxes($0.strain(from: initial, to: temperature), place) }
  }

  /// Heat conductivity, order xx yy zz xy xz yz, in global axes; zero where the deck gives none.
  func conductivity(at temperature: Double, _ place: SIMD3<Double>) -> [Double] {
    guard let conductivity = material.conductivity else { return [0, 0, 0, 0, 0, 0] }
    return inGlobalAxes(conductivity.components(at: temperature), place)
  }

  /// Heat that a unit of volume takes up for a degree: density times specific heat.
  func heatCapacity(at temperature: Double) -> Double {
    (material.densities?.scalar(at: temperature) ?? 0)
      * (material.specificHeat?.scalar(at: temperature) ?? 0)
  }

  /// Qᵀ t Q for a tensor in the axes that are the rows of Q.
  private func inGlobalAxes(_ tensor: [Double], _ place: SIMD3<Double>) -> [Double] {
    guard let axes = orientation?.axes(at: place) else { return tensor }
    let columns = (0..<3).map { SIMD3(axes[0][$0], axes[1][$0], axes[2][$0]) }
    return Tensor(tensor[...]).components(in: columns)
  }
}
