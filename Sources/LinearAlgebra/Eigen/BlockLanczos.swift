import Base

/// Block Lanczos with thick restart and full reorthogonalisation, for an operator that is symmetric
/// in an inner product.
///
/// The basis Q is orthonormal in B, `T = Qᵀ B A Q`, and `A Q = Q T + (next block) R (last block)ᵀ`:
/// a Ritz vector's residual is R times the last rows of its coefficients [Wu, Simon 2000, SIAM J.
/// Matrix Anal. Appl. 22(2); Grimes, Lewis, Simon 1994, ibid. 15(1)].
struct BlockLanczos: ~Copyable {
  /// Which end of the spectrum of the operator is wanted.
  enum Order { case largestMagnitude, smallest }

  private var spectral: SpectralOperator
  let rows: Int
  let capacity: Int
  private let order: Order
  private let width: Int
  private let basis: Buffer<Double>
  private let images: Buffer<Double>
  /// T by columns, leading dimension `capacity`, upper triangle.
  private let projected: Buffer<Double>
  private let coefficients: Buffer<Double>
  /// R by columns, shape `[pending, columns of the last block]`.
  private var coupling: [Double] = []
  private var lastWidth = 0
  /// Columns of Q that T describes, and those of the block that comes next.
  private(set) var size = 0
  private var pending = 0
  /// Largest size of an eigenvalue of T so far.
  private var scale = 0.0
  private var generator = SplitMix64(seed: 0x5EED_0F_E16E)
  private(set) var solveCount = 0

  /// - Parameter capacity: how many columns the basis may have.
  init(_ spectral: consuming SpectralOperator, capacity: Int, width: Int, order: Order) {
    rows = spectral.order
    self.capacity = capacity
    self.width = width
    self.order = order
    self.spectral = spectral
    basis = Buffer(repeating: 0, count: rows * (capacity + width))
    images = Buffer(repeating: 0, count: rows * (capacity + width))
    projected = Buffer(repeating: 0, count: capacity * capacity)
    coefficients = Buffer(repeating: 0, count: 2 * (capacity + width) * width)
  }

  /// True when Q spans all that the operator does not map to zero.
  var isExhausted: Bool { pending == 0 && size > 0 }
  /// Whether another block fits.
  var hasRoom: Bool { size + pending <= capacity }

  private func columns(_ first: Int, _ count: Int) -> MutableView<Double> {
    basis.view.part(first * rows, count * rows)
  }

  private func imageColumns(_ first: Int, _ count: Int) -> MutableView<Double> {
    images.view.part(first * rows, count * rows)
  }

  /// Gives the factor's memory back; a new factor must come before the next block.
  mutating func releaseFactor() { spectral.factor = nil }

  mutating func take(_ factor: consuming ShiftedFactor) { spectral.factor = consume factor }

  /// Takes a random block as the next one, orthogonal to what is there.
  mutating func begin() throws(EigenError) {
    let count = min(width, rows - size)
    let (block, image) = (columns(size, count), imageColumns(size, count))
    let scratch = Buffer(repeating: 0.0, count: rows * count)
    for entry in 0..<(rows * count) { block[entry] = randomNumber() }
    // In the range of the operator.
    spectral.image(of: block, into: image)
    try spectral.apply(to: block, images: image, into: scratch.view)
    solveCount += 1
    block.copy(from: scratch.view)
    orthogonalise(block, against: size)
    try normalise(count, isFresh: true)
    coupling = []
    lastWidth = 0
  }

  private mutating func randomNumber() -> Double {
    Double(Int64(truncatingIfNeeded: generator.next())) / 0x1p63
  }

  /// Enlarges the basis by the pending block.
  mutating func extend() throws(EigenError) {
    let count = pending
    let next = columns(size + count, count)
    try spectral.apply(
      to: columns(size, count), images: imageColumns(size, count), into: next)
    solveCount += 1
    orthogonalise(next, against: size + count)
    for column in 0..<count {
      for row in 0...(size + column) {
        projected.view[(size + column) * capacity + row] =
          coefficients.view[column * (size + count) + row]
      }
    }
    size += count
    try normalise(count, isFresh: false)
  }

