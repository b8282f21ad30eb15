import LinearAlgebra

/// How closed hysteresis loops are found among turning points.
package enum RainflowRule: String, CaseIterable, Sendable {
  /// ASTM E1049-85 (2017) section 5.4.4: three points; a range that holds the start counts half a cycle.
  case threePoint = "astm"
  /// Four points: a range closes where it lies between its neighbours; what never closes is the residue
  /// (U. H. Clormann, T. Seeger, "Rainflow – HCM", Stahlbau 55, 1986; S. D. Downing, D. F. Socie, 1982).
  case fourPoint = "four-point"
}

/// What becomes of the turning points that close no loop.
package enum ResidueRule: String, CaseIterable, Sendable {
  /// The recording is repeated: the residue is counted once more behind itself; only closed loops count.
  case `repeat`
  /// Each range between neighbours counts half a cycle.
  case half
  case ignore
}

/// Receives counted cycles, block by block.
package protocol CycleSink: AnyObject {
  /// - Parameters:
  ///   - cycles: loops from `cycles.from[i]` to `cycles.to[i]`, in the order in which they closed.
  ///   - halves: 2 for full cycles, 1 for half cycles.
  func add(_ cycles: borrowing CycleBlock, halves: Int)
}

/// Loops found and not yet handed on.
package struct CycleBlock: ~Copyable {
  package static let capacity = 4096

  /// Rounded up so that four may be handled at once behind the last.
  package let from: Buffer<Double>
  package let to: Buffer<Double>
  package internal(set) var count = 0

  package init() {
    from = Buffer(repeating: 0, count: Self.capacity)
    to = Buffer(repeating: 0, count: Self.capacity)
  }

  package mutating func append(from start: Double, to end: Double) {
    from.view[count] = start
    to.view[count] = end
    count += 1
  }
}
