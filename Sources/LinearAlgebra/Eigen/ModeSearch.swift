/// Runs a Lanczos process until enough of its Ritz values are accurate.
struct ModeSearch: ~Copyable {
  private(set) var lanczos: BlockLanczos
  private let options: EigenOptions
  private var restarts = 0

  /// What a search has found.
  struct Found {
    var ritz: BlockLanczos.Ritz
    /// How many of the first values belong together: the next one is clearly another one.
    var count: Int
    /// A value between the last one found and the next one; nil where there is no next one.
    var border: Double?
  }

  /// How many columns a basis needs for `count` modes of a problem with `rows` equations.
  static func capacity(count: Int, rows: Int) -> Int {
    max(2 * blockWidth, min(2 * count + 16 * blockWidth, rows - blockWidth))
  }

  /// Four columns: a solution for four costs little more than for one.
  static let blockWidth = 4

  init(
    _ spectral: consuming SpectralOperator, order: BlockLanczos.Order, options: EigenOptions
  ) {
    let capacity = Self.capacity(count: options.count, rows: spectral.order)
    lanczos = BlockLanczos(spectral, capacity: capacity, width: Self.blockWidth, order: order)
    self.options = options
  }

  mutating func begin() throws(EigenError) { try lanczos.begin() }

  /// Extends by `blocks` blocks, and tells what is known then.
  mutating func explore(blocks: Int) throws(EigenError) -> BlockLanczos.Ritz {
    for _ in 0..<blocks where lanczos.hasRoom && !lanczos.isExhausted {
      if options.isCancelled() { throw .cancelled }
      try lanczos.extend()
    }
    return try lanczos.ritz(tolerance: options.tolerance)
  }

  /// Searches until `wanted` values, and those that can hardly be told from the last one, are found.
  mutating func run(until wanted: Int) throws(EigenError) -> Found {
    while true {
      if options.isCancelled() { throw .cancelled }
      let isFull = !lanczos.hasRoom
      if isFull || lanczos.isExhausted || (lanczos.size >= wanted && isWorthChecking) {
        let ritz = try lanczos.ritz(tolerance: options.tolerance)
        options.progress?(min(ritz.converged, wanted))
        if let found = found(ritz, wanted) { return found }
        if isFull { try restart(ritz, wanted) }
      }
      try lanczos.extend()
    }
  }

  /// The last mode found and the next one, of which the inertia at the border may be sure.
  ///
  /// - Parameters:
  ///   - expected: how many eigenvalues are known to be below the border.
  ///   - difference: the eigenvalue, at the border, of a mode's value.
  func witnesses(
    _ found: Found, expected: Int, difference: (Double) -> Double
  ) -> InertiaCount.Witnesses {
    let indices = [found.count - 1, found.count].filter(found.ritz.values.indices.contains)
    return InertiaCount.Witnesses(
      vectors: lanczos.vectors(found.ritz, indices), images: lanczos.images(found.ritz, indices),
      differences: indices.map { difference(found.ritz.values[$0]) }, expected: expected)
  }

  /// Gives the factor's memory back until ``lookElsewhere(_:_:)``.
  mutating func releaseFactor() { lanczos.releaseFactor() }

  /// Discards what is not accurate and looks in new directions.
  mutating func lookElsewhere(
    _ ritz: BlockLanczos.Ritz, _ factor: consuming ShiftedFactor
  ) throws(EigenError) {
    lanczos.take(factor)
    let kept = min(ritz.converged, lanczos.capacity - 2 * Self.blockWidth)
    try lanczos.restart(ritz, keeping: kept, isFresh: true)
  }

  /// The eigenproblem of T grows with the cube of its size: large ones are solved less often.
  private var isWorthChecking: Bool {
    lanczos.size <= 160 || (lanczos.size / Self.blockWidth).isMultiple(of: 4)
  }

  private func found(_ ritz: BlockLanczos.Ritz, _ wanted: Int) -> Found? {
    if lanczos.isExhausted {
      let scale = ritz.values.first.map { abs($0) } ?? 0
      let count = ritz.values.prefix { abs($0) > 1e-13 * scale }.count
      return Found(ritz: ritz, count: min(count, max(wanted, count)), border: nil)
    }
    guard ritz.converged >= wanted else { return nil }
    guard options.isCounted else { return Found(ritz: ritz, count: wanted, border: nil) }
    for count in wanted...ritz.converged where count < ritz.values.count {
      let (last, next) = (ritz.values[count - 1], ritz.values[count])
      let gap = abs(last - next)
      guard gap > 1e-6 * abs(last), ritz.residuals[count] < 0.1 * gap else { continue }
      return Found(ritz: ritz, count: count, border: next + 0.6 * (last - next))
    }
    // A long run of equal values: cut it.
    guard ritz.converged >= wanted + 3 * Self.blockWidth else { return nil }
    return Found(ritz: ritz, count: wanted, border: nil)
  }

  private mutating func restart(_ ritz: BlockLanczos.Ritz, _ wanted: Int) throws(EigenError) {
    restarts += 1
    let spare = lanczos.capacity - 2 * Self.blockWidth
    guard restarts <= options.restarts, wanted < spare else {
      throw .notConverged(found: min(ritz.converged, wanted), wanted: wanted)
    }
    let kept = min(max(wanted, ritz.converged) + max(2, (lanczos.capacity - wanted) / 4), spare)
    try lanczos.restart(ritz, keeping: kept, isFresh: false)
  }
}
