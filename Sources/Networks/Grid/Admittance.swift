import Glibc
import LinearAlgebra

/// The bus admittance matrix of a grid, by columns, and what each branch adds to it, per unit.
///
/// The pattern is symmetric and has every diagonal entry; entries of a column ascend.
package struct Admittance: Sendable {
  package let starts: [Int32]
  package let rows: [Int32]
  package let conductances: [Double]
  package let susceptances: [Double]
  /// Place of each diagonal entry.
  package let diagonal: [Int32]
  /// Branches in service between buses that are not isolated.
  package let branches: [BranchAdmittance]

  init(_ source: GridCase, indexOfNumber: [Int: Int]) {
    var branches: [BranchAdmittance] = []
    branches.reserveCapacity(source.branches.count)
    for (index, branch) in source.branches.enumerated() where branch.isInService {
      guard let from = indexOfNumber[branch.from], let to = indexOfNumber[branch.to],
        source.buses[from].kind != .isolated, source.buses[to].kind != .isolated
      else { continue }
      branches.append(BranchAdmittance(branch, index: index, from: from, to: to))
    }
    let pattern = Self.pattern(branches, buses: source.buses.count)
    (starts, rows) = (pattern.starts, pattern.rows)
    var g = [Double](repeating: 0, count: rows.count)
    var b = g
    let find = { (row: Int, column: Int) -> Int32 in
      let range = Int(pattern.starts[column])..<Int(pattern.starts[column + 1])
      var (low, high) = (range.lowerBound, range.upperBound)
      while high - low > 1 {
        let middle = (low + high) / 2
        if Int(pattern.rows[middle]) <= row { low = middle } else { high = middle }
      }
      return Int32(low)
    }
    diagonal = source.buses.indices.map { find($0, $0) }
    for (index, bus) in source.buses.enumerated() where bus.kind != .isolated {
      g[Int(diagonal[index])] += bus.shuntMW / source.baseMVA
      b[Int(diagonal[index])] += bus.shuntMVAr / source.baseMVA
    }
    for index in branches.indices {
      let (from, to) = (branches[index].from, branches[index].to)
      branches[index].places = SIMD4(find(from, from), find(from, to), find(to, from), find(to, to))
      for end in 0..<4 {
        g[Int(branches[index].places[end])] += branches[index].g[end]
        b[Int(branches[index].places[end])] += branches[index].b[end]
      }
    }
    (conductances, susceptances) = (g, b)
    self.branches = branches
  }

  private static func pattern(
    _ branches: [BranchAdmittance], buses: Int
  ) -> (starts: [Int32], rows: [Int32]) {
    var neighbours = (0..<buses).map { [Int32($0)] }
    for branch in branches where branch.from != branch.to {
      neighbours[branch.from].append(Int32(branch.to))
      neighbours[branch.to].append(Int32(branch.from))
    }
    var starts: [Int32] = [0]
    var rows: [Int32] = []
    for column in 0..<buses {
      var last: Int32 = -1
      for row in neighbours[column].sorted() where row != last {
        rows.append(row)
        last = row
      }
      starts.append(Int32(rows.count))
    }
    return (starts, rows)
  }

  package var busCount: Int { starts.count - 1 }

  /// Sets of buses that branches connect, each ascending, in the order of their first buses.
  ///
  /// - Parameters:
  ///   - isPresent: buses to leave out are false.
  ///   - outage: a branch (by place in ``branches``) that does not connect.
  package func connectedSets(isPresent: [Bool], without outage: Int? = nil) -> [[Int]] {
    var parent = Array(0..<busCount)
    func root(_ bus: Int) -> Int {
      var bus = bus
      while parent[bus] != bus {
        parent[bus] = parent[parent[bus]]
        bus = parent[bus]
      }
      return bus
    }
    for (index, branch) in branches.enumerated() where index != outage {
      let (a, b) = (root(branch.from), root(branch.to))
      if a != b { parent[max(a, b)] = min(a, b) }
    }
    var sets: [Int: Int] = [:]
    var result: [[Int]] = []
    for bus in 0..<busCount where isPresent[bus] {
      let own = root(bus)
      if let place = sets[own] {
        result[place].append(bus)
      } else {
        sets[own] = result.count
        result.append([bus])
      }
    }
    return result
  }
}

/// What a branch adds to the admittance matrix at (from, from), (from, to), (to, from), (to, to).
package struct BranchAdmittance: Sendable {
  /// Its row in the case.
  package let index: Int
  package let from: Int
  package let to: Int
  package let g: SIMD4<Double>
  package let b: SIMD4<Double>
  /// Places of the four entries in the matrix.
  package fileprivate(set) var places = SIMD4<Int32>(repeating: 0)
  /// Series susceptance and phase shift (radians) of the direct-current approximation.
  package let directSusceptance: Double
  package let shift: Double

  init(_ branch: GridCase.Branch, index: Int, from: Int, to: Int) {
    (self.index, self.from, self.to) = (index, from, to)
    let square = branch.resistance * branch.resistance + branch.reactance * branch.reactance
    let (gs, bs) = (branch.resistance / square, -branch.reactance / square)
    let bt = bs + branch.charging / 2
    let ratio = branch.ratio == 0 ? 1 : branch.ratio
    shift = branch.shift * .pi / 180
    // -Ys / conj(tap) and -Ys / tap with tap = ratio e^(j shift).
    let (c, s) = (cos(shift) / ratio, sin(shift) / ratio)
    let square2 = ratio * ratio
    g = SIMD4(gs / square2, -(gs * c - bs * s), -(gs * c + bs * s), gs)
    b = SIMD4(bt / square2, -(gs * s + bs * c), -(bs * c - gs * s), bt)
    let reactance = branch.reactance == 0 ? branch.resistance : branch.reactance
    directSusceptance = 1 / (reactance * ratio)
  }
}
