/// The factors of `P A Pᵀ = L S Lᵀ` with S a diagonal of signs, for a symmetric matrix that is mildly
/// indefinite: Cholesky's method, which takes the root of a negative pivot's size and keeps its sign.
///
/// Left-looking by supernodes [Ng, Peyton 1993, SIAM J. Sci. Comput. 14(5)]. Without pivoting: the
/// inertia of S is that of A plus an error, which is small as long as no pivot is; users check it, see
/// ``InertiaCount``. In return nearly all work is level-3 BLAS, in single precision twice as quick.
struct SignedFactor<Number: FactorNumber>: ~Copyable {
  private let analysis: SupernodalAnalysis
  let supernodes: Supernodes
  let values: Buffer<Number>
  /// By column, 1 or -1.
  let signs: Buffer<Number>
  /// What the matrix was divided by, so that single precision cannot overflow.
  private(set) var scale = 1.0
  /// Whether the columns of a supernode have a negative sign among them.
  private let hasNegative: Buffer<Bool>
  /// How many pivots are negative.
  private(set) var negativeCount = 0

  init(_ analysis: consuming SupernodalAnalysis) {
    let supernodes = analysis.supernodes
    self.analysis = analysis
    self.supernodes = supernodes
    values = Buffer(repeating: 0, count: supernodes.valueCount)
    signs = Buffer(repeating: 1, count: supernodes.order)
    hasNegative = Buffer(repeating: false, count: supernodes.count)
  }

  /// Computes the factors of `matrix`, whose pattern is the analysed one; once only.
  ///
  /// - Parameter isCancelled: asked before each supernode.
  /// - Throws: `notPositiveDefinite` at a pivot of zero, `cancelled`.
  mutating func factorise(
    _ matrix: SymmetricMatrix, isCancelled: () -> Bool = { false }
  ) throws(FactorisationError) {
    let largest = matrix.diagonal.reduce(0) { max($0, abs($1)) }
    scale = largest > 0 ? largest : 1
    var elimination = Elimination<Number>(supernodes, matrix)
    for supernode in 0..<supernodes.count {
      if isCancelled() { throw .cancelled }
      try eliminate(supernode, matrix, &elimination)
    }
  }

  /// Floating point operations of the factorisation.
  var operations: Double { analysis.operations }

  /// The dense matrix of a supernode.
  func block(_ supernode: Int) -> DenseBlock<Number> {
    let height = supernodes.height(supernode)
    let width = supernodes.width(supernode)
    return DenseBlock(
      values.view.part(supernodes.valueStarts[supernode], height * width), rows: height,
      columns: width, stride: height)
  }

  private mutating func eliminate(
    _ supernode: Int, _ matrix: SymmetricMatrix, _ elimination: inout Elimination<Number>
  ) throws(FactorisationError) {
    let target = block(supernode)
    elimination.begin(supernode, matrix, scale: scale, into: target)
    var descendant = elimination.first(of: supernode)
    while descendant >= 0 {
      let next = elimination.next(after: descendant)
      let source = block(descendant)
      let isSigned = hasNegative.view[descendant]
      let columns = signs.view.part(supernodes.columns[descendant], source.columns)
      elimination.subtract(
        descendant, source, signs: isSigned ? columns : nil, from: target, of: supernode)
      descendant = next
    }
    let columns = signs.view.part(supernodes.columns[supernode], target.columns)
    guard let negative = elimination.factorise(target, of: supernode, signs: columns) else {
      throw .notPositiveDefinite(equation: nil)
    }
    negativeCount += negative
    hasNegative.view[supernode] = negative > 0
    elimination.end(supernode)
  }
}

/// What the elimination of supernodes needs besides the factor.
struct Elimination<Number: FactorNumber>: ~Copyable {
  private let supernodes: Supernodes
  /// The supernode of each column.
  private let owners: Buffer<Int32>
  /// Entries of the matrix by the supernode they belong to, with their places in the order.
  private let entryStarts: Buffer<Int32>
  private let entries: Buffer<Int32>
  private let entryPlaces: Buffer<SIMD2<Int32>>
  /// Lists of the supernodes whose next rows belong to a supernode, and where those rows begin.
  private let heads: Buffer<Int32>
  private let links: Buffer<Int32>
  private let positions: Buffer<Int32>
  /// Where a row is in the present supernode, and where a descendant's rows are.
  private let map: Buffer<Int32>
  private let relative: Buffer<Int32>
  /// The matrix' own diagonal: a pivot that is nothing beside it has no sign.
  private let diagonal: Buffer<Number>
  private let product: Buffer<Number>
  private let signed: Buffer<Number>
  /// Columns that are taken at once where only a triangle is wanted.
  private static var strip: Int { 192 }

