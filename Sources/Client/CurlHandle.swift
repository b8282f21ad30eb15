import Base
import CCurl

/// libcurl, made ready once for the process: without TLS, which a Unix socket does not need.
enum Curl {
  static let isReady: Bool = curl_global_init(0) == CURLE_OK

  static func message(_ code: CURLcode) -> String {
    // Sound: libcurl's texts are constants.
    unsafe String(cString: curl_easy_strerror(code))
  }
}

/// Owns one libcurl handle and its header list; the connection stays open between requests.
@safe
struct CurlHandle: ~Copyable {
  // Sound: both live until `deinit`, which frees them once, because the type cannot be copied.
  let pointer: UnsafeMutableRawPointer
  private var headers: UnsafeMutablePointer<curl_slist>?

  init() {
    precondition(Curl.isReady, "libcurl cannot start")
    guard let pointer = unsafe curl_easy_init() else { preconditionFailure("out of memory") }
    unsafe self.pointer = pointer
    unsafe headers = nil
  }

  deinit {
    unsafe curl_easy_cleanup(pointer)
    unsafe curl_slist_free_all(headers)
  }

  var status: Int { Int(unsafe kiln_curl_status(pointer)) }

  /// Forgets the options of the request before; open connections stay.
  mutating func reset() {
    unsafe curl_easy_reset(pointer)
    unsafe curl_slist_free_all(headers)
    unsafe headers = nil
  }

  func set(_ option: CURLoption, _ value: Int) {
    check(unsafe kiln_curl_set_number(pointer, option, value))
  }

  func set(_ option: CURLoption, offset: Int64) {
    check(unsafe kiln_curl_set_offset(pointer, option, curl_off_t(offset)))
  }

  func set(_ option: CURLoption, _ text: String) {
    check(unsafe kiln_curl_set_text(pointer, option, text))
  }

  func setBody(_ bytes: [UInt8]) {
    check(unsafe kiln_curl_set_body(pointer, bytes, curl_off_t(bytes.count)))
  }

  mutating func setHeaders(_ lines: [String]) {
    for line in lines {
      guard let longer = unsafe curl_slist_append(headers, line) else {
        preconditionFailure("out of memory")
      }
      unsafe headers = longer
    }
    check(unsafe kiln_curl_set_headers(pointer, headers))
  }

  /// The value of a header of the answer.
  func header(_ name: String) -> String? {
    var found: UnsafeMutablePointer<curl_header>?
    // Sound: libcurl's header lives until the next request; its text is copied here.
    guard unsafe curl_easy_header(pointer, name, 0, UInt32(CURLH_HEADER), -1, &found) == CURLHE_OK,
      let found = unsafe found
    else { return nil }
    return unsafe String(cString: found.pointee.value)
  }

  /// A refused option is our mistake: all of them are known to the oldest libcurl that we accept.
  private func check(_ code: CURLcode) {
    precondition(code == CURLE_OK, "libcurl refused an option: \(Curl.message(code))")
  }
}
