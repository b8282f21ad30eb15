/// The masses of elements and their second moments (`EMAS`).
extension DatWriter {
  mutating func writeMasses(_ print: ElementPrint, _ frame: Frame) throws {
    let rows = rows(of: print)
    let masses = rows.map { row in
      switch row.source {
      case .solid(let element): ElementMass(deck, frame, element)
      case .discrete(let element): ElementMass(deck, element)
      case .nothing: ElementMass()
      }
    }
    if print.totals != .only {
      try writeTitle(
        "mass (element, mass) and mass moment of itertia(xx,yy,zz,xy,xz,yz)", print.setName, frame)
      for (row, mass) in zip(rows, masses) {
        try output.beginLine()
        output.integer(row.label, width: 10)
        for value in [mass.mass] + mass.secondMoments {
          output.spaces(1)
          output.scientific(value, decimals: 6)
        }
        output.newline()
      }
    }
    guard print.totals != .no else { return }
    let total = masses.reduce(ElementMass()) { $0 + $1 }
    let moments = "(xx,yy,zz,xy,xz,yz)"
    try writeRow("total mass", [total.mass], print, frame)
    try writeRow("total mass moment of inertia \(moments)", total.secondMoments, print, frame)
    try writeRow("center of gravity", total.centre, print, frame)
    try writeRow(
      "total mass moment of inertia about the center ofgravity \(moments)",
      total.secondMomentsAboutCentre, print, frame)
  }

  private mutating func writeRow(
    _ title: String, _ values: [Double], _ print: ElementPrint, _ frame: Frame
  ) throws {
    try writeTitle(title, print.setName, frame)
    output.spaces(6)
    for value in values {
      output.spaces(1)
      output.scientific(value, decimals: 6)
    }
    output.newline()
  }
}

/// Integrals of density times 1, x, and x xᵀ.
struct ElementMass {
  private(set) var mass = 0.0
  private var first = [Double](repeating: 0, count: 3)
  /// Order xx yy zz xy xz yz, about the origin.
  private(set) var secondMoments = [Double](repeating: 0, count: 6)

  init() {}

  init(_ deck: Deck, _ frame: Frame, _ element: Int) {
    let fields = frame.fields
    for point in fields.range(of: element) {
      let local = point - fields.starts[element]
      let density = deck.density(
        ofPoint: local, of: element, at: frame.step.densityTemperatures)
      add(
        density * fields.volumes[point],
        at: deck.mesh.position(ofPoint: local, of: element))
    }
  }

  /// A point mass where its node is; springs and dashpots have none.
  init(_ deck: Deck, _ discrete: DiscreteElement) {
    guard let mass = discrete.mass.first else { return }
    add(mass, at: deck.mesh.position(of: discrete.freedoms[0] / 3))
  }

  private mutating func add(_ part: Double, at place: SIMD3<Double>) {
    mass += part
    for axis in 0..<3 { first[axis] += part * place[axis] }
    for (index, (i, j)) in Elasticity.pairs.enumerated() {
      secondMoments[index] += part * place[i] * place[j]
    }
  }

  static func + (one: ElementMass, other: ElementMass) -> ElementMass {
    var sum = ElementMass()
    sum.mass = one.mass + other.mass
    sum.first = zip(one.first, other.first).map(+)
    sum.secondMoments = zip(one.secondMoments, other.secondMoments).map(+)
    return sum
  }

  var centre: [Double] { first.map { mass > 0 ? $0 / mass : 0 } }

  var secondMomentsAboutCentre: [Double] {
    zip(secondMoments, Elasticity.pairs).map { $0 - mass * centre[$1.0] * centre[$1.1] }
  }
}
