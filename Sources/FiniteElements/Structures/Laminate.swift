/// The layers of a composite shell, which stay one solid through the thickness: each has a material and
/// axes of its own.
///
/// CalculiX manual, "*SHELL SECTION", COMPOSITE: the solid is integrated by layers, with two points through
/// each.
package struct Laminate: Sendable {
  /// The section of each layer, the bottom first.
  package var sections: [Int]
  /// The points of the bottom layer come first.
  let pointsPerLayer: Int

  /// The types that may have layers, as in CalculiX.
  static let types = ["S6", "S8R"]
  /// The layers of an element for which there is room; see ``ElementTable/mostPoints``.
  static let mostLayers = 64
}

extension Deck {
  /// The place among the sections of what holds at an integration point of an element.
  func sectionIndex(ofPoint point: Int, of element: Int) -> Int {
    guard !laminates.isEmpty, let laminate = laminates[element] else {
      return sectionOfElement[element]
    }
    return laminate.sections[point / laminate.pointsPerLayer]
  }

  /// What holds at an integration point of an element.
  func section(ofPoint point: Int, of element: Int) -> Section {
    sections[sectionIndex(ofPoint: point, of: element)]
  }

  /// Whether an element is in layers.
  func isLayered(_ element: Int) -> Bool { !laminates.isEmpty && laminates[element] != nil }

  /// Whether something in an element expands when it is heated.
  func expands(_ element: Int) -> Bool {
    guard isLayered(element), let laminate = laminates[element] else {
      return sections[sectionOfElement[element]].material.expansion != nil
    }
    return laminate.sections.contains { sections[$0].material.expansion != nil }
  }
}
