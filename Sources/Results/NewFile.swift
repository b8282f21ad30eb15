/// A result file before it is recorded: small ones travel inside the segment.
package enum NewFile: Sendable {
  case bytes(name: String, [UInt8], isLog: Bool)
  /// A file in the attempt's folder; moved out of it when it is larger than 64 KiB.
  case path(name: String, path: String, isLog: Bool)

  /// Files up to this size travel inside the segment.
  package static let inlineBytesMax: Int64 = 64 << 10

  package var name: String {
    switch self {
    case .bytes(let name, _, _), .path(let name, _, _): name
    }
  }

  package var isLog: Bool {
    switch self {
    case .bytes(_, _, let isLog), .path(_, _, let isLog): isLog
    }
  }
}
