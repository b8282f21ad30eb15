import LinearAlgebra

/// Conduction and storage of eight elements of one kind at a time, an element in each lane of a vector.
///
/// With B the cofactors of the Jacobian matrix J and D its determinant, the gradient of N_a is
/// B g_a / D, g_a its gradient in the reference element. So conduction is `sum_p g_a · M g_b` with
/// `M = w / D Bᵀ k B`, the same for all nodes [Zienkiewicz & Taylor, vol. 1].
final class HeatLanes {
  /// Of the elements at hand.
  private(set) var nodeCount = 0
  private var pointCount = 0
  private var table = ElementTable.all[0]
  /// Entries (a, b), a <= b, of the matrices, at `b (b + 1) / 2 + a`.
  let triangle: Buffer<SIMD8<Double>>
  /// Heat flows at the nodes: by conduction, and missing for balance, see ``HeatElement``.
  let conduction: Buffer<SIMD8<Double>>
  let residual: Buffer<SIMD8<Double>>
  /// Heat flux at the points, shape `[points, 3]`.
  let flux: Buffer<SIMD8<Double>>

  private let sectionOfElement: [Int]
  /// Of each section, in the order of `law`, and whether they are the same everywhere.
  private let constants: Buffer<Double>
  private let isConstant: [Bool]
  /// Shape `[nodes, 3]`.
  private let coordinates: Buffer<SIMD8<Double>>
  private let temperatures: Buffer<SIMD8<Double>>
  private let changes: Buffer<SIMD8<Double>>
  /// Conductivity in the order xx yy zz xy xz yz, then heat per volume and degree.
  private let law: Buffer<SIMD8<Double>>
  /// M g of each node at each point, shape `[points, nodes, 3]`.
  private let products: Buffer<SIMD8<Double>>
  /// The volume of each point.
  private let volumes: Buffer<SIMD8<Double>>

  init(_ deck: Deck, _ element: HeatElement) {
    let (nodes, points) = (ElementKind.mostNodes, ElementKind.mostPoints)
    triangle = Buffer(repeating: SIMD8(), count: nodes * (nodes + 1) / 2)
    conduction = Buffer(repeating: SIMD8(), count: nodes)
    residual = Buffer(repeating: SIMD8(), count: nodes)
    flux = Buffer(repeating: SIMD8(), count: 3 * points)
    coordinates = Buffer(repeating: SIMD8(), count: 3 * nodes)
    temperatures = Buffer(repeating: SIMD8(), count: nodes)
    changes = Buffer(repeating: SIMD8(), count: nodes)
    law = Buffer(repeating: SIMD8(), count: 7)
    products = Buffer(repeating: SIMD8(), count: 3 * nodes * points)
    volumes = Buffer(repeating: SIMD8(), count: points)
    constants = Buffer(repeating: 0, count: 7 * deck.sections.count)
    var isConstant: [Bool] = []
    for section in deck.sections.indices {
      let (conductivity, capacity) = element.constants(of: section)
      isConstant.append(conductivity != nil && capacity != nil)
      for (row, value) in (conductivity ?? []).enumerated() {
        constants.view[7 * section + row] = value
      }
      constants.view[7 * section + 6] = capacity ?? 0
    }
    self.isConstant = isConstant
    sectionOfElement = deck.sectionOfElement
  }

  /// Loads coordinates and constants of the elements that begin a list.
  ///
  /// - Returns: how many, at most eight; none when the first has a heat load, a rule or a gradient of
  ///   its own, or constants that vary.
  func take(
    _ elements: MutableView<Int32>, from start: Int, _ mesh: Mesh, _ conditions: HeatConditions
  ) -> Int {
    let kind = mesh.elementKinds[Int(elements[start])]
    var count = 0
    while count < 8, start + count < elements.count {
      let element = Int(elements[start + count])
      guard mesh.elementKinds[element] == kind, suits(element, mesh, conditions) else { break }
      count += 1
    }
    guard count > 0 else { return 0 }
    if kind != table.kind || nodeCount == 0 {
      table = ElementTable.all[kind.rawValue]
      (nodeCount, pointCount) = (table.nodeCount, table.pointCount)
    }
    let (x, law, constants) = (coordinates.view, law.view, constants.view)
    for lane in 0..<8 {
      let element = Int(elements[start + min(lane, count - 1)])
      let first = mesh.connectivityStarts[element]
      for a in 0..<nodeCount {
        let node = mesh.connectivity[first &+ a]
        for i in 0..<3 { x[3 &* a &+ i][lane] = mesh.coordinates[3 &* node &+ i] }
      }
      let section = sectionOfElement[element]
      for row in 0..<7 { law[row][lane] = constants[7 &* section &+ row] }
    }
    return count
  }

  private func suits(_ element: Int, _ mesh: Mesh, _ conditions: HeatConditions) -> Bool {
    isConstant[sectionOfElement[element]] && !conditions.isLoaded(element)
      && mesh.elementKinds[element].formulation != .uniformStrain
      && (mesh.sectionTables.isEmpty || mesh.sectionTables[element] == nil)
  }

