import Base
import JobModel

/// A request as handlers see it: routed, decoded, with its whole body.
struct APIRequest: Sendable {
  /// Values of the pattern's placeholders.
  let path: [String: String]
  let query: [String: String]
  let headers: [RequestHead.Header]
  let body: [UInt8]

  /// - Precondition: the route's pattern has this placeholder.
  subscript(_ placeholder: String) -> String {
    guard let value = path[placeholder] else {
      preconditionFailure("the route has no placeholder \(placeholder)")
    }
    return value
  }

  /// A placeholder that must be a number; anything else names nothing.
  func number(_ placeholder: String) throws(KilnError) -> Int {
    guard let number = Int(self[placeholder]), number >= 0 else {
      throw KilnError(.notFound, "`\(self[placeholder])` is not the number of a \(placeholder)")
    }
    return number
  }

  /// A number of the query; nil where it is not given.
  func queryNumber(_ name: String) throws(KilnError) -> Int? {
    guard let text = query[name] else { return nil }
    guard let number = Int(text), number >= 0 else {
      throw KilnError(.usage, "`\(text)` is not a number", at: name)
    }
    return number
  }

  /// `1` and `0`; absent is no.
  func queryFlag(_ name: String) throws(KilnError) -> Bool {
    switch query[name] {
    case nil, "0": return false
    case "1": return true
    case let text?: throw KilnError(.usage, "`\(text)` is neither 0 nor 1", at: name)
    }
  }

  func header(_ name: String) -> String? {
    headers.first { $0.isNamed(name) }?.value
  }

  func decoded<Value: Decodable>(_ type: Value.Type) throws(KilnError) -> Value {
    do {
      return try JSONValue.decoding(type, body, path: "body")
    } catch {
      throw KilnError(
        .usage, "the body is not a \(type) in JSON: \(brief(error))", fix: "see docs/http-api.md")
    }
  }

  private func brief(_ error: any Error) -> String {
    if let error = error as? KilnError { return "\(error.message) (\(error.place ?? "body"))" }
    guard let error = error as? DecodingError else { return "\(error)" }
    let context: DecodingError.Context? =
      switch error {
      case .dataCorrupted(let context), .keyNotFound(_, let context),
        .typeMismatch(_, let context), .valueNotFound(_, let context):
        context
      @unknown default: nil
      }
    let path = context?.codingPath.map(\.stringValue).joined(separator: ".") ?? ""
    let text = context?.debugDescription ?? "\(error)"
    return path.isEmpty ? text : "\(path): \(text)"
  }
}
