import Base
import Catalogue

private enum Options {
  static let tests = Flag("--tests", "Also those that exist for tests only.")
}

extension CommandDeclaration {
  static let kernelList = CommandDeclaration(
    "kernel list", "List the built-in kernels.", options: [Options.tests.declaration]
  ) { arguments, context in
    var table = Table([Column("kernel"), Column("summary", isElastic: true)])
    for kernel in Catalogue.kernels where !kernel.isForTests || arguments[Options.tests] {
      table.add([.text(kernel.name), .text(kernel.summary)])
    }
    context.show(table)
    return .success
  }
}
