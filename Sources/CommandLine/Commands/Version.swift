/// The version of this build.
package enum Version {
  package static let text = "0.1.0"
}

extension CommandDeclaration {
  static let version = CommandDeclaration("version", "Print the version.") { _, context in
    if context.wantsJSON {
      context.show(.object(["version": .text(Version.text), "api": .text("v1")]))
    } else {
      context.out.line("kiln \(Version.text)")
    }
    return .success
  }
}
