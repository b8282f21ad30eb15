import LinearAlgebra

/// The heat balance of a temperature field.
struct HeatBalance {
  /// Heat that conduction carries away from each node.
  private(set) var conduction: [Double]
  /// Heat that each node gets in excess.
  private(set) var residual: [Double]
  /// Heat flux at the integration points, shape `[points, 3]`.
  private(set) var flux: [Double]
  /// The mean size of the flows in which elements take part, for judging the residual.
  let meanFlow: Double

  /// - Parameters:
  ///   - change: what the increment has added to the temperatures.
  ///   - rate: one over the time increment; 0 in steady state.
  init(
    _ field: HeatField, _ conditions: HeatConditions, rate: Double, starts: [Int],
    team: ThreadTeam
  ) {
    let mesh = field.deck.mesh
    let parts = (0..<team.count).map { _ in Part(mesh.nodeCount) }
    var flux = [Double](repeating: 0, count: 3 * starts[mesh.elementCount])
    flux.withMutableView { flux in
      team.run { part in
        parts[part].add(
          team.share(part, of: mesh.elementCount), field, conditions, rate: rate, flux: flux,
          starts: starts)
      }
    }
    var conduction = [Double](repeating: 0, count: mesh.nodeCount)
    var residual = conditions.flows
    for part in parts {
      for node in 0..<mesh.nodeCount {
        conduction[node] += part.conduction.view[node]
        residual[node] += part.excess.view[node] - part.conduction.view[node]
      }
    }
    (self.conduction, self.residual, self.flux) = (conduction, residual, flux)
    meanFlow = parts.reduce(0) { $0 + $1.sum } / Double(max(mesh.connectivity.count, 1))
  }
}

/// Temperatures of the nodes, and what the increment has added to them.
struct HeatField {
  let deck: Deck
  let temperatures: [Double]
  let change: [Double]

  /// Whether heat flows in an element or is stored: not where one temperature reigns and stays.
  func isMoved(_ element: Int) -> Bool {
    let mesh = deck.mesh
    let range = mesh.connectivityStarts[element]..<mesh.connectivityStarts[element + 1]
    let first = temperatures[mesh.connectivity[range.lowerBound]]
    for entry in range {
      let node = mesh.connectivity[entry]
      if temperatures[node] != first || change[node] != 0 { return true }
    }
    return false
  }
}

/// What the elements of one thread add to a balance.
private final class Part {
  /// By node: heat carried away, heat from loads less what is stored.
  let conduction: Buffer<Double>
  let excess: Buffer<Double>
  private(set) var sum = 0.0

  init(_ nodeCount: Int) {
    conduction = Buffer(repeating: 0, count: nodeCount)
    excess = Buffer(repeating: 0, count: nodeCount)
  }

  func add(
    _ elements: Range<Int>, _ field: HeatField, _ conditions: HeatConditions, rate: Double,
    flux: MutableView<Double>, starts: [Int]
  ) {
    let mesh = field.deck.mesh
    let element = HeatElement(field.deck)
    let lanes = HeatLanes(field.deck, element)
    let moved = Buffer(repeating: Int32(0), count: 1024)
    var next = elements.lowerBound
    while next < elements.upperBound {
      var count = 0
      while next < elements.upperBound, count < moved.count {
        if conditions.isLoaded(next) || field.isMoved(next) {
          moved.view[count] = Int32(truncatingIfNeeded: next)
          count += 1
        }
        next += 1
      }
      let list = moved.view[part: 0..<count]
      var index = 0
      while index < count {
        let taken = lanes.take(list, from: index, mesh, conditions)
        if taken == 0 {
          let own = Int(list[index])
          addOne(own, element, field, conditions, rate: rate, flux: flux, first: starts[own])
        } else {
          addLanes(list, index, taken, lanes, field, rate: rate, flux: flux, starts: starts)
        }
        index += max(taken, 1)
      }
    }
  }

  private func addOne(
    _ index: Int, _ element: HeatElement, _ field: HeatField, _ conditions: HeatConditions,
    rate: Double, flux: MutableView<Double>, first: Int
  ) {
    let mesh = field.deck.mesh
    guard element.load(index, field.deck, field.temperatures, change: field.change) else { return }
    let table = mesh.table(of: index)
    balanceConduction(element, table, rate: rate, flux: flux, first: first)
    if let loads = conditions.loads[index] {
      element.addLoads(loads, table, zero: conditions.absoluteZero)
    }
    for (place, node) in mesh.nodes(of: index).enumerated() {
      add(element.conduction.view[place], element.residual.view[place], at: node)
    }
  }

  private func addLanes(
    _ list: MutableView<Int32>, _ index: Int, _ count: Int, _ lanes: HeatLanes,
    _ field: HeatField, rate: Double, flux: MutableView<Double>, starts: [Int]
  ) {
    let mesh = field.deck.mesh
    field.temperatures.withView { temperatures in
      field.change.withView { change in
        lanes.loadTemperatures(list, from: index, count: count, mesh, temperatures, change: change)
      }
    }
    let isGood = lanes.balance(rate: rate)
    for lane in 0..<count where isGood[lane] {
      let element = Int(list[index + lane])
      let first = mesh.connectivityStarts[element]
      for a in 0..<lanes.nodeCount {
        add(
          lanes.conduction.view[a][lane], lanes.residual.view[a][lane],
          at: mesh.connectivity[first &+ a])
      }
      let to = 3 &* starts[element]
      for entry in 0..<(3 &* (starts[element &+ 1] &- starts[element])) {
        flux[to &+ entry] = lanes.flux.view[entry][lane]
      }
    }
  }

  @inline(__always)
  private func add(_ flow: Double, _ excess: Double, at node: Int) {
    conduction.view[node] += flow
    self.excess.view[node] += excess
    sum += abs(flow)
  }
}