  init(_ supernodes: Supernodes, _ matrix: SymmetricMatrix) {
    self.supernodes = supernodes
    let (order, count) = (supernodes.order, supernodes.count)
    owners = Buffer(repeating: 0, count: order)
    heads = Buffer(repeating: -1, count: count)
    links = Buffer(repeating: -1, count: count)
    positions = Buffer(repeating: 0, count: count)
    map = Buffer(repeating: 0, count: order)
    diagonal = Buffer(repeating: 0, count: order)
    var (tallest, widest) = (0, 0)
    for supernode in 0..<count {
      tallest = max(tallest, supernodes.height(supernode))
      widest = max(widest, supernodes.width(supernode))
      for column in supernodes.columns[supernode]..<supernodes.columns[supernode + 1] {
        owners.view[column] = Int32(truncatingIfNeeded: supernode)
      }
    }
    relative = Buffer(repeating: 0, count: tallest)
    product = Buffer(repeating: 0, count: tallest * min(Self.strip, max(widest, 1)))
    signed = Buffer(repeating: 0, count: widest * min(Self.strip, max(widest, 1)))
    entryStarts = Buffer(repeating: 0, count: count + 1)
    entries = Buffer(repeating: 0, count: matrix.values.count)
    entryPlaces = Buffer(repeating: SIMD2(), count: matrix.values.count)
    sortEntries(matrix)
  }

  /// Sorts the entries of the matrix by the supernode of the column they fall into.
  private func sortEntries(_ matrix: SymmetricMatrix) {
    let place = Buffer(repeating: Int32(0), count: supernodes.order)
    for index in 0..<supernodes.order {
      place.view[supernodes.permutation[index]] = Int32(truncatingIfNeeded: index)
    }
    let (places, owners, starts) = (place.view, owners.view, entryStarts.view)
    let (entries, entryPlaces) = (entries.view, entryPlaces.view)
    matrix.pattern.columnStarts.withView { columnStarts in
      matrix.pattern.rows.withView { rows in
        for column in 0..<(columnStarts.count - 1) {
          for entry in columnStarts[column]..<columnStarts[column + 1] {
            starts[Int(owners[Int(min(places[rows[entry]], places[column]))]) + 1] += 1
          }
        }
        for supernode in 0..<supernodes.count { starts[supernode + 1] += starts[supernode] }
        let next = Buffer(repeating: Int32(0), count: supernodes.count)
        for supernode in 0..<supernodes.count { next.view[supernode] = starts[supernode] }
        for column in 0..<(columnStarts.count - 1) {
          for entry in columnStarts[column]..<columnStarts[column + 1] {
            let (one, other) = (places[rows[entry]], places[column])
            let owner = Int(owners[Int(min(one, other))])
            let slot = Int(next.view[owner])
            entries[slot] = Int32(truncatingIfNeeded: entry)
            entryPlaces[slot] = SIMD2(max(one, other), min(one, other))
            next.view[owner] += 1
          }
        }
      }
    }
  }

  /// Puts the matrix' entries into a supernode's block of zeros.
  func begin(
    _ supernode: Int, _ matrix: SymmetricMatrix, scale: Double, into target: DenseBlock<Number>
  ) {
    let (map, rowStart) = (map.view, supernodes.rowStarts[supernode])
    for row in 0..<target.rows {
      map[supernodes.rows[rowStart + row]] = Int32(truncatingIfNeeded: row)
    }
    let first = supernodes.columns[supernode]
    let (entries, places, numbers) = (entries.view, entryPlaces.view, target.numbers)
    matrix.values.withView { values in
      for slot in Int(entryStarts.view[supernode])..<Int(entryStarts.view[supernode + 1]) {
        let place = places[slot]
        let value = Number(values[Int(entries[slot])] / scale)
        numbers[target.stride * (Int(place.y) - first) + Int(map[Int(place.x)])] = value
        if place.x == place.y { diagonal.view[Int(place.x)] = abs(value) }
      }
    }
  }

  func first(of supernode: Int) -> Int { Int(heads.view[supernode]) }
  func next(after descendant: Int) -> Int { Int(links.view[descendant]) }

  /// Subtracts what an earlier supernode contributes, and passes it on to the next one it reaches.
  func subtract(
    _ descendant: Int, _ source: DenseBlock<Number>, signs: MutableView<Number>?,
    from target: DenseBlock<Number>, of supernode: Int
  ) {
    let rowStart = supernodes.rowStarts[descendant]
    let begin = Int(positions.view[descendant])
    let limit = supernodes.columns[supernode + 1]
    var end = begin
    while end < source.rows, supernodes.rows[rowStart + end] < limit { end += 1 }
    let (relative, map) = (relative.view, map.view)
    for row in begin..<source.rows {
      relative[row - begin] = map[supernodes.rows[rowStart + row]]
    }
    let rest = source.part(begin..<source.rows, 0..<source.columns)
    for first in stride(from: 0, to: end - begin, by: Self.strip) {
      let columns = first..<min(first + Self.strip, end - begin)
      let height = rest.rows - first
      let part = DenseBlock(
        product.view, rows: height, columns: columns.count, stride: height)
      let right = withSigns(signs, rest.part(columns, 0..<rest.columns))
      Number.product(
        rest.part(first..<rest.rows, 0..<rest.columns), transposed: right, add: 1, keep: 0,
        into: part)
      scatter(part, from: first, into: target)
    }
    positions.view[descendant] = Int32(truncatingIfNeeded: end)
    if end < source.rows { enlist(descendant, row: supernodes.rows[rowStart + end]) }
  }

