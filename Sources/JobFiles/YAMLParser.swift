import CYAML

/// A place in the job file, both from 1.
struct Mark: Hashable, Comparable {
  let line: Int
  let column: Int

  static let start = Mark(line: 1, column: 1)
  static func < (a: Mark, b: Mark) -> Bool { (a.line, a.column) < (b.line, b.column) }
}

/// What libyaml sees next; what Kiln does not allow is reported, not resolved.
struct YAMLEvent {
  enum Kind {
    case documentStart
    case scalar(String, isPlain: Bool)
    case sequenceStart
    case mappingStart
    case end
    case alias
    case streamEnd
  }

  let kind: Kind
  let mark: Mark
  let hasAnchor: Bool
  let hasTag: Bool
}

/// Text that is not YAML.
struct YAMLSyntaxError: Error {
  let message: String
  let mark: Mark
  /// Where the list, mapping or text began that could not be read to its end.
  let begin: Mark?
}

/// Owns a libyaml parser and the bytes it reads.
@safe
struct YAMLParser: ~Copyable {
  private let parser: UnsafeMutablePointer<yaml_parser_t>
  private let text: UnsafeMutableBufferPointer<UInt8>

  /// - Parameter bytes: UTF-8 without a byte order mark.
  init(_ bytes: [UInt8]) {
    // libyaml keeps pointers to the parser and to the text: both stay in place until `deinit`.
    unsafe parser = UnsafeMutablePointer.allocate(capacity: 1)
    unsafe text = UnsafeMutableBufferPointer.allocate(capacity: max(bytes.count, 1))
    _ = unsafe text.update(fromContentsOf: bytes)
    let started = unsafe yaml_parser_initialize(parser)
    precondition(started == 1, "out of memory")
    unsafe yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
    unsafe yaml_parser_set_input_string(parser, text.baseAddress, bytes.count)
  }

  deinit {
    unsafe yaml_parser_delete(parser)
    unsafe parser.deallocate()
    unsafe text.deallocate()
  }

  mutating func next() throws(YAMLSyntaxError) -> YAMLEvent {
    while true {
      var event = unsafe yaml_event_t()
      guard unsafe yaml_parser_parse(parser, &event) == 1 else { throw problem() }
      // Sound: the event was filled by the call above and is freed once, after it has been copied.
      defer { unsafe yaml_event_delete(&event) }
      if let copied = unsafe YAMLParser.copy(event) { return copied }
    }
  }

  /// Nil for events that say nothing.
  private static func copy(_ event: yaml_event_t) -> YAMLEvent? {
    let mark = unsafe Mark(event.start_mark)
    // Sound: the type of the event says which member of the union is valid.
    switch unsafe event.type {
    case YAML_SCALAR_EVENT:
      let scalar = unsafe event.data.scalar
      let bytes = unsafe UnsafeBufferPointer(start: scalar.value, count: scalar.length)
      let kind = YAMLEvent.Kind.scalar(
        unsafe String(decoding: bytes, as: UTF8.self),
        isPlain: unsafe scalar.style == YAML_PLAIN_SCALAR_STYLE)
      return unsafe YAMLEvent(
        kind: kind, mark: mark, hasAnchor: scalar.anchor != nil, hasTag: scalar.tag != nil)
    case YAML_SEQUENCE_START_EVENT:
      let start = unsafe event.data.sequence_start
      return unsafe YAMLEvent(
        kind: .sequenceStart, mark: mark, hasAnchor: start.anchor != nil, hasTag: start.tag != nil)
    case YAML_MAPPING_START_EVENT:
      let start = unsafe event.data.mapping_start
      return unsafe YAMLEvent(
        kind: .mappingStart, mark: mark, hasAnchor: start.anchor != nil, hasTag: start.tag != nil)
    case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT: return simple(.end, mark)
    case YAML_ALIAS_EVENT: return simple(.alias, mark)
    case YAML_DOCUMENT_START_EVENT: return simple(.documentStart, mark)
    case YAML_STREAM_END_EVENT, YAML_NO_EVENT: return simple(.streamEnd, mark)
    default: return nil
    }
  }

  private static func simple(_ kind: YAMLEvent.Kind, _ mark: Mark) -> YAMLEvent {
    YAMLEvent(kind: kind, mark: mark, hasAnchor: false, hasTag: false)
  }

  private func problem() -> YAMLSyntaxError {
    // Sound: libyaml's problem is a constant string, or null.
    let text = unsafe parser.pointee.problem.map { unsafe String(cString: $0) }
    let mark = unsafe Mark(parser.pointee.problem_mark)
    let hasContext = unsafe parser.pointee.context != nil
    let begin = hasContext ? unsafe Mark(parser.pointee.context_mark) : nil
    return YAMLSyntaxError(message: text ?? "it cannot be read", mark: mark, begin: begin)
  }
}

extension Mark {
  fileprivate init(_ mark: yaml_mark_t) {
    self.init(line: Int(clamping: mark.line) + 1, column: Int(clamping: mark.column) + 1)
  }
}
