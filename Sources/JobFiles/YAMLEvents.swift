import Base
import CYAML

/// One event of a YAML stream, with what a job file may not contain already refused.
enum YAMLEvent {
  case scalar(Node.Scalar)
  case sequenceStart(Mark)
  case sequenceEnd
  case mappingStart(Mark)
  case mappingEnd
  /// Start and end of stream and document.
  case frame(Mark, isDocumentStart: Bool, isEnd: Bool)
}

/// A mistake that ends the reading of a file.
struct SyntaxProblem: Error {
  let mark: Mark
  let what: String
  let fix: String?
}

/// Reads events with libyaml; owns the parser and its input.
@safe
struct YAMLEvents: ~Copyable {
  private let parser: UnsafeMutablePointer<yaml_parser_t>
  private let input: UnsafeMutableBufferPointer<UInt8>

  init(_ bytes: [UInt8]) {
    // Sound: both allocations live until `deinit`, which frees them once: the type has no copies.
    unsafe input = .allocate(capacity: max(bytes.count, 1))
    _ = unsafe input.initialize(from: bytes)
    unsafe parser = .allocate(capacity: 1)
    let ready = unsafe yaml_parser_initialize(parser)
    precondition(ready == 1, "libyaml could not be initialised")
    unsafe yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
    unsafe yaml_parser_set_input_string(parser, input.baseAddress, bytes.count)
  }

  deinit {
    unsafe yaml_parser_delete(parser)
    unsafe parser.deallocate()
    unsafe input.deallocate()
  }

  mutating func next() throws(SyntaxProblem) -> YAMLEvent {
    var event = unsafe yaml_event_t()
    guard unsafe yaml_parser_parse(parser, &event) == 1 else { throw failure() }
    defer { unsafe yaml_event_delete(&event) }
    return try unsafe YAMLEvents.translate(event)
  }

  private func failure() -> SyntaxProblem {
    let line = unsafe parser.pointee.problem_mark.line
    let column = unsafe parser.pointee.problem_mark.column
    // Sound: libyaml's messages are static strings.
    let what = unsafe parser.pointee.problem.map { unsafe String(cString: $0) } ?? "not YAML"
    return SyntaxProblem(
      mark: Mark(line: Int(line) + 1, column: Int(column) + 1), what: what,
      fix: "check quotes, brackets and indentation there")
  }

  private static func translate(_ event: yaml_event_t) throws(SyntaxProblem) -> YAMLEvent {
    let mark = unsafe Mark(
      line: Int(event.start_mark.line) + 1, column: Int(event.start_mark.column) + 1)
    switch unsafe event.type {
    case YAML_SCALAR_EVENT:
      let scalar = unsafe event.data.scalar
      try unsafe refuse(anchor: scalar.anchor, tag: scalar.tag, at: mark)
      // Sound: the value has `length` bytes and lives until the event is deleted.
      let bytes = unsafe UnsafeBufferPointer(start: scalar.value, count: scalar.length)
      let text = unsafe String(decoding: bytes, as: UTF8.self)
      let isQuoted = unsafe scalar.style != YAML_PLAIN_SCALAR_STYLE
      return .scalar(Node.Scalar(text: text, isQuoted: isQuoted, mark: mark))
    case YAML_SEQUENCE_START_EVENT:
      let start = unsafe event.data.sequence_start
      try unsafe refuse(anchor: start.anchor, tag: start.tag, at: mark)
      return .sequenceStart(mark)
    case YAML_MAPPING_START_EVENT:
      let start = unsafe event.data.mapping_start
      try unsafe refuse(anchor: start.anchor, tag: start.tag, at: mark)
      return .mappingStart(mark)
    case YAML_SEQUENCE_END_EVENT: return .sequenceEnd
    case YAML_MAPPING_END_EVENT: return .mappingEnd
    case YAML_ALIAS_EVENT:
      throw SyntaxProblem(
        mark: mark, what: "aliases are not allowed", fix: "write the value out")
    case YAML_DOCUMENT_START_EVENT:
      return .frame(mark, isDocumentStart: true, isEnd: false)
    case YAML_STREAM_END_EVENT: return .frame(mark, isDocumentStart: false, isEnd: true)
    default: return .frame(mark, isDocumentStart: false, isEnd: false)
    }
  }

  private static func refuse(
    anchor: UnsafeMutablePointer<UInt8>?, tag: UnsafeMutablePointer<UInt8>?, at mark: Mark
  ) throws(SyntaxProblem) {
    if unsafe anchor != nil {
      throw SyntaxProblem(mark: mark, what: "anchors are not allowed", fix: "write the value out")
    }
    if unsafe tag != nil {
      throw SyntaxProblem(mark: mark, what: "tags are not allowed", fix: "remove the tag")
    }
  }
}
