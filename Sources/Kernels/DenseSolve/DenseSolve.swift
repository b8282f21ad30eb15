import Base
import Catalogue
import Formats
import LinearAlgebra

/// `dense.solve`: LAPACK for a matrix from a file.
struct DenseSolve: Kernel {
  let name = "dense.solve"

  var libraries: [String: String] { ["OpenBLAS": BLAS.version] }

  func run(_ context: KernelContext) throws {
    let clock = KernelClock()
    BLAS.useThreads(1)
    context.progress("read", fraction: 0)
    let matrix = try DenseInput.matrix("matrix", context)
    let readSeconds = clock.wall.value
    context.summary.set("rows", Double(matrix.rows))
    context.summary.set("columns", Double(matrix.columns))
    context.progress("solve")
    let task = DenseTask(context)
    do {
      switch try context.text("operation") {
      case "system": try task.system(matrix.view)
      case "least_squares": try task.leastSquares(matrix.view)
      case "eigenvalues": try task.eigenvalues(matrix.view)
      case _: try task.singularValues(matrix.view)
      }
    } catch let error as DenseError {
      throw KilnError(.taskFailed, error.message, fix: Self.fix(error))
    }
    context.summary.set("read_seconds", readSeconds, unit: "s")
    clock.summarise(context)
  }

  private static func fix(_ error: DenseError) -> String? {
    switch error {
    case .singular: "`operation: least_squares` gives the shortest solution of dependent equations"
    case .notConverged: nil
    }
  }
}
