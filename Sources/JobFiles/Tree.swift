import Base

/// Limits that keep a hostile file cheap.
enum JobFileLimits {
  static let bytesMax = ByteCount.mebibytes(1)
  static let depthMax = 32
  static let problemsMax = 100
}

/// Reads a job file's text into a tree of nodes.
enum Tree {
  /// - Throws: the first mistake of syntax; without a tree, nothing else can be said.
  static func read(_ bytes: [UInt8]) throws(SyntaxProblem) -> Node {
    try checkBytes(bytes)
    var events = YAMLEvents(bytes)
    let start = try firstContent(&events)
    let root = try node(start, depth: 1, &events)
    while true {
      let event = try events.next()
      guard case .frame(let mark, let isDocumentStart, let isEnd) = event else { continue }
      if isEnd { return root }
      if isDocumentStart {
        throw SyntaxProblem(
          mark: mark, what: "a second document starts here",
          fix: "write one job in one file")
      }
    }
  }

  private static func checkBytes(_ bytes: [UInt8]) throws(SyntaxProblem) {
    let start = Mark(line: 1, column: 1)
    if bytes.count > JobFileLimits.bytesMax.bytes {
      throw SyntaxProblem(
        mark: start,
        what: "the file has \(ByteCount(bytes.count)), more than \(JobFileLimits.bytesMax)",
        fix: "put data into input files")
    }
    guard String(validating: bytes, as: UTF8.self) != nil else {
      throw SyntaxProblem(
        mark: start, what: "the file is not valid UTF-8", fix: "save it in UTF-8")
    }
  }

  private static func firstContent(_ events: inout YAMLEvents) throws(SyntaxProblem) -> YAMLEvent {
    while true {
      let event = try events.next()
      guard case .frame(let mark, _, let isEnd) = event else { return event }
      if isEnd {
        throw SyntaxProblem(
          mark: mark, what: "the file is empty",
          fix: "start with `kernel: NAME` or `command: [PROGRAM]`")
      }
    }
  }

  private static func node(
    _ event: YAMLEvent, depth: Int, _ events: inout YAMLEvents
  ) throws(SyntaxProblem) -> Node {
    switch event {
    case .scalar(let scalar): return .scalar(scalar)
    case .sequenceStart(let mark):
      try checkDepth(depth, mark)
      var items: [Node] = []
      while true {
        let next = try events.next()
        if case .sequenceEnd = next { return .sequence(items, mark) }
        items.append(try node(next, depth: depth + 1, &events))
      }
    case .mappingStart(let mark):
      try checkDepth(depth, mark)
      return .mapping(try entries(depth: depth, &events), mark)
    case .sequenceEnd, .mappingEnd, .frame:
      preconditionFailure("libyaml closed what it had not opened")
    }
  }

  private static func entries(
    depth: Int, _ events: inout YAMLEvents
  ) throws(SyntaxProblem) -> [Node.Entry] {
    var entries: [Node.Entry] = []
    while true {
      let next = try events.next()
      if case .mappingEnd = next { return entries }
      let keyNode = try node(next, depth: depth + 1, &events)
      guard case .scalar(let key) = keyNode else {
        throw SyntaxProblem(
          mark: keyNode.mark, what: "a key that is \(keyNode.kind)", fix: "keys are words")
      }
      let value = try node(try events.next(), depth: depth + 1, &events)
      entries.append(Node.Entry(key: key.text, keyMark: key.mark, value: value))
    }
  }

  private static func checkDepth(_ depth: Int, _ mark: Mark) throws(SyntaxProblem) {
    if depth > JobFileLimits.depthMax {
      throw SyntaxProblem(
        mark: mark, what: "nested deeper than \(JobFileLimits.depthMax)", fix: nil)
    }
  }
}
