/// The catalogue: the only list of kernels on this side; `Kernels` has the other, and a test holds
/// the two equal.
package enum Catalogue {
  package static let kernels: [KernelDeclaration] = [
    .dataAnova, .dataDesign, .dataFit, .dataPca, .dataPls, .dataPredict, .dataRegress, .dataSpc,
    .denseSolve,
    .feSolve, .feStress, .networkPowerflow, .signalFatigue, .signalFilter, .signalPick, .signalPsd,
    .signalShock, .signalSpectrogram, .testSleep, .testTrap, .testExhaust, .testStuck,
  ]

  private static let byName = Dictionary(uniqueKeysWithValues: kernels.map { ($0.name, $0) })

  package static func kernel(_ name: String) -> KernelDeclaration? { byName[name] }
}
