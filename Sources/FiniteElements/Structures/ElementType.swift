/// What `TYPE=` names: a solid, or an element that is expanded into one.
struct ElementType: Equatable, Sendable {
  /// The solid that it is or becomes.
  let solid: ElementKind
  /// Nil for solids.
  let structure: StructuralKind?

  init(_ solid: ElementKind) {
    self.solid = solid
    structure = nil
  }

  init(_ structure: StructuralKind) {
    solid = structure.solid
    self.structure = structure
  }

  init?(name: String) {
    if let structure = StructuralKind(name: name) {
      self.init(structure)
    } else if let solid = ElementKind(name: name) {
      self.init(solid)
    } else {
      return nil
    }
  }

  /// All names, solids first.
  static let names = ElementKind.solids.map(\.name) + StructuralKind.all.map(\.name)

  /// How many nodes a deck gives it.
  var nodeCount: Int { structure?.nodeCount ?? solid.nodeCount }

  /// 3 for solids, 2 for surfaces, 1 for lines.
  var dimension: Int {
    guard let structure else { return 3 }
    return structure.isLine ? 1 : 2
  }
}
