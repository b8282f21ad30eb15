/// Stresses and strains at the integration points, in global axes.
package struct PointFields: Sendable {
  /// The points of element `e` are `starts[e]..<starts[e + 1]`.
  package let starts: [Int]
  /// Shape `[points, 6]`, order xx yy zz xy xz yz.
  package var stress: [Double]
  /// The same with tensor shear strain; empty when nobody asked for it.
  package var strain: [Double]
  /// The part of the strain that the temperature causes; empty when there is none.
  package var thermalStrain: [Double] = []
  /// Heat flux, shape `[points, 3]`; empty when no heat flows.
  package var heatFlux: [Double] = []
  /// The volume that each point stands for.
  package var volumes: [Double]

  /// - Parameter withStress: false where only heat flows; stresses are empty then.
  init(mesh: Mesh, withStrain: Bool, withStress: Bool = true) {
    starts = Self.starts(mesh)
    let count = starts[starts.count - 1]
    stress = [Double](repeating: 0, count: withStress ? 6 * count : 0)
    strain = [Double](repeating: 0, count: withStrain ? 6 * count : 0)
    volumes = [Double](repeating: 0, count: count)
  }

  static func starts(_ mesh: Mesh) -> [Int] {
    var starts = [0]
    starts.reserveCapacity(mesh.elementCount + 1)
    guard !mesh.sectionTables.isEmpty else {
      for kind in mesh.elementKinds { starts.append(starts[starts.count - 1] + kind.pointCount) }
      return starts
    }
    for element in 0..<mesh.elementCount {
      starts.append(starts[starts.count - 1] + mesh.table(of: element).pointCount)
    }
    return starts
  }

  /// Fills the volumes of the points.
  mutating func fillVolumes(_ mesh: Mesh) {
    let geometry = ElementGeometry()
    for element in 0..<mesh.elementCount {
      let table = mesh.table(of: element)
      mesh.loadCoordinates(of: element, into: geometry.coordinates.view)
      guard evaluate(geometry, table) else { continue }
      for point in 0..<table.pointCount {
        volumes[starts[element] + point] = geometry.volumes.view[point]
      }
    }
  }

  /// The strain that goes with stress: total less thermal.
  package var mechanicalStrain: [Double] {
    thermalStrain.isEmpty ? strain : zip(strain, thermalStrain).map { $0 - $1 }
  }

  /// Strain energy per volume at a point; strains must be there.
  package func energyDensity(at point: Int) -> Double {
    var sum = 0.0
    for component in 0..<6 {
      let twice = component < 3 ? 1.0 : 2.0
      let thermal = thermalStrain.isEmpty ? 0 : thermalStrain[6 * point + component]
      sum += twice * stress[6 * point + component] * (strain[6 * point + component] - thermal)
    }
    return sum / 2
  }
}

/// The von Mises equivalent of six stress components, order xx yy zz xy xz yz.
package func vonMises(_ s: ArraySlice<Double>) -> Double {
  let i = s.startIndex
  let (xx, yy, zz) = (s[i], s[i + 1], s[i + 2])
  let (xy, xz, yz) = (s[i + 3], s[i + 4], s[i + 5])
  let direct = (xx - yy) * (xx - yy) + (yy - zz) * (yy - zz) + (zz - xx) * (zz - xx)
  return (direct / 2 + 3 * (xy * xy + xz * xz + yz * yz)).squareRoot()
}
