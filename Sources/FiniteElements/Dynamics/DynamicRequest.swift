/// What `*DYNAMIC` asks for.
package struct DynamicRequest: Equatable, Sendable {
  package var increments = TimeIncrements()
  /// Numerical damping of the Hilber-Hughes-Taylor method, -1/3 ... 0.
  package var alpha = -0.05
}

/// Damping proportional to mass and stiffness: C = alpha M + beta K.
package struct RayleighDamping: Equatable, Sendable {
  package var alpha = 0.0
  package var beta = 0.0

  package var isZero: Bool { alpha == 0 && beta == 0 }
}
