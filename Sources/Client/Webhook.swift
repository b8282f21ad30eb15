import Base
import CCurl

/// A message to be sent to an address of the user's.
package struct WebhookRequest: Sendable {
  package var address: String
  /// `Name: value` each.
  package var headers: [String]
  package var body: [UInt8]

  package init(address: String, headers: [String], body: [UInt8]) {
    self.address = address
    self.headers = headers
    self.body = body
  }
}

package enum Webhook {
  private static let connectSeconds = 10
  private static let totalSeconds = 30

  /// Posts a message; redirects are not followed, so that what is signed goes where it was meant to.
  ///
  /// - Returns: the status of the answer.
  /// - Throws: code `unreachable` where there was no answer.
  package static func post(_ request: WebhookRequest) throws(KilnError) -> Int {
    var curl = CurlHandle()
    curl.set(CURLOPT_NOSIGNAL, 1)
    curl.set(CURLOPT_URL, request.address)
    curl.set(CURLOPT_PROTOCOLS_STR, "http,https")
    curl.set(CURLOPT_CONNECTTIMEOUT, connectSeconds)
    curl.set(CURLOPT_TIMEOUT, totalSeconds)
    curl.setBody(request.body)
    curl.setHeaders(["Expect:", "Content-Type: application/json"] + request.headers)
    // What is answered is of no interest; a megabyte of it ends the call.
    let exchange = BodyExchange(curl, source: nil, consume: { _ in })
    exchange.attach(to: curl)
    // Sound: `exchange`, which the callbacks use, is alive until after the call.
    let code = withExtendedLifetime(exchange) { unsafe curl_easy_perform(curl.pointer) }
    guard code == CURLE_OK else {
      throw KilnError(.unreachable, Curl.message(code), at: request.address)
    }
    return curl.status
  }
}
