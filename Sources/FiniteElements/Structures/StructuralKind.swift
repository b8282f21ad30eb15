/// A type of element that is expanded into solids: plane, axisymmetric, shell, membrane, beam, truss.
///
/// CalculiX manual, section "Element types".
package struct StructuralKind: Equatable, Sendable {
  package enum Family: String, CaseIterable, Sendable {
    case planeStress = "CPS"
    case planeStrain = "CPE"
    case axisymmetric = "CAX"
    case shell = "S"
    case membrane = "M3D"
    case beam = "B3"
    case truss = "T"
  }

  package let name: String
  package let family: Family
  package let nodeCount: Int
  /// The solid that it becomes.
  package let solid: ElementKind

  package init?(name: String) {
    guard let known = Self.all.first(where: { $0.name == name }) else { return nil }
    self = known
  }

  private init(_ name: String, _ family: Family, _ nodeCount: Int, _ solid: ElementKind) {
    self.name = name
    self.family = family
    self.nodeCount = nodeCount
    self.solid = solid
  }

  /// All types, families in order.
  package static let all: [Self] = {
    var all: [Self] = []
    for family: Family in [.planeStress, .planeStrain, .axisymmetric, .shell, .membrane] {
      let linear: ElementKind = family == .shell ? .c3d8i : .c3d8
      for (suffix, count, solid): (String, Int, ElementKind) in [
        ("3", 3, .c3d6), ("4", 4, linear), ("4R", 4, .c3d8r), ("6", 6, .c3d15), ("8", 8, .c3d20),
        ("8R", 8, .c3d20r),
      ] {
        all.append(Self(family.rawValue + suffix, family, count, solid))
      }
    }
    all += [
      Self("B31", .beam, 2, .c3d8i), Self("B31R", .beam, 2, .c3d8r),
      Self("B32", .beam, 3, .c3d20), Self("B32R", .beam, 3, .c3d20r),
      Self("T2D2", .truss, 2, .c3d8i), Self("T3D2", .truss, 2, .c3d8i),
      Self("T3D3", .truss, 3, .c3d20),
    ]
    return all
  }()

  /// Whether it is a truss in the plane of x and y.
  var isPlaneTruss: Bool { name == "T2D2" }

  /// Whether it is expanded across a section rather than through a thickness.
  package var isLine: Bool {
    switch family {
    case .beam, .truss: true
    case .planeStress, .planeStrain, .axisymmetric, .shell, .membrane: false
    }
  }

  /// Whether nothing lets the thickness change: a nearly incompressible material then keeps its volume in the plane.
  var keepsVolume: Bool {
    switch family {
    case .planeStrain, .axisymmetric: true
    case .planeStress, .shell, .membrane, .beam, .truss: false
    }
  }

  /// Whether it lies in the plane z = 0 and stays there.
  package var isPlane: Bool {
    switch family {
    case .planeStress, .planeStrain, .axisymmetric: true
    case .shell, .membrane, .beam, .truss: false
    }
  }

  package var isQuadratic: Bool { isLine ? nodeCount == 3 : nodeCount > 4 }

  /// How many of its nodes are corners or ends that stand first; a line's are its first and last.
  package var cornerCount: Int { isLine ? 2 : nodeCount % 4 == 0 ? 4 : 3 }

  /// The face of the solid, from 0, that a load or surface label names.
  ///
  /// The edges of a plane element are the third face and those after it. A shell's bottom is the
  /// first face: a positive pressure pushes along its normal.
  package func face(_ label: String, prefix: String) -> Int? {
    guard label.hasPrefix(prefix) else { return nil }
    let number = Int(label.dropFirst(prefix.count))
    switch family {
    case .planeStress, .planeStrain, .axisymmetric:
      guard let number, (1...cornerCount).contains(number) else { return nil }
      return number + 1
    case .shell, .membrane:
      switch label.dropFirst(prefix.count) {
      case "", "NEG": return 0
      case "POS": return 1
      default:
        guard let number, (1...cornerCount + 2).contains(number) else { return nil }
        return prefix == "P" ? 0 : number - 1
      }
    case .beam, .truss:
      guard let number, (1...6).contains(number) else { return nil }
      return prefix == "P" && number == 2 ? 4 : number - 1
    }
  }
}
