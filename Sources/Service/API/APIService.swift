import Base
import Wire

/// Leads requests to their routes; everything behind it speaks in values.
struct APIService: HTTPService {
  let installation: Installation

  /// Bodies other than files are never larger.
  static let bodyBytesMax: Int64 = 2 << 20

  func receive(_ head: RequestHead, _ target: RequestTarget) -> HTTPReception {
    do {
      let (route, path) = try find(head.method, target)
      let size = head.values("content-length").first.flatMap(HeadRules.length(of:)) ?? 0
      let request = APIRequest(path: path, query: target.query, headers: head.headers, body: [])
      switch route.action {
      case .handler(let handler):
        guard size <= APIService.bodyBytesMax else {
          throw HTTPRefusal(413, "the body is larger than 2 MiB")
        }
        return .accepted(SmallRequest(request, size: Int(size), handler, installation))
      case .upload(let begin):
        return .accepted(try begin(request, installation))
      }
    } catch {
      return .refused(.failure(error))
    }
  }

  func answer(_ refusal: HTTPRefusal) -> HTTPAnswer { .failure(refusal) }

  private func find(
    _ method: String, _ target: RequestTarget
  ) throws(HTTPRefusal) -> (Route, [String: String]) {
    guard target.segments.first == API.version else {
      throw HTTPRefusal(404, "there is nothing at this path", fix: "paths begin with /v1/")
    }
    let segments = target.segments.dropFirst()
    var allowed: [String] = []
    for route in Route.all {
      guard let path = route.match(segments) else { continue }
      if route.method == method { return (route, path) }
      allowed.append(route.method)
    }
    guard allowed.isEmpty else {
      throw HTTPRefusal(405, "this path answers only \(allowed.joined(separator: " and "))")
    }
    throw HTTPRefusal(404, "there is nothing at this path", fix: "see docs/http-api.md")
  }
}

/// A request whose body is kept in memory until it is complete.
private final class SmallRequest: PendingRequest {
  private let request: APIRequest
  private let handler: @Sendable (APIRequest, Installation) throws -> HTTPAnswer
  private let installation: Installation
  private var body: [UInt8] = []

  init(
    _ request: APIRequest, size: Int,
    _ handler: @escaping @Sendable (APIRequest, Installation) throws -> HTTPAnswer,
    _ installation: Installation
  ) {
    self.request = request
    self.handler = handler
    self.installation = installation
    body.reserveCapacity(size)
  }

  func take(_ bytes: UnsafeRawBufferPointer) {
    // The length was checked with the head; libmicrohttpd reads no further than it says.
    unsafe body.append(contentsOf: bytes)
  }

  func answer() -> HTTPAnswer {
    do {
      return try handler(
        APIRequest(
          path: request.path, query: request.query, headers: request.headers, body: body),
        installation)
    } catch {
      return .failure(error)
    }
  }
}
