import Base

extension CommandDeclaration {
  static let version = CommandDeclaration("version", "Print the version.") { _, context in
    if context.wantsJSON {
      context.show(.object(["version": .text(Kiln.version), "api": .text("v1")]))
    } else {
      context.out.line("kiln \(Kiln.version)")
    }
    return .success
  }
}
