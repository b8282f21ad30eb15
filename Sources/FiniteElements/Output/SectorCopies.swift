/// The sectors of a ring that `.frd` files show (`*CYCLIC SYMMETRY MODEL, NGRAPH=`).
///
/// In a static step all sectors move alike: each further one is the first, turned about the axis.
struct SectorCopies {
  /// How values turn with their sector.
  enum Quantity {
    case scalar
    /// Vectors, but for those of nodes whose values stand along axes of their own.
    case vector(except: Set<Int>)
    /// Symmetric tensors: xx, yy, zz, xy, xz, yz.
    case tensor
  }

  /// How many sectors are shown, the model's own included.
  let count: Int
  /// What a node's number grows by from sector to sector.
  let nodeStep: Int
  let elementStep: Int
  private let sector: CyclicSector?

  init(_ deck: Deck, _ mesh: Mesh) {
    sector = deck.sector
    count = sector.map { min(max($0.shown, 1), $0.count) } ?? 1
    nodeStep = max(mesh.nodeLabels.last ?? 0, sector?.highestLabel ?? 0)
    elementStep = mesh.elementLabels.last ?? 0
  }

  /// The unit vectors along x, y and z, turned into a sector.
  func axes(of copy: Int) -> [SIMD3<Double>] {
    let units: [SIMD3<Double>] = [[1, 0, 0], [0, 1, 0], [0, 0, 1]]
    guard copy > 0, let sector else { return units }
    let turn = cosineAndSine(degrees: 360 * Double(copy) / Double(sector.count))
    return units.map { sector.turned($0, cosine: turn.cosine, sine: turn.sine) }
  }

  /// A place of the model in a sector with those axes.
  func place(_ place: SIMD3<Double>, _ axes: [SIMD3<Double>]) -> SIMD3<Double> {
    let origin = sector?.origin ?? SIMD3()
    return origin + Self.vector(place - origin, axes)
  }

  /// The components of a node's value in a sector with those axes.
  func values(
    _ values: ArraySlice<Double>, of node: Int, as quantity: Quantity, _ axes: [SIMD3<Double>]
  ) -> [Double] {
    let own = Array(values)
    switch quantity {
    case .scalar: return own
    case .vector(let others):
      guard !others.contains(node) else { return own }
      let turned = Self.vector(SIMD3(own[0], own[1], own[2]), axes)
      return [turned.x, turned.y, turned.z]
    case .tensor:
      // R S R^T: the rows of S are turned, then the columns of what they gave.
      let rows = [
        SIMD3(own[0], own[3], own[4]), SIMD3(own[3], own[1], own[5]),
        SIMD3(own[4], own[5], own[2]),
      ].map { Self.vector($0, axes) }
      let turned = (0..<3).map { column in
        Self.vector(SIMD3(rows[0][column], rows[1][column], rows[2][column]), axes)
      }
      return [
        turned[0].x, turned[1].y, turned[2].z, turned[0].y, turned[0].z, turned[1].z,
      ]
    }
  }

  private static func vector(_ own: SIMD3<Double>, _ axes: [SIMD3<Double>]) -> SIMD3<Double> {
    own.x * axes[0] + own.y * axes[1] + own.z * axes[2]
  }
}
