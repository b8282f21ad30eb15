/// Which branches cut a grid in two when they are out, and what they cut off.
///
/// Depth-first search with low points [Tarjan 1974, Inf. Proc. Lett. 2(6)]: the buses below a branch of
/// the search tree are neighbours in the order of first visits.
package struct Bridges: Sendable {
  /// Energised buses in the order of first visits.
  private let order: [Int]
  /// Place of each bus in `order`; -1 where it carries no voltage.
  private let place: [Int]
  /// How many buses stand below each bus in the search tree, itself included.
  private let size: [Int]
  /// First and last place of the island of each bus.
  private let islandStart: [Int]
  private let islandEnd: [Int]
  /// How many reference buses come before each place.
  private let references: [Int]
  /// For each branch (by place in the admittance's list) the lower bus, if the branch is a bridge.
  private let lowerBus: [Int?]

  package init(_ grid: Grid) {
    let count = grid.busCount
    var neighbours = [[(bus: Int, branch: Int)]](repeating: [], count: count)
    for (index, branch) in grid.admittance.branches.enumerated() where branch.from != branch.to {
      neighbours[branch.from].append((branch.to, index))
      neighbours[branch.to].append((branch.from, index))
    }
    var order: [Int] = []
    var place = [Int](repeating: -1, count: count)
    var size = [Int](repeating: 1, count: count)
    var low = [Int](repeating: 0, count: count)
    var starts = [Int](repeating: 0, count: count)
    var ends = starts
    var lowerBus = [Int?](repeating: nil, count: grid.admittance.branches.count)
    for root in 0..<count where grid.isEnergised[root] && place[root] < 0 {
      var stack: [(bus: Int, byBranch: Int, next: Int)] = []
      let start = order.count
      func visit(_ bus: Int, _ branch: Int) {
        place[bus] = order.count
        low[bus] = order.count
        order.append(bus)
        stack.append((bus, branch, 0))
      }
      visit(root, -1)
      while let top = stack.last {
        guard top.next < neighbours[top.bus].count else {
          stack.removeLast()
          guard let above = stack.last?.bus else { continue }
          size[above] += size[top.bus]
          low[above] = min(low[above], low[top.bus])
          if low[top.bus] > place[above] { lowerBus[top.byBranch] = top.bus }
          continue
        }
        stack[stack.count - 1].next += 1
        let (bus, branch) = neighbours[top.bus][top.next]
        if branch == top.byBranch { continue }
        if place[bus] < 0 {
          visit(bus, branch)
        } else {
          low[top.bus] = min(low[top.bus], place[bus])
        }
      }
      for bus in order[start...] { (starts[bus], ends[bus]) = (start, order.count) }
    }
    var references = [0]
    for bus in order {
      references.append(references[references.count - 1] + (grid.kinds[bus] == .reference ? 1 : 0))
    }
    (self.order, self.place, self.size, self.lowerBus) = (order, place, size, lowerBus)
    (islandStart, islandEnd, self.references) = (starts, ends, references)
  }

  /// Buses that lose every reference bus when the branch is out, ascending; mostly none.
  package func cutOff(by branch: Int) -> [Int] {
    guard let lower = lowerBus[branch] else { return [] }
    let below = place[lower]..<(place[lower] + size[lower])
    let island = islandStart[lower]..<islandEnd[lower]
    let count = { (range: Range<Int>) in references[range.upperBound] - references[range.lowerBound]
    }
    if count(below) == 0 { return order[below].sorted() }
    guard count(below) == count(island) else { return [] }
    return
      (Array(order[island.lowerBound..<below.lowerBound])
      + Array(order[below.upperBound..<island.upperBound])).sorted()
  }
}
