/// A built-in computation: glue from parameters and inputs to numerics and outputs.
///
/// What a kernel throws ends its attempt as `failed(1)` with the error's words, except
/// ``OutOfMemory`` (reason `memory`) and ``Cancelled`` (the reason for which it was stopped).
package protocol Kernel: Sendable {
  /// The name of its declaration in the catalogue.
  var name: String { get }

  /// Libraries that take part in the result, with their versions, for the provenance.
  var libraries: [String: String] { get }

  /// Computes one task; everything it needs and everything it leaves goes through the context.
  func run(_ context: KernelContext) throws
}

extension Kernel {
  package var libraries: [String: String] { [:] }
}

/// The list of kernels on this side; a test holds it equal to the catalogue's.
package enum Kernels {
  package static let all: [any Kernel] = [
    DataAnova(), DataDesign(), DataFit(), DataPCA(), DataPLS(), DataPredict(), DataRegress(),
    DataSPC(),
    DenseSolve(), FiniteElementSolve(), MeshStress(), PowerFlow(), PowerSpectra(), SignalFatigue(),
    SignalFiltering(), SignalPick(), SignalShock(), Spectrograms(), TestSleep(), TestTrap(),
    TestExhaust(), TestStuck(),
  ]

  package static func named(_ name: String) -> (any Kernel)? { all.first { $0.name == name } }
}

/// A library could not allocate what it needs within the attempt's memory limit.
package struct OutOfMemory: Error {
  /// What for, in one sentence.
  package let message: String

  package init(_ message: String) { self.message = message }
}

/// The kernel noticed that it is to stop, and did.
package struct Cancelled: Error {
  package init() {}
}
