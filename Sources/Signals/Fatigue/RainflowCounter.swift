import LinearAlgebra

/// Counts loops among turning points that arrive in blocks; what is open is carried from block to block.
package struct RainflowCounter: ~Copyable {
  private let rule: RainflowRule
  private let residueRule: ResidueRule
  private var open = Buffer<Double>(repeating: .nan, count: 1024)
  /// The first open point's place; three places before it hold NaN, with which no comparison holds.
  private var bottom = Self.guardCount
  private var top = Self.guardCount
  private var full = CycleBlock()
  private var half = CycleBlock()

  private static let guardCount = 3

  /// In a repeated recording nothing stays open, so that both rules count the same loops (ASTM 5.4.5).
  package init(_ rule: RainflowRule, residue: ResidueRule) {
    self.rule = residue == .repeat ? .fourPoint : rule
    residueRule = residue
  }

  /// Turning points that belong to no closed loop so far.
  package var residue: [Double] {
    open.view.slice(bottom, count: top - bottom).copy(first: top - bottom)
  }

  /// Takes the next turning points: neighbours differ, directions alternate.
  package mutating func count(_ points: View<Double>, into sink: any CycleSink) {
    var next = 0
    while next < points.count {
      let part = min(points.count - next, CycleBlock.capacity)
      reserve(part)
      switch rule {
      case .fourPoint: next += closeFourPoint(points.slice(next, count: part))
      case .threePoint:
        closeThreePoint(points.slice(next, count: part), into: sink)
        next += part
      }
      flush(into: sink)
    }
  }

  /// Settles the residue and becomes ready for another recording.
  ///
  /// - Returns: the turning points that had closed no loop.
  package mutating func finish(into sink: any CycleSink) -> [Double] {
    let left = residue
    switch residueRule {
    case .ignore: break
    case .half:
      for (start, end) in zip(left, left.dropFirst()) {
        half.append(from: start, to: end)
        if half.count == CycleBlock.capacity { flush(into: sink) }
      }
    case .repeat: countAgain(left, into: sink)
    }
    flush(into: sink)
    for place in bottom..<top { open.view[place] = .nan }
    (bottom, top) = (Self.guardCount, Self.guardCount)
    return left
  }

  /// The residue behind itself; a point at the joint that is no extreme falls out.
  private mutating func countAgain(_ left: [Double], into sink: any CycleSink) {
    guard left.count > 1 else { return }
    let joined = left + left
    let points = Buffer<Double>(repeating: 0, count: joined.count + 1)
    var finder = TurningPoints()
    var count = joined.withView { samples in finder.find(samples, into: points.view) }
    if let last = finder.finish() {
      points.view[count] = last
      count += 1
    }
    // The residue holds no loop: what closes here closes by the repetition.
    var second = RainflowCounter(.fourPoint, residue: .ignore)
    second.count(points.view.reading.slice(0, count: count), into: sink)
  }

  private mutating func flush(into sink: any CycleSink) {
    if full.count > 0 { sink.add(full, halves: 2) }
    if half.count > 0 { sink.add(half, halves: 1) }
    full.count = 0
    half.count = 0
  }

  /// Makes room for `count` more open points.
  private mutating func reserve(_ count: Int) {
    guard top + count > open.count else { return }
    let kept = residue
    let grown = Buffer<Double>(
      repeating: .nan, count: max(2 * (kept.count + count), 1024) + Self.guardCount)
    for (index, point) in kept.enumerated() { grown.view[Self.guardCount + index] = point }
    open = grown
    bottom = Self.guardCount
    top = bottom + kept.count
  }
}

// MARK: Four points

extension RainflowCounter {
  /// Closes b–c where it lies within a–b and c–d. Below the first point stand NaNs, so that no loop
  /// closes over the end of the stack. Returns how many points were taken before the block was full.
  private mutating func closeFourPoint(_ points: View<Double>) -> Int {
    let open = self.open.view
    let from = full.from.view
    let to = full.to.view
    let limit = CycleBlock.capacity
    var top = self.top
    var closed = full.count
    var taken = 0
    while taken < points.count {
      let d = points[taken]
      var b = open[top - 2]
      var c = open[top - 1]
      while closed < limit {
        let a = open[top - 3]
        let inner = abs(c - b)
        guard inner <= abs(d - c), inner <= abs(b - a) else { break }
        from[closed] = b
        to[closed] = c
        closed &+= 1
        top &-= 2
        c = a
        b = open[top - 2]
      }
      if closed == limit { break }
      open[top] = d
      top &+= 1
      taken &+= 1
    }
    self.top = top
    full.count = closed
    return taken
  }
}

// MARK: Three points

extension RainflowCounter {
  /// ASTM E1049-85, 5.4.4: X is the range under consideration, Y the one before; S is the start.
  private mutating func closeThreePoint(_ points: View<Double>, into sink: any CycleSink) {
    let open = self.open.view
    for index in 0..<points.count {
      let newest = points[index]
      open[top] = newest
      top += 1
      while true {
        let x = abs(newest - open[top - 2])
        let y = abs(open[top - 2] - open[top - 3])
        guard x >= y else { break }
        if full.count == CycleBlock.capacity || half.count == CycleBlock.capacity {
          flush(into: sink)
        }
        if top - bottom == 3 {
          half.append(from: open[bottom], to: open[bottom + 1])
          open[bottom] = .nan
          bottom += 1
        } else {
          full.append(from: open[top - 3], to: open[top - 2])
          open[top - 3] = newest
          top -= 2
        }
      }
    }
  }
}
