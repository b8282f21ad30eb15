/// Results on a section: a surface in or on the body (`*SECTION PRINT`).
package struct SectionPrint: Sendable {
  package let surfaceName: String
  package let faces: [ElementFace]
  package let quantities: Set<SectionQuantity>
  /// Its place among all prints, in the order of their cards.
  package var order = 0
}

/// A face of an element.
package struct ElementFace: Equatable, Sendable {
  package let element: Int
  /// Counted from 0.
  package let face: Int
}

package enum SectionQuantity: String, CaseIterable, Sendable {
  case force = "SOF"
  case moment = "SOM"
  case area = "SOAREA"
  case flux = "FLUX"
}

extension StepReader {
  mutating func readSectionPrint(_ card: Card, report: inout DeckReport) {
    if printsReplaced.insert("section").inserted { current.sectionPrints = [] }
    guard let name = required("SURFACE", card, report: &report) else { return }
    let quantities = labels(card, SectionQuantity.self, report: &report)
    guard isWanted(card, report: &report) else { return }
    guard let surface = sets.surfaces[name] else {
      let nearest = Spelling.nearest(to: name, in: sets.surfaces.keys.sorted())
      report.add(
        card.place, "surface \(name) is not defined",
        fix: nearest.map { "did you mean \($0)?" } ?? "define it with *SURFACE")
      return
    }
    current.sectionPrints.append(
      SectionPrint(
        surfaceName: name,
        faces: surface.map { ElementFace(element: $0.element, face: $0.face) },
        quantities: Set(quantities), order: nextPrint()))
  }
}
