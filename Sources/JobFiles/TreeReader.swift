/// Reads bytes into a tree and refuses what a job file may not hold.
struct TreeReader: ~Copyable {
  private var parser: YAMLParser
  private let report: Report
  private let bytes: [UInt8]
  private var depth = 0
  private var values = 0

  /// At most this many bytes, levels and values.
  static let bytesMax = 1 << 20
  static let depthMax = 32
  static let valuesMax = 50_000

  /// The file cannot be read further; the reason is in the report.
  private struct Stop: Error {}

  /// The document of a file; nil where the report says why there is none.
  static func read(_ bytes: [UInt8], _ report: Report) -> Node? {
    let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
    let text = bytes.starts(with: byteOrderMark) ? Array(bytes.dropFirst(3)) : bytes
    guard SourceCheck.passes(text, report) else { return nil }
    var reader = TreeReader(text, report)
    do throws(Stop) {
      return try reader.document()
    } catch {
      return nil
    }
  }

  private init(_ bytes: [UInt8], _ report: Report) {
    parser = YAMLParser(bytes)
    self.report = report
    self.bytes = bytes
  }

  private mutating func document() throws(Stop) -> Node? {
    var event = try next()
    if case .documentStart = event.kind { event = try next() }
    if case .streamEnd = event.kind {
      report.add(
        "the file is empty", at: .start, fix: "write at least a `kernel` or a `command`")
      return nil
    }
    let root = try node(event)
    let after = try next()
    if case .documentStart = after.kind {
      report.add("a job file holds one document", at: after.mark, fix: "remove what follows `---`")
    }
    return root
  }

  private mutating func node(_ event: YAMLEvent) throws(Stop) -> Node {
    values += 1
    if values > TreeReader.valuesMax {
      report.add(
        "more than \(TreeReader.valuesMax) values", at: event.mark,
        fix: "write long axes as {from: , to: , count: }")
      throw Stop()
    }
    refuseProperties(event)
    switch event.kind {
    case .scalar(let text, let isPlain):
      return Node(kind: .scalar(text, isPlain: isPlain), mark: event.mark)
    case .alias:
      report.add("aliases are not allowed", at: event.mark, fix: "write the value itself")
      return Node(kind: .invalid, mark: event.mark)
    case .sequenceStart:
      try descend(event.mark)
      return Node(kind: .sequence(try sequence()), mark: event.mark)
    case .mappingStart:
      try descend(event.mark)
      return Node(kind: .mapping(try mapping()), mark: event.mark)
    case .documentStart, .end, .streamEnd:
      preconditionFailure("libyaml sent an event out of order")
    }
  }

  private mutating func sequence() throws(Stop) -> [Node] {
    var items: [Node] = []
    while true {
      let event = try next()
      if case .end = event.kind { break }
      items.append(try node(event))
    }
    depth -= 1
    return items
  }

  private mutating func mapping() throws(Stop) -> [Node.Entry] {
    var entries: [Node.Entry] = []
    var first: [String: Mark] = [:]
    while true {
      let event = try next()
      if case .end = event.kind { break }
      let key = try node(event)
      let value = try node(try next())
      guard case .scalar(let name, _) = key.kind else {
        if case .invalid = key.kind { continue }
        report.add("a key must be a word", at: key.mark, fix: "write `word: value`")
        continue
      }
      if let earlier = first[name] {
        report.add(
          "duplicate key \(quoted(name))", at: key.mark,
          fix: "it is in line \(earlier.line) already; remove one")
        continue
      }
      first[name] = key.mark
      entries.append(Node.Entry(key: name, mark: key.mark, value: value))
    }
    depth -= 1
    return entries
  }

  private mutating func descend(_ mark: Mark) throws(Stop) {
    depth += 1
    if depth > TreeReader.depthMax {
      report.add("nested deeper than 32 levels", at: mark, fix: "a job file needs less than ten")
      throw Stop()
    }
  }

  private func refuseProperties(_ event: YAMLEvent) {
    if event.hasAnchor {
      report.add("anchors are not allowed", at: event.mark, fix: "remove the word after `&`")
    }
    if event.hasTag {
      report.add("tags are not allowed", at: event.mark, fix: "remove the word after `!`")
    }
  }

  private mutating func next() throws(Stop) -> YAMLEvent {
    if report.isFull { throw Stop() }
    do throws(YAMLSyntaxError) {
      return try parser.next()
    } catch {
      report.add("not valid YAML: \(error.message)", at: error.mark, fix: fix(for: error))
      throw Stop()
    }
  }

  private func fix(for error: YAMLSyntaxError) -> String? {
    if character(at: error.mark) == UInt8(ascii: "\t") {
      return "indent with blanks instead of tabs"
    }
    if error.message.contains("mapping values are not allowed") {
      return "put a text that holds `: ` in quotes"
    }
    if let begin = error.begin, begin != error.mark {
      return "look at what begins in line \(begin.line), column \(begin.column)"
    }
    return nil
  }

  /// The byte at a place whose line holds only ASCII before it; nil at the end of the file.
  private func character(at mark: Mark) -> UInt8? {
    let lines = bytes.split(
      separator: 0x0A, maxSplits: mark.line, omittingEmptySubsequences: false)
    guard mark.line <= lines.count else { return nil }
    return lines[mark.line - 1].dropFirst(mark.column - 1).first
  }
}
