/// A rectangular or cylindrical system of axes in space, as `*TRANSFORM` and `*ORIENTATION` give it.
///
/// CalculiX manual, sections `*TRANSFORM` and `*ORIENTATION`. Rectangular: a on the local x axis, b in
/// the local xy plane. Cylindrical: a and b on the axis; local axes are radial, tangential, axial.
package struct LocalSystem: Equatable, Sendable {
  package let isCylindrical: Bool
  package let a: SIMD3<Double>
  package let b: SIMD3<Double>

  /// - Returns: nil when the two points do not define axes.
  package init?(isCylindrical: Bool, a: SIMD3<Double>, b: SIMD3<Double>) {
    let size = isCylindrical ? length(b - a) : length(cross(a, b))
    guard size > 0, size.isFinite else { return nil }
    self.isCylindrical = isCylindrical
    self.a = a
    self.b = b
  }

  /// The unit vectors along the local axes at a place.
  package func axes(at place: SIMD3<Double>) -> [SIMD3<Double>] {
    guard isCylindrical else {
      let x = a / length(a)
      let normal = cross(x, b)
      let z = normal / length(normal)
      return [x, cross(z, x), z]
    }
    let axis = (b - a) / length(b - a)
    let arm = place - a
    var radial = arm - dot(arm, axis) * axis
    if length(radial) < 1e-10 * max(length(arm), length(b - a)) {
      // On the axis any direction across it is radial.
      let least = [abs(axis.x), abs(axis.y), abs(axis.z)].enumerated()
        .min { $0.element < $1.element }?.offset
      var across = SIMD3<Double>()
      across[least ?? 0] = 1
      radial = across - dot(across, axis) * axis
    }
    radial /= length(radial)
    return [radial, cross(axis, radial), axis]
  }
}

extension LocalSystem {
  /// Reads the six coordinates of a and b in fields 0 to 5.
  init?(_ lines: DataLines, isCylindrical: Bool) {
    let values = (0..<6).map { lines.isBlank($0) ? 0 : lines.real($0) ?? .nan }
    self.init(
      isCylindrical: isCylindrical, a: [values[0], values[1], values[2]],
      b: [values[3], values[4], values[5]])
  }
}
