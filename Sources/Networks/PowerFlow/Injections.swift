/// What loads and generators feed into the buses, MW and MVAr.
package struct Injections: Sendable {
  /// Generation less load.
  package var activeMW: [Double]
  /// Reactive power of generators, given at load buses only; elsewhere it is a result.
  package var generatedMVAr: [Double]
  package var loadMW: [Double]
  package var loadMVAr: [Double]

  /// The values of the case.
  package init(_ grid: Grid) {
    self.init(
      grid, loadMW: grid.source.buses.map(\.loadMW), loadMVAr: grid.source.buses.map(\.loadMVAr),
      generatorMW: grid.source.generators.map(\.activeMW))
  }

  package init(_ grid: Grid, loadMW: [Double], loadMVAr: [Double], generatorMW: [Double]) {
    self.loadMW = loadMW
    self.loadMVAr = loadMVAr
    activeMW = loadMW.map { -$0 }
    generatedMVAr = [Double](repeating: 0, count: loadMW.count)
    for (bus, generators) in grid.generatorsOfBus {
      for index in generators {
        activeMW[bus] += generatorMW[index]
        generatedMVAr[bus] += grid.source.generators[index].reactiveMVAr
      }
    }
  }
}