  private func scatter(
    _ part: DenseBlock<Number>, from first: Int, into target: DenseBlock<Number>
  ) {
    let (relative, source, numbers) = (relative.view, part.numbers, target.numbers)
    for column in 0..<part.columns {
      let to = target.stride &* Int(relative[first &+ column])
      let from = part.stride &* column
      for row in column..<part.rows {
        numbers[to &+ Int(relative[first &+ row])] -= source[from &+ row]
      }
    }
  }

  /// The block with its columns multiplied by their signs.
  private func withSigns(
    _ signs: MutableView<Number>?, _ block: DenseBlock<Number>
  ) -> DenseBlock<Number> {
    guard let signs else { return block }
    let copy = signed.view
    for column in 0..<block.columns {
      let (to, from, sign) = (block.rows &* column, block.stride &* column, signs[column])
      for row in 0..<block.rows { copy[to &+ row] = sign * block.numbers[from &+ row] }
    }
    return DenseBlock(copy, rows: block.rows, columns: block.columns, stride: block.rows)
  }

  /// A finished supernode waits for the one that its next rows belong to.
  func end(_ supernode: Int) {
    let width = supernodes.width(supernode)
    guard width < supernodes.height(supernode) else { return }
    positions.view[supernode] = Int32(truncatingIfNeeded: width)
    enlist(supernode, row: supernodes.rows[supernodes.rowStarts[supernode] + width])
  }

  private func enlist(_ supernode: Int, row: Int) {
    let owner = Int(owners.view[row])
    links.view[supernode] = heads.view[owner]
    heads.view[owner] = Int32(truncatingIfNeeded: supernode)
  }

  /// Factorises the upper square of a block in place and applies it to the rows below.
  ///
  /// - Returns: how many pivots are negative; nil when one is zero to rounding or no number.
  func factorise(
    _ block: DenseBlock<Number>, of supernode: Int, signs: MutableView<Number>
  ) -> Int? {
    let diagonal = diagonal.view.part(supernodes.columns[supernode], block.columns)
    var negative = 0
    let width = 48
    for first in stride(from: 0, to: block.columns, by: width) {
      let columns = first..<min(first + width, block.columns)
      let panel = block.part(first..<block.rows, columns)
      if first > 0 {
        let earlier = 0..<first
        let right = withSigns(
          negative > 0 ? signs : nil, block.part(columns, earlier))
        Number.product(
          block.part(first..<block.rows, earlier), transposed: right, add: -1, keep: 1, into: panel)
      }
      let own = signs.part(first, columns.count)
      let sizes = diagonal.part(first, columns.count)
      guard let found = factoriseTriangle(panel, own, sizes) else { return nil }
      negative += found
      let below = panel.part(columns.count..<panel.rows, 0..<columns.count)
      guard below.rows > 0 else { continue }
      Number.solve(panel, .rightTransposed, below)
      guard found > 0 else { continue }
      for column in 0..<below.columns where own[column] < 0 {
        let at = below.stride &* column
        for row in 0..<below.rows { below.numbers[at &+ row] = -below.numbers[at &+ row] }
      }
    }
    return negative
  }

  /// The same for a few columns and as many rows, column by column.
  private func factoriseTriangle(
    _ block: DenseBlock<Number>, _ signs: MutableView<Number>, _ sizes: MutableView<Number>
  ) -> Int? {
    var negative = 0
    let rounding = 256 * Number.ulpOfOne
    let (numbers, size) = (block.numbers, block.columns)
    for pivot in 0..<size {
      let at = block.stride &* pivot
      let value = numbers[at &+ pivot]
      guard value.isFinite, abs(value) > rounding * sizes[pivot] else { return nil }
      let sign: Number = value < 0 ? -1 : 1
      if value < 0 { negative += 1 }
      signs[pivot] = sign
      let root = abs(value).squareRoot()
      numbers[at &+ pivot] = root
      let factor = sign / root
      for row in (pivot &+ 1)..<max(size, pivot &+ 1) { numbers[at &+ row] *= factor }
      for column in (pivot &+ 1)..<max(size, pivot &+ 1) {
        let to = block.stride &* column
        let amount = sign * numbers[at &+ column]
        for row in column..<size { numbers[to &+ row] -= amount * numbers[at &+ row] }
      }
    }
    return negative
  }
}