  /// Subtracts the components along the first `count` columns, twice; the sum of both passes stays
  /// in `coefficients`.
  private func orthogonalise(_ block: MutableView<Double>, against count: Int) {
    let entries = count * (block.count / rows)
    guard entries > 0 else { return }
    let first = coefficients.view.part(0, entries)
    let second = coefficients.view.part((capacity + width) * width, entries)
    let (panel, imagePanel) = (columns(0, count), imageColumns(0, count))
    Panels.project(imagePanel, onto: block, rows: rows, into: first)
    Panels.subtract(panel, times: first, rows: rows, from: block)
    Panels.project(imagePanel, onto: block, rows: rows, into: second)
    Panels.subtract(panel, times: second, rows: rows, from: block)
    for entry in 0..<entries { first[entry] += second[entry] }
  }

  /// Makes the block after the basis orthonormal; columns that vanish are replaced by random ones.
  private mutating func normalise(_ count: Int, isFresh: Bool) throws(EigenError) {
    spectral.image(of: columns(size, count), into: imageColumns(size, count))
    var factors = [[Double]](repeating: [Double](repeating: 0, count: count), count: count)
    pending = 0
    for column in 0..<count {
      let (vector, image) = (columns(size + column, 1), imageColumns(size + column, 1))
      let before = Panels.dot(vector, image)
      for _ in 0..<2 {
        for earlier in 0..<pending {
          let part = Panels.dot(imageColumns(size + earlier, 1), vector)
          Panels.add(-part, columns(size + earlier, 1), to: vector)
          Panels.add(-part, imageColumns(size + earlier, 1), to: image)
          factors[earlier][column] += part
        }
      }
      if Panels.dot(vector, image) < 1e-6 * before {
        // So much has gone that what is left of the components along the basis counts again.
        orthogonalise(vector, against: size)
        spectral.image(of: vector, into: image)
      }
      let norm = max(Panels.dot(vector, image), 0).squareRoot()
      if !isFresh { scale = max(scale, largestDiagonal(count)) }
      let floor = isFresh ? 1e-11 * max(before, 0).squareRoot() : 1e-14 * scale
      guard norm > floor, norm > 0 else { continue }
      Panels.scale(vector, by: 1 / norm)
      Panels.scale(image, by: 1 / norm)
      factors[pending][column] = norm
      columns(size + pending, 1).copy(from: vector)
      imageColumns(size + pending, 1).copy(from: image)
      pending += 1
    }
    let coupled = pending
    while pending < count, try addRandomColumn() {}
    coupling = (0..<count).flatMap { column in (0..<coupled).map { factors[$0][column] } }
    lastWidth = count
  }

  private func largestDiagonal(_ count: Int) -> Double {
    ((size - count)..<size).map { abs(projected.view[$0 * capacity + $0]) }.max() ?? 0
  }

  /// Appends a random column to the pending block; false when the operator maps it into the basis.
  private mutating func addRandomColumn() throws(EigenError) -> Bool {
    let place = size + pending
    guard place < rows, place < capacity + width else { return false }
    let (vector, image) = (columns(place, 1), imageColumns(place, 1))
    for row in 0..<rows { vector[row] = randomNumber() }
    spectral.image(of: vector, into: image)
    let scratch = Buffer(repeating: 0.0, count: rows)
    try spectral.apply(to: vector, images: image, into: scratch.view)
    solveCount += 1
    vector.copy(from: scratch.view)
    spectral.image(of: vector, into: image)
    let before = max(Panels.dot(vector, image), 0).squareRoot()
    orthogonalise(vector, against: place)
    spectral.image(of: vector, into: image)
    let norm = max(Panels.dot(vector, image), 0).squareRoot()
    guard norm > 1e-11 * before, norm > 0 else { return false }
    Panels.scale(vector, by: 1 / norm)
    orthogonalise(vector, against: place)
    spectral.image(of: vector, into: image)
    let rest = max(Panels.dot(vector, image), 0).squareRoot()
    guard rest > 0.1 else { return false }
    Panels.scale(vector, by: 1 / rest)
    Panels.scale(image, by: 1 / rest)
    pending += 1
    return true
  }

