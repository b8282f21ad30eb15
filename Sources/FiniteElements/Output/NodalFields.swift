/// Stresses, strains and energy of a step at the nodes.
package struct NodalFields: Sendable {
  /// Shape `[nodes, 6]`, order xx yy zz xy xz yz.
  package let stress: [Double]
  /// The same for the strain; empty when nobody asked for it.
  package let strain: [Double]
  /// Strain energy per volume; empty when nobody asked for it.
  package let energyDensity: [Double]
  /// Estimated error of the stress in per cent; empty when nobody asked for it.
  package let stressError: [Double]
  /// Of the averaged stress.
  package let vonMises: [Double]

  package init(_ deck: Deck, _ frame: Frame) {
    let fields = frame.fields
    func nodal(_ values: [Double], _ components: Int) -> [Double] {
      var nodal = NodalAverage.nodal(
        values, components: components, mesh: deck.mesh, starts: fields.starts)
      deck.structures?.complete(&nodal, components: components)
      return nodal
    }
    func tensors(_ values: [Double]) -> [Double] {
      nodal(
        frame.step.elementFileIsLocal ? deck.localTensors(values, starts: fields.starts) : values, 6
      )
    }
    var stress = tensors(fields.stress)
    if let structures = deck.structures, frame.step.writesSectionForces, !deck.showsExpanded {
      stress =
        BeamForces(structures: structures, mesh: deck.mesh, stress: stress).nodal()
    }
    self.stress = stress
    strain = frame.step.elementFile.contains(.strain) ? tensors(fields.strain) : []
    energyDensity =
      frame.step.elementFile.contains(.energyDensity)
      ? nodal(fields.volumes.indices.map { fields.energyDensity(at: $0) }, 1) : []
    var stressError =
      frame.step.writesStressError
      ? StressError.estimate(deck.mesh, stress: fields.stress, starts: fields.starts) : []
    deck.structures?.complete(&stressError, components: 1)
    self.stressError = stressError
    vonMises = (0..<deck.mesh.nodeCount).map { [stress] in
      FiniteElements.vonMises(stress[(6 * $0)..<(6 * $0 + 6)])
    }
  }
}
