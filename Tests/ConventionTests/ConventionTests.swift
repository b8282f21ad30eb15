import Glibc
import Testing

/// Rules that a machine checks, so that nobody has to.
@Suite("conventions")
struct ConventionTests {
  static let checkout: String = {
    var parts = #filePath.split(separator: "/", omittingEmptySubsequences: false)
    parts.removeLast(3)
    return parts.joined(separator: "/")
  }()

  @Test("no source file imports all of Foundation")
  func foundation() {
    let offenders = lines(under: "Sources") { $0 == "import Foundation" }
    #expect(offenders.isEmpty, "\(offenders)")
  }

  @Test("each C library is imported by one target only")
  func fences() {
    for library in entries("Sources/CLibraries") where library != "CLinux" {
      let importers = Set(
        lines(under: "Sources") { $0.hasSuffix("import \(library)") }
          .map { $0.split(separator: "/").dropFirst().first.map(String.init) ?? $0 })
      #expect(importers.count == 1, "\(library): \(importers.sorted())")
    }
  }

  @Test("no source file outgrows 500 lines")
  func sizes() {
    for file in swiftFiles(under: "Sources") {
      let count = text(file).split(separator: "\n", omittingEmptySubsequences: false).count
      #expect(count <= 500, "\(file): split by responsibility")
    }
  }

  @Test("the core knows neither clock, random numbers, files nor locks")
  func pureCore() {
    let banned = [
      "import Glibc", "import FoundationEssentials", "import Synchronization", ".now()",
    ]
    let offenders = lines(under: "Sources/Scheduling") { line in
      banned.contains { line.contains($0) } || line.contains(".random(")
    }
    #expect(offenders.isEmpty, "\(offenders)")
  }

  @Test("every script that people start can be executed")
  func runBits() {
    for script in ["scripts/demo", "scripts/test", "scripts/bench", ".ci/run"] {
      let code = unsafe access("\(ConventionTests.checkout)/\(script)", X_OK)
      #expect(code == 0, "\(script)")
    }
  }

  // MARK: Reading the checkout

  private func lines(under folder: String, where matches: (String) -> Bool) -> [String] {
    swiftFiles(under: folder).flatMap { file in
      text(file).split(separator: "\n").map(String.init).filter(matches).map { "\(file): \($0)" }
    }
  }

  private func swiftFiles(under folder: String) -> [String] {
    entries(folder).flatMap { name -> [String] in
      let path = "\(folder)/\(name)"
      return path.hasSuffix(".swift")
        ? [path] : entries(path).isEmpty ? [] : swiftFiles(under: path)
    }
  }

  private func entries(_ folder: String) -> [String] {
    guard let handle = unsafe opendir("\(ConventionTests.checkout)/\(folder)") else { return [] }
    defer { unsafe closedir(handle) }
    var names: [String] = []
    // Sound: the entry is read before the next call replaces it.
    while let entry = unsafe readdir(handle) {
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) {
        unsafe String(cString: UnsafeRawPointer($0).assumingMemoryBound(to: CChar.self))
      }
      if !name.hasPrefix(".") { names.append(name) }
    }
    return names.sorted()
  }

  private func text(_ path: String) -> String {
    guard let file = unsafe fopen("\(ConventionTests.checkout)/\(path)", "r") else { return "" }
    defer { unsafe fclose(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      // Sound: fread writes at most the buffer's count.
      let count = unsafe fread(&buffer, 1, buffer.count, file)
      guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
      bytes.append(contentsOf: buffer[..<count])
    }
  }
}
