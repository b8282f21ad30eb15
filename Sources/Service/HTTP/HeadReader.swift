import CMicroHTTPD

/// Reads the head of a request out of libmicrohttpd.
func readHead(
  _ connection: OpaquePointer, target: String, method: UnsafePointer<CChar>,
  version: UnsafePointer<CChar>
) -> RequestHead {
  let collector = HeadCollector()
  // Sound: the iterator uses the collector only during the call.
  unsafe kiln_http_each_header(
    connection,
    { context, _, name, value in
      guard let context = unsafe context, let name = unsafe name else { return kiln_http_result(0) }
      unsafe Unmanaged<HeadCollector>.fromOpaque(context).takeUnretainedValue().add(name, value)
      return kiln_http_result(1)
    }, Unmanaged.passUnretained(collector).toOpaque())
  let size = unsafe kiln_http_head_size(connection)
  let isLenient = kiln_http_is_lenient() != 0
  let linesAreRegular = unsafe collector.isRegular(
    target: target, method: method, version: version, headSize: size)
  return RequestHead(
    method: unsafe String(cString: method), target: target,
    version: unsafe String(cString: version), headers: collector.headers, size: size,
    hasRegularLines: !isLenient || linesAreRegular)
}

/// Collects header lines, and where each of them lay in the receive buffer.
///
/// libmicrohttpd before 1.0 accepts folded lines, bare line feeds and zero bytes, and does not say
/// so. But it takes the head apart in place: of a head with regular lines every name begins two bytes
/// behind the value before it, and a value that was folded lies somewhere else altogether. Addresses
/// are compared here; nothing is read through them.
@safe
private final class HeadCollector {
  var headers: [RequestHead.Header] = []
  /// Where the next line must begin; nil before the first.
  private var firstName: UInt?
  private var lineEnd: UInt?
  private var linesFollow = true

  func add(_ name: UnsafePointer<CChar>, _ value: UnsafePointer<CChar>?) {
    let nameText = unsafe String(cString: name)
    let valueText = unsafe value.map { unsafe String(cString: $0) } ?? ""
    headers.append(RequestHead.Header(name: nameText, value: valueText))
    let nameStart = UInt(bitPattern: name)
    if let lineEnd { linesFollow = linesFollow && nameStart == lineEnd + 2 }
    if firstName == nil { firstName = nameStart }
    let nameEnd = nameStart + UInt(nameText.utf8.count)
    let valueStart = UInt(bitPattern: value)
    // A colon, then any number of blanks, but not another line.
    linesFollow = linesFollow && valueStart > nameEnd && valueStart - nameEnd < 256
    lineEnd = valueStart + UInt(valueText.utf8.count)
  }

  func isRegular(
    target: String, method: UnsafePointer<CChar>, version: UnsafePointer<CChar>, headSize: Int
  ) -> Bool {
    let methodStart = UInt(bitPattern: method)
    let targetStart = methodStart + UInt(unsafe String(cString: method).utf8.count) + 1
    let versionStart = UInt(bitPattern: version)
    let requestLineEnd = versionStart + UInt(unsafe String(cString: version).utf8.count)
    guard versionStart == targetStart + UInt(target.utf8.count) + 1 else { return false }
    guard let firstName, let lineEnd else { return headSize == 0 || methodStart > 0 }
    // Two bytes end the last line, two the head.
    return linesFollow && firstName == requestLineEnd + 2
      && (headSize == 0 || lineEnd + 4 == methodStart + UInt(headSize))
  }
}
