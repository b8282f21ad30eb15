import Base

/// The smallest eigenvalues of `K x = λ M x` without a factor: Davidson's method in blocks, which
/// enlarges a basis by preconditioned residuals, with thick restarts that also keep the last step's
/// directions [Stathopoulos 2007, SIAM J. Sci. Comput. 29(2): GD+k].
///
/// The basis is orthonormal in K, which is positive definite where M need not be; its Ritz values are
/// those of `K⁻¹ M`, `μ = 1/λ`. With the preconditioner T close to `K⁻¹`, `√(rᵀ T r) / μ` of
/// `r = M x - μ K x`, `xᵀ K x = 1`, is the residual of the inverted operator; the square of it bounds
/// the relative error of an eigenvalue, but for the gap to the next one.
package struct BlockDavidson: ~Copyable {
  /// What a search has found.
  package struct Found {
    /// How many modes belong together: the next one is clearly another one.
    package let count: Int
    /// A value of μ between the last mode and the next one; nil where that is not known.
    package let border: Double?
    /// The largest residual of these modes.
    package let residual: Double
  }

  private let stiffness: any DoubleOperator
  private let mass: any DoubleOperator
  private let preconditioner: any Preconditioner
  private let options: EigenOptions
  private let panels: TeamPanels
  private let length: Int
  private let rows: Int
  private let capacity: Int
  private let basis: Buffer<Double>
  private let stiffImages: Buffer<Double>
  private let massImages: Buffer<Double>
  /// `Vᵀ M V` by columns, leading dimension `capacity`, both triangles.
  private let projected: Buffer<Double>
  private let coefficients: Buffer<Double>
  private let scaled: Buffer<Float>
  private let correction: Buffer<Float>
  private var size = 0
  private var ritz = Ritz()
  /// By place: the Ritz value when it was looked at, and its residual then.
  private var looks: [Int: Look] = [:]
  /// Coefficients of the Ritz vectors that the last step has improved.
  private var previous: [[Double]] = []
  private var generator = SplitMix64(seed: 0xDA71D_50_17)
  /// How many residuals were preconditioned.
  package private(set) var applications = 0

  package static let blockWidth = 4
  /// Ritz vectors that are kept beyond the wanted ones.
  private static let spare = 4

  private struct Ritz {
    /// Descending.
    var values: [Double] = []
    var vectors: [[Double]] = []
  }

  private struct Look {
    let value: Double
    let residual: Double
  }

  private enum Assessment {
    case found(count: Int, border: Double?)
    case improve([Int])
  }

  /// - Parameters:
  ///   - rows: how many numbers of a vector count.
  ///   - most: for how many modes there has to be room.
  package init(
    stiffness: any DoubleOperator, mass: any DoubleOperator, preconditioner: any Preconditioner,
    rows: Int, most: Int, options: EigenOptions, team: ThreadTeam
  ) {
    self.stiffness = stiffness
    self.mass = mass
    self.preconditioner = preconditioner
    self.options = options
    self.rows = rows
    length = max(stiffness.vectorLength, mass.vectorLength)
    panels = TeamPanels(rows: rows, stride: length, team: team)
    capacity = most + Self.spare + Self.blockWidth + max(28, most / 2)
    basis = Buffer(repeating: 0, count: length * capacity)
    stiffImages = Buffer(repeating: 0, count: length * capacity)
    massImages = Buffer(repeating: 0, count: length * capacity)
    projected = Buffer(repeating: 0, count: capacity * capacity)
    coefficients = Buffer(repeating: 0, count: 2 * capacity * capacity)
    scaled = Buffer(repeating: 0, count: max(preconditioner.vectorLength, rows))
    correction = Buffer(repeating: 0, count: max(preconditioner.vectorLength, rows))
  }

  private func column(_ buffer: borrowing Buffer<Double>, _ index: Int) -> MutableView<Double> {
    buffer.view.part(index * length, length)
  }

  private func columns(_ buffer: borrowing Buffer<Double>, from first: Int) -> MutableView<Double> {
    buffer.view.part(first * length, buffer.count - first * length)
  }

  /// Enlarges the basis by smooth random vectors.
  package mutating func addRandom(_ count: Int) throws(EigenError) {
    var left = count
    while left > 0 {
      if options.isCancelled() { throw .cancelled }
      let width = min(left, Self.blockWidth)
      if size + width > capacity { try restart(keeping: capacity / 2) }
      for index in 0..<width {
        let (vector, image) = (column(basis, size + index), column(massImages, size + index))
        for row in 0..<rows {
          vector[row] = Double(Int64(truncatingIfNeeded: generator.next())) / 0x1p63
        }
        mass.multiply(vector, into: image)
        _ = precondition(image, into: vector)
      }
      try expand(width)
      left -= width
    }
    previous = []
    try project()
  }

  /// Searches until `wanted` modes, and those that can hardly be told from the last one, are found.
  package mutating func run(until wanted: Int) throws(EigenError) -> Found {
    let wanted = min(wanted, rows)
    if size < wanted + Self.spare {
      try addRandom(min(wanted + Self.spare, rows / 2) - size)
    }
    let limit = applications + 60 * (wanted + Self.spare)
    while true {
      if options.isCancelled() { throw .cancelled }
      switch assess(wanted) {
      case .found(let count, let border):
        let residual = try examine(count)
        if residual <= 2 * options.tolerance {
          return Found(count: count, border: border, residual: residual)
        }
      case .improve(let places):
        guard applications < limit, size >= wanted else {
          throw .notConverged(found: converged(wanted), wanted: wanted)
        }
        try improve(places, wanted)
      }
      options.progress?(converged(wanted))
    }
  }

  private func converged(_ wanted: Int) -> Int {
    (0..<wanted).prefix { residual($0) <= options.tolerance }.count
  }

  /// The residual of a Ritz vector; infinite where it is not known for the present value.
  private func residual(_ place: Int) -> Double {
    guard place < ritz.values.count, let look = looks[place],
      abs(look.value - ritz.values[place]) <= 1e-8 * abs(look.value)
    else { return .infinity }
    return look.residual
  }

  private func assess(_ wanted: Int) -> Assessment {
    var count = wanted
    while true {
      let rough = (0..<count).filter { residual($0) > options.tolerance }
      guard rough.isEmpty else { return .improve(Array(rough.prefix(Self.blockWidth))) }
      guard options.isCounted, count < ritz.values.count else {
        return .found(count: count, border: nil)
      }
      let (last, next) = (ritz.values[count - 1], ritz.values[count])
      let error = residual(count)
      guard error.isFinite else { return .improve([count]) }
      if last - next > 1e-6 * last, error * next < 0.1 * (last - next) {
        return .found(count: count, border: next + 0.6 * (last - next))
      }
      guard error <= options.tolerance else { return .improve([count]) }
      count += 1
      // A long run of equal values: cut it.
      if count > wanted + 3 * Self.blockWidth { return .found(count: wanted, border: nil) }
    }
  }

  /// Looks at Ritz vectors and enlarges the basis by the corrections of those that need it.
  private mutating func improve(_ places: [Int], _ wanted: Int) throws(EigenError) {
    if size + places.count > capacity { try restart(keeping: wanted + Self.spare) }
    let rough = look(at: places).filter { residual(places[$0]) > options.tolerance }
    guard !rough.isEmpty else { return }
    for (to, from) in rough.enumerated() where to != from {
      column(basis, size + to).copy(from: column(basis, size + from))
    }
    previous = rough.map { ritz.vectors[places[$0]] }
    try expand(rough.count)
    try project()
  }

  /// The largest residual of the first `count` Ritz vectors, all looked at anew.
  private mutating func examine(_ count: Int) throws(EigenError) -> Double {
    if size + Self.blockWidth > capacity { try restart(keeping: count + Self.spare) }
    for first in stride(from: 0, to: count, by: Self.blockWidth) {
      _ = look(at: Array(first..<min(first + Self.blockWidth, count)))
    }
    return (0..<count).map { residual($0) }.max() ?? 0
  }

  /// Computes residuals; the corrections are left behind the basis.
  private mutating func look(at places: [Int]) -> Range<Int> {
    let target = columns(basis, from: size)
    var (chosen, weighted): ([Double], [Double]) = ([], [])
    for place in places {
      chosen += ritz.vectors[place]
      weighted += ritz.vectors[place].map { $0 * ritz.values[place] }
    }
    let (heavy, stiff) = (massImages.view, stiffImages.view)
    let (panels, size, count) = (panels, size, places.count)
    chosen.withMutableView { panels.combine(heavy, size, $0, into: target, count) }
    weighted.withMutableView {
      panels.combine(stiff, size, $0, add: -1, keep: 1, into: target, count)
    }
    for (index, place) in places.enumerated() {
      let vector = column(basis, size + index)
      let energy = precondition(vector, into: vector)
      let value = ritz.values[place]
      looks[place] = Look(value: value, residual: max(energy, 0).squareRoot() / abs(value))
    }
    return 0..<count
  }

  /// `correction = T right`, the two may be the same; returns `rightᵀ T right`.
  private mutating func precondition(
    _ right: MutableView<Double>, into result: MutableView<Double>
  ) -> Double {
    let (s, z, team) = (scaled.view, correction.view, panels.team)
    let norm = team.sum(rows) { range in
      var sum = 0.0
      for row in range { sum += right[row] * right[row] }
      return sum
    }.squareRoot()
    guard norm > 0 else { return 0 }
    let inverse = 1 / norm
    team.split(rows) { for row in $0 { s[row] = Float(right[row] * inverse) } }
    preconditioner.apply(s, into: z)
    applications += 1
    return team.sum(rows) { range in
      var sum = 0.0
      for row in range {
        let value = Double(z[row])
        sum += right[row] * value
        result[row] = value
      }
      return sum
    } * norm
  }

  /// Takes the `count` columns behind the basis into it.
  private mutating func expand(_ count: Int) throws(EigenError) {
    let block = columns(basis, from: size)
    let work = coefficients.view
    for _ in 0..<2 {
      panels.project(stiffImages.view, size, onto: block, count, into: work)
      panels.combine(basis.view, size, work, add: -1, keep: 1, into: block, count)
    }
    for index in size..<(size + count) {
      stiffness.multiply(column(basis, index), into: column(stiffImages, index))
    }
    let rank = try normalise(count)
    for index in size..<(size + rank) {
      mass.multiply(column(basis, index), into: column(massImages, index))
    }
    let total = size + rank
    panels.project(basis.view, total, onto: columns(massImages, from: size), rank, into: work)
    for column in 0..<rank {
      for row in 0..<total {
        projected.view[(size + column) * capacity + row] = work[column * total + row]
        projected.view[row * capacity + size + column] = work[column * total + row]
      }
    }
    size = total
  }

  /// Makes the new columns orthonormal in K by the eigenvectors of their scaled products; returns how
  /// many are left [Stathopoulos, Wu 2002, SIAM J. Sci. Comput. 23(6)].
  private mutating func normalise(_ count: Int) throws(EigenError) -> Int {
    let (block, images) = (columns(basis, from: size), columns(stiffImages, from: size))
    let gram = Buffer(repeating: 0.0, count: count * count)
    panels.project(block, count, onto: images, count, into: gram.view)
    let sizes = (0..<count).map { max(gram.view[$0 + count * $0], 0).squareRoot() }
    for column in 0..<count {
      for row in 0..<count {
        let scale = sizes[row] * sizes[column]
        gram.view[count * column + row] =
          scale > 0 ? gram.view[count * column + row] / scale : (row == column ? 1 : 0)
      }
    }
    let values = try DenseEigen.solve(gram.view, order: count)
    var rotation: [Double] = []
    for (column, value) in values.enumerated() where value > 1e-9 {
      for row in 0..<count {
        let scale = sizes[row] * value.squareRoot()
        rotation.append(scale > 0 ? gram.view[count * column + row] / scale : 0)
      }
    }
    let (panels, rank) = (panels, rotation.count / count)
    rotation.withMutableView { rotation in
      panels.rotate(block, count, by: rotation, kept: rank)
      panels.rotate(images, count, by: rotation, kept: rank)
    }
    return rank
  }

  /// Ritz values and vectors of the basis.
  private mutating func project() throws(EigenError) {
    let matrix = Buffer(repeating: 0.0, count: size * size)
    for column in 0..<size {
      for row in 0..<size {
        matrix.view[column * size + row] = projected.view[column * capacity + row]
      }
    }
    let values = try DenseEigen.solve(matrix.view, order: size)
    ritz = Ritz(
      values: values.reversed(),
      vectors: (0..<size).reversed().map { matrix.view.part($0 * size, size).copy(first: size) })
  }

  /// Begins anew from the best Ritz vectors and the directions of the last step.
  private mutating func restart(keeping count: Int) throws(EigenError) {
    let kept = min(count, size, capacity - 3 * Self.blockWidth)
    var vectors = Array(ritz.vectors.prefix(kept))
    for old in previous {
      var vector = old + [Double](repeating: 0, count: size - old.count)
      for _ in 0..<2 {
        for other in vectors {
          let part = zip(other, vector).reduce(0) { $0 + $1.0 * $1.1 }
          for index in vector.indices { vector[index] -= part * other[index] }
        }
      }
      let norm = vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
      if norm > 1e-6 { vectors.append(vector.map { $0 / norm }) }
    }
    previous = []
    let (panels, size, chosen) = (panels, size, vectors.count)
    let products = vectors.map { vector in
      (0..<size).map { row in
        (0..<size).reduce(0) { $0 + projected.view[$1 * capacity + row] * vector[$1] }
      }
    }
    for (column, product) in products.enumerated() {
      for (row, vector) in vectors.enumerated() {
        projected.view[column * capacity + row] =
          zip(vector, product).reduce(0) { $0 + $1.0 * $1.1 }
      }
    }
    var rotation = vectors.flatMap { $0 }
    let all = [basis.view, stiffImages.view, massImages.view]
    rotation.withMutableView { rotation in
      for panel in all { panels.rotate(panel, size, by: rotation, kept: chosen) }
    }
    self.size = vectors.count
    try project()
  }

  /// The eigenvalues `1/μ` of the first `count` modes, ascending.
  package func eigenvalues(_ count: Int) -> [Double] { ritz.values.prefix(count).map { 1 / $0 } }

  /// Lends the vector of a mode, `xᵀ M x = 1`.
  package func withVector(_ place: Int, _ body: (MutableView<Double>) -> Void) {
    var chosen = ritz.vectors[place].map { $0 / abs(ritz.values[place]).squareRoot() }
    let result = Buffer(repeating: 0.0, count: length)
    let (panels, size, all) = (panels, size, basis.view)
    chosen.withMutableView { panels.combine(all, size, $0, into: result.view, 1) }
    body(result.view)
  }
}
