/// A part of a file that a client asks for.
struct ByteRange: Hashable, Sendable {
  let offset: Int64
  let count: Int64

  enum Parsed: Hashable, Sendable {
    case whole
    case part(ByteRange)
    /// Nothing of the file is in it.
    case outside
  }

  /// Reads `bytes=5-`, `bytes=5-9` and `bytes=-5`; anything else, several ranges too, means all.
  static func parse(_ header: String?, size: Int64) -> Parsed {
    guard let header, header.hasPrefix("bytes=") else { return .whole }
    let ends = header.dropFirst(6).split(
      separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
    guard ends.count == 2 else { return .whole }
    let first = HeadRules.length(of: String(ends[0]))
    let last = HeadRules.length(of: String(ends[1]))
    switch (first, last) {
    case (nil, let suffix?) where ends[0].isEmpty:
      guard suffix > 0, size > 0 else { return .outside }
      let count = min(suffix, size)
      return .part(ByteRange(offset: size - count, count: count))
    case (let first?, nil) where ends[1].isEmpty:
      guard first < size else { return .outside }
      return .part(ByteRange(offset: first, count: size - first))
    case (let first?, let last?) where first <= last:
      guard first < size else { return .outside }
      return .part(ByteRange(offset: first, count: min(last, size - 1) - first + 1))
    default: return .whole
    }
  }
}
