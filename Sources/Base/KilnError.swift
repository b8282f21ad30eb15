/// What went wrong, where, and what to do about it: the one error type that people see.
package struct KilnError: Error, Hashable, Sendable, Codable {
  /// Stable: scripts, the HTTP API and the exit codes depend on it.
  package enum Code: String, Sendable, Codable, CaseIterable {
    case usage
    case invalidFile
    case notFound
    case conflict
    case refused
    case cannotBePlaced
    case unreachable
    case transfer
    case storage
    case taskFailed
    case cancelled
    case timedOut
    case internalError
  }

  package let code: Code
  /// One sentence, lower case, no full stop.
  package let message: String
  /// `file:line:column`, or a path inside a file; nil where there is no place to name.
  package let place: String?
  /// What to do; nil where the message says it all.
  package let fix: String?

  package init(_ code: Code, _ message: String, at place: String? = nil, fix: String? = nil) {
    self.code = code
    self.message = message
    self.place = place
    self.fix = fix
  }
}

extension KilnError: CustomStringConvertible {
  /// `place: message; fix`, the spelling used on the terminal and in logs.
  package var description: String {
    let body = place.map { "\($0): \(message)" } ?? message
    return fix.map { "\(body); \($0)" } ?? body
  }
}

/// Several problems found in one go, so that nobody submits five times to see five mistakes.
package struct Problems: Error, Hashable, Sendable, Codable {
  package private(set) var all: [KilnError]

  package init(_ all: [KilnError] = []) { self.all = all }

  package mutating func add(_ problem: KilnError) { all.append(problem) }

  package func throwIfAny() throws(Problems) {
    if !all.isEmpty { throw self }
  }
}

extension Problems: CustomStringConvertible {
  package var description: String { all.map(\.description).joined(separator: "\n") }
}
