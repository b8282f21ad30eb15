import Base

/// A method and a path, and what answers them.
struct Route: Sendable {
  enum Action: Sendable {
    /// Called with the whole body, which is small.
    case handler(@Sendable (APIRequest, Installation) throws -> HTTPAnswer)
    /// The body is a file, taken as it arrives.
    case upload(@Sendable (APIRequest, Installation) throws -> any PendingRequest)
  }

  let method: String
  /// Segments below `/v1`; those that begin with a colon stand for anything.
  let pattern: [Substring]
  let action: Action

  static func get(
    _ pattern: String,
    _ handler: @escaping @Sendable (APIRequest, Installation) throws -> HTTPAnswer
  ) -> Route {
    Route(method: "GET", pattern: pattern.split(separator: "/"), action: .handler(handler))
  }

  static func post(
    _ pattern: String,
    _ handler: @escaping @Sendable (APIRequest, Installation) throws -> HTTPAnswer
  ) -> Route {
    Route(method: "POST", pattern: pattern.split(separator: "/"), action: .handler(handler))
  }

  static func put(
    _ pattern: String,
    _ handler: @escaping @Sendable (APIRequest, Installation) throws -> any PendingRequest
  ) -> Route {
    Route(method: "PUT", pattern: pattern.split(separator: "/"), action: .upload(handler))
  }

  /// The values of the placeholders; nil where the path is another one.
  func match(_ segments: ArraySlice<String>) -> [String: String]? {
    guard segments.count == pattern.count else { return nil }
    var values: [String: String] = [:]
    for (part, segment) in zip(pattern, segments) {
      if part.first == ":" {
        values[String(part.dropFirst())] = segment
      } else if part != segment {
        return nil
      }
    }
    return values
  }
}
