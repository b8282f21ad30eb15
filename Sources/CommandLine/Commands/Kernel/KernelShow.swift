import Base
import Catalogue
import JobModel

extension CommandDeclaration {
  static let kernelShow = CommandDeclaration(
    "kernel show", "Show a kernel: method, parameters, inputs, outputs, an example.",
    positionals: [Positional("KERNEL", "Its name, as in `fe.solve`.", completion: .kernel)],
    examples: [Example("kiln kernel show fe.solve", "all about linear finite elements")]
  ) { arguments, context in
    let name = arguments.words[0]
    guard let kernel = Catalogue.kernel(name) else {
      let names = Catalogue.kernels.map(\.name)
      throw KilnError(
        .notFound, "there is no kernel '\(name)'",
        fix: nearest(to: name, among: names).map { "did you mean '\($0)'?" }
          ?? "see `kiln kernel list`")
    }
    if context.wantsJSON {
      context.show(KernelPage.json(kernel))
    } else {
      context.out.write(KernelPage.text(kernel, style: context.style))
    }
    return .success
  }
}
