/// Stresses, strains and energy of a step at the nodes, those of layers behind the others (``Layering``).
package struct NodalFields: Sendable {
  /// Shape `[nodes, 6]`, order xx yy zz xy xz yz.
  package let stress: [Double]
  /// The same for the strain; empty when nobody asked for it.
  package let strain: [Double]
  package let mechanicalStrain: [Double]
  package let thermalStrain: [Double]
  /// Heat flux, shape `[nodes, 3]`; empty when no heat flows or nobody asked for it.
  package let heatFlux: [Double]
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
      if let layering = deck.layering {
        nodal += layering.nodal(values, components: components, starts: fields.starts)
      }
      return nodal
    }
    func tensors(_ values: [Double]) -> [Double] {
      nodal(
        frame.step.elementFileIsLocal ? deck.localTensors(values, starts: fields.starts) : values, 6
      )
    }
    let wanted = frame.step.elementFile
    func strain(_ quantity: ElementFileQuantity, _ values: @autoclosure () -> [Double]) -> [Double]
    {
      // As in CalculiX, thermal strains bring the other two along.
      guard wanted.contains(quantity) || wanted.contains(.thermalStrain), !fields.strain.isEmpty
      else { return [] }
      return tensors(values())
    }
    var stress = fields.stress.isEmpty ? [] : tensors(fields.stress)
    if let structures = deck.structures, frame.step.writesSectionForces, !deck.showsExpanded,
      !stress.isEmpty
    {
      stress = BeamForces(structures: structures, mesh: deck.mesh, stress: stress).nodal()
    }
    self.stress = stress
    self.strain = strain(.strain, fields.strain)
    mechanicalStrain = strain(.mechanicalStrain, fields.mechanicalStrain)
    let zeros = [Double](repeating: 0, count: fields.strain.count)
    thermalStrain = strain(
      .thermalStrain, fields.thermalStrain.isEmpty ? zeros : fields.thermalStrain)
    heatFlux = fields.heatFlux.isEmpty ? [] : nodal(fields.heatFlux, 3)
    energyDensity =
      wanted.contains(.energyDensity) && !fields.strain.isEmpty
      ? nodal(fields.volumes.indices.map { fields.energyDensity(at: $0) }, 1) : []
    var stressError =
      frame.step.writesStressError && !fields.stress.isEmpty
      ? StressError.estimate(
        deck.mesh, stress: fields.stress, starts: fields.starts, isLayered: deck.isLayered,
        isPlane: { deck.structures?.kind(of: $0)?.isPlane == true }) : []
    if !stressError.isEmpty { deck.structures?.complete(&stressError, components: 1) }
    self.stressError = stressError
    vonMises =
      stress.isEmpty
      ? []
      : (0..<(stress.count / 6)).map { [stress] in
        FiniteElements.vonMises(stress[(6 * $0)..<(6 * $0 + 6)])
      }
  }
}