  /// Loads temperatures and what has been added to them, by node.
  func loadTemperatures(
    _ elements: MutableView<Int32>, from start: Int, count: Int, _ mesh: Mesh,
    _ field: View<Double>, change: View<Double>
  ) {
    let (now, changes) = (temperatures.view, changes.view)
    for lane in 0..<8 {
      let first = mesh.connectivityStarts[Int(elements[start + min(lane, count - 1)])]
      for a in 0..<nodeCount {
        let node = mesh.connectivity[first &+ a]
        now[a][lane] = field[node]
        changes[a][lane] = change[node]
      }
    }
  }

  /// Fills `triangle` with conduction and storage.
  ///
  /// - Parameter rate: one over the time increment; 0 in steady state.
  /// - Returns: which elements are neither inverted nor flat.
  func fillConduction(rate: Double) -> SIMDMask<SIMD8<Int64>> {
    var isGood = SIMDMask<SIMD8<Int64>>(repeating: true)
    table.gradients.withView { slopes in
      for point in 0..<pointCount {
        let place = LanePoint(
          coordinates.view, slopes, point, nodes: nodeCount, table.weights[point])
        isGood = isGood .& place.isGood
        volumes.view[point] = place.volume
        multiply(slopes, point, by: place.metric(law.view))
      }
      sumProducts(slopes)
    }
    if rate != 0 {
      table.basis.withView { addStorage($0, rate: rate) }
    }
    return isGood
  }

  private func multiply(_ slopes: View<Double>, _ point: Int, by metric: LaneTensor<Double>) {
    let products = products.view
    for a in 0..<nodeCount {
      let at = 3 &* (nodeCount &* point &+ a)
      let (r, s, t) = (slopes[at], slopes[at &+ 1], slopes[at &+ 2])
      let (x, y, z) = (SIMD8(repeating: r), SIMD8(repeating: s), SIMD8(repeating: t))
      products[at] = inner(metric.xx, metric.xy, metric.xz, x, y, z)
      products[at &+ 1] = inner(metric.xy, metric.yy, metric.yz, x, y, z)
      products[at &+ 2] = inner(metric.xz, metric.yz, metric.zz, x, y, z)
    }
  }

  private func sumProducts(_ slopes: View<Double>) {
    let (products, triangle, row) = (products.view, triangle.view, 3 &* nodeCount)
    var pair = 0
    for b in 0..<nodeCount {
      for a in 0...b {
        var sum = SIMD8<Double>()
        var (left, right) = (3 &* a, 3 &* b)
        for _ in 0..<pointCount {
          sum.addProduct(products[right], SIMD8(repeating: slopes[left]))
          sum.addProduct(products[right &+ 1], SIMD8(repeating: slopes[left &+ 1]))
          sum.addProduct(products[right &+ 2], SIMD8(repeating: slopes[left &+ 2]))
          left &+= row
          right &+= row
        }
        triangle[pair] = sum
        pair &+= 1
      }
    }
  }

  private func addStorage(_ basis: View<Double>, rate: Double) {
    let (volumes, triangle, capacity) = (volumes.view, triangle.view, law.view[6] * rate)
    var pair = 0
    for b in 0..<nodeCount {
      for a in 0...b {
        var sum = SIMD8<Double>()
        for point in 0..<pointCount {
          let at = nodeCount &* point
          sum.addProduct(volumes[point], SIMD8(repeating: basis[at &+ a] * basis[at &+ b]))
        }
        triangle[pair] += capacity * sum
        pair &+= 1
      }
    }
  }

  /// Fills `conduction`, `residual` and `flux` from the loaded temperatures, as
  /// ``balanceConduction(_:_:rate:flux:first:)`` does for one element.
  ///
  /// - Returns: which elements are neither inverted nor flat.
  func balance(rate: Double) -> SIMDMask<SIMD8<Int64>> {
    var isGood = SIMDMask<SIMD8<Int64>>(repeating: true)
    for a in 0..<nodeCount {
      conduction.view[a] = SIMD8()
      residual.view[a] = SIMD8()
    }
    table.gradients.withView { slopes in
      for point in 0..<pointCount {
        let place = LanePoint(
          coordinates.view, slopes, point, nodes: nodeCount, table.weights[point])
        isGood = isGood .& place.isGood
        volumes.view[point] = place.volume
        balance(place, slopes, point)
      }
    }
    if rate != 0 {
      table.basis.withView { store($0, rate: rate) }
    }
    return isGood
  }

