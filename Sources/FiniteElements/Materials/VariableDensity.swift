/// Densities that depend on temperature.
extension Deck {
  /// Whether a density differs from place to place with the temperature.
  var hasVariableDensity: Bool {
    sections.contains { section in section.material.densities.map { !$0.isConstant } ?? false }
  }

  /// Mass per volume at an integration point; zero where the deck gives none.
  ///
  /// - Parameters:
  ///   - temperatures: by node; empty where no density depends on them.
  ///   - rule: how the temperature at the point follows from them.
  func density(
    ofPoint point: Int, of element: Int, at temperatures: [Double],
    _ rule: PointTemperatures.Rule = .recovered
  ) -> Double {
    let section = sectionIndex(ofPoint: point, of: element)
    guard !temperatures.isEmpty, let table = sections[section].material.densities,
      !table.isConstant
    else { return sections[section].material.density ?? 0 }
    let rules =
      switch rule {
      case .recovered: PointTemperatures.all
      case .inertial: PointTemperatures.inertial
      }
    return table.scalar(
      at: rules[mesh.elementKinds[element].rawValue].value(
        point, mesh.nodes(of: element), temperatures))
  }
}