  /// Eigenvalues and vectors of T, best first, and the residuals of the Ritz vectors.
  struct Ritz {
    var values: [Double]
    var residuals: [Double]
    /// Coefficients by columns, `size` each.
    var vectors: [Double]
    /// How many at the beginning are accurate.
    var converged: Int
  }

  mutating func ritz(tolerance: Double) throws(EigenError) -> Ritz {
    let matrix = Buffer(repeating: 0.0, count: size * size)
    for column in 0..<size {
      for row in 0...column {
        matrix.view[column * size + row] = projected.view[column * capacity + row]
      }
    }
    let values = try DenseEigen.solve(matrix.view, order: size)
    let places: [Int] =
      switch order {
      case .largestMagnitude: values.indices.sorted { abs(values[$0]) > abs(values[$1]) }
      case .smallest: Array(values.indices)
      }
    scale = max(scale, values.map { abs($0) }.max() ?? 0)
    var ritz = Ritz(values: places.map { values[$0] }, residuals: [], vectors: [], converged: 0)
    ritz.vectors.reserveCapacity(size * size)
    for place in places {
      ritz.vectors += matrix.view.part(place * size, size).copy(first: size)
      ritz.residuals.append(residual(matrix.view.part(place * size, size)))
    }
    ritz.converged =
      zip(ritz.values, ritz.residuals)
      .prefix { $1 <= max(tolerance * abs($0), 2e-15 * scale) }.count
    return ritz
  }

  private func residual(_ coefficients: MutableView<Double>) -> Double {
    guard lastWidth > 0 else { return pending == 0 ? 0 : .infinity }
    let height = coupling.count / lastWidth
    var sum = 0.0
    for row in 0..<height {
      var part = 0.0
      for column in 0..<lastWidth {
        part += coupling[column * height + row] * coefficients[size - lastWidth + column]
      }
      sum += part * part
    }
    return sum.squareRoot()
  }

  /// Begins anew from the best `kept` Ritz vectors; the pending block follows them unless `isFresh`,
  /// which takes a random one instead.
  mutating func restart(_ ritz: Ritz, keeping kept: Int, isFresh: Bool) throws(EigenError) {
    var rotation = Array(ritz.vectors[0..<(kept * size)])
    let (all, allImages, rows) = (columns(0, size), imageColumns(0, size), rows)
    rotation.withMutableView { rotation in
      Panels.rotate(all, by: rotation, rows: rows)
      Panels.rotate(allImages, by: rotation, rows: rows)
    }
    columns(kept, pending).copy(from: columns(size, pending))
    imageColumns(kept, pending).copy(from: imageColumns(size, pending))
    for entry in 0..<(capacity * capacity) { projected.view[entry] = 0 }
    for column in 0..<kept { projected.view[column * capacity + column] = ritz.values[column] }
    size = kept
    if isFresh { try begin() }
  }

  /// Ritz vectors by columns: combinations of the basis.
  func vectors(_ ritz: Ritz, _ indices: [Int]) -> [Double] {
    combined(columns(0, size), ritz, indices)
  }

  /// B times Ritz vectors.
  func images(_ ritz: Ritz, _ indices: [Int]) -> [Double] {
    combined(imageColumns(0, size), ritz, indices)
  }

  private func combined(
    _ all: MutableView<Double>, _ ritz: Ritz, _ indices: [Int]
  ) -> [Double] {
    var result = [Double](repeating: 0, count: rows * indices.count)
    var chosen = indices.flatMap { ritz.vectors[($0 * size)..<(($0 + 1) * size)] }
    let rows = rows
    result.withMutableView { result in
      chosen.withMutableView { Panels.combine(all, $0, rows: rows, into: result) }
    }
    return result
  }
}