  private func balance(_ place: LanePoint, _ slopes: View<Double>, _ point: Int) {
    let (now, conduction, flux) = (temperatures.view, conduction.view, flux.view)
    var (r, s, t) = (SIMD8<Double>(), SIMD8<Double>(), SIMD8<Double>())
    for a in 0..<nodeCount {
      let at = 3 &* (nodeCount &* point &+ a)
      r.addProduct(now[a], SIMD8(repeating: slopes[at]))
      s.addProduct(now[a], SIMD8(repeating: slopes[at &+ 1]))
      t.addProduct(now[a], SIMD8(repeating: slopes[at &+ 2]))
    }
    let b = place.cofactors
    let q = place.conducted(
      law.view, inner(b.xx, b.xy, b.xz, r, s, t), inner(b.yx, b.yy, b.yz, r, s, t),
      inner(b.zx, b.zy, b.zz, r, s, t))
    (flux[3 &* point], flux[3 &* point &+ 1], flux[3 &* point &+ 2]) = (-q.x, -q.y, -q.z)
    // w D g_a · Bᵀ q / D: the determinants cancel.
    let along = inner(b.xx, b.yx, b.zx, q.x, q.y, q.z) * place.weight
    let across = inner(b.xy, b.yy, b.zy, q.x, q.y, q.z) * place.weight
    let upward = inner(b.xz, b.yz, b.zz, q.x, q.y, q.z) * place.weight
    for a in 0..<nodeCount {
      let at = 3 &* (nodeCount &* point &+ a)
      var sum = conduction[a]
      sum.addProduct(along, SIMD8(repeating: slopes[at]))
      sum.addProduct(across, SIMD8(repeating: slopes[at &+ 1]))
      sum.addProduct(upward, SIMD8(repeating: slopes[at &+ 2]))
      conduction[a] = sum
    }
  }

  private func store(_ basis: View<Double>, rate: Double) {
    let (changes, residual, capacity) = (changes.view, residual.view, law.view[6] * rate)
    for point in 0..<pointCount {
      var change = SIMD8<Double>()
      let at = nodeCount &* point
      for a in 0..<nodeCount { change.addProduct(changes[a], SIMD8(repeating: basis[at &+ a])) }
      let stored = capacity * volumes.view[point] * change
      for a in 0..<nodeCount { residual[a] -= stored * basis[at &+ a] }
    }
  }
}

/// The geometry at an integration point of eight elements.
private struct LanePoint {
  let cofactors: LaneTensor<Double>
  let determinant: SIMD8<Double>
  let weight: Double

  /// - Parameter coordinates: shape `[nodes, 3]`.
  @inline(__always)
  init(
    _ coordinates: MutableView<SIMD8<Double>>, _ slopes: View<Double>, _ point: Int, nodes: Int,
    _ weight: Double
  ) {
    var jacobian = LaneTensor<Double>()
    for a in 0..<nodes {
      let at = 3 &* (nodes &* point &+ a)
      jacobian.addProduct(
        coordinates[3 &* a], coordinates[3 &* a &+ 1], coordinates[3 &* a &+ 2], slopes[at],
        slopes[at &+ 1], slopes[at &+ 2])
    }
    cofactors = jacobian.cofactors
    determinant =
      jacobian.xx * cofactors.xx + jacobian.xy * cofactors.xy + jacobian.xz * cofactors.xz
    self.weight = weight
  }

  var volume: SIMD8<Double> { determinant * weight }

  var isGood: SIMDMask<SIMD8<Int64>> { (determinant .> 0) .& (determinant .< .infinity) }

  /// k times the gradient (x, y, z) / D.
  @inline(__always)
  func conducted(
    _ k: MutableView<SIMD8<Double>>, _ x: SIMD8<Double>, _ y: SIMD8<Double>, _ z: SIMD8<Double>
  ) -> (x: SIMD8<Double>, y: SIMD8<Double>, z: SIMD8<Double>) {
    let inverse = 1 / determinant
    return (
      inner(k[0], k[3], k[4], x, y, z) * inverse, inner(k[3], k[1], k[5], x, y, z) * inverse,
      inner(k[4], k[5], k[2], x, y, z) * inverse
    )
  }

  /// M = w / D Bᵀ k B, of which the upper triangle is set.
  @inline(__always)
  func metric(_ k: MutableView<SIMD8<Double>>) -> LaneTensor<Double> {
    let b = cofactors
    let r = conducted(k, b.xx, b.yx, b.zx)
    let s = conducted(k, b.xy, b.yy, b.zy)
    let t = conducted(k, b.xz, b.yz, b.zz)
    var metric = LaneTensor<Double>()
    metric.xx = inner(b.xx, b.yx, b.zx, r.x, r.y, r.z) * weight
    metric.xy = inner(b.xx, b.yx, b.zx, s.x, s.y, s.z) * weight
    metric.xz = inner(b.xx, b.yx, b.zx, t.x, t.y, t.z) * weight
    metric.yy = inner(b.xy, b.yy, b.zy, s.x, s.y, s.z) * weight
    metric.yz = inner(b.xy, b.yy, b.zy, t.x, t.y, t.z) * weight
    metric.zz = inner(b.xz, b.yz, b.zz, t.x, t.y, t.z) * weight
    return metric
  }
}

/// a r + b s + c t.
@inline(__always)
private func inner(
  _ a: SIMD8<Double>, _ b: SIMD8<Double>, _ c: SIMD8<Double>, _ r: SIMD8<Double>,
  _ s: SIMD8<Double>, _ t: SIMD8<Double>
) -> SIMD8<Double> {
  (a * r).addingProduct(b, s).addingProduct(c, t)
}
