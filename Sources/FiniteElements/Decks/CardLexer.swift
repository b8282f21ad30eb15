/// Cuts the files of a deck into cards.
struct CardLexer {
  /// Reads an included file, named as in the deck.
  let include: (String) throws -> [UInt8]
  let placeholders: [String: String]
  /// Meshes of Gmsh that are there already, by the name on `*INCLUDE`.
  let meshes: [String: GmshMesh]
  private(set) var cards: [Card] = []
  /// Whether a mesh could not be taken: what else the deck names is missing for that reason alone.
  private(set) var lacksMesh = false
  private var openFiles: [String] = []
  private var includeCount = 0
  /// Whether lines before the first keyword were passed over: said once.
  private var hasPassedOver = false
  /// Files that include each other twice at every depth would never end.
  private static let includeLimit = 1000

  init(
    placeholders: [String: String], meshes: [String: GmshMesh] = [:],
    include: @escaping (String) throws -> [UInt8]
  ) {
    self.placeholders = placeholders
    self.meshes = meshes
    self.include = include
  }

  /// Appends the cards of a file; `*INCLUDE` is followed.
  mutating func read(name: String, bytes: [UInt8], report: inout DeckReport) {
    guard !Ascii.isWide(bytes) else {
      report.add(
        Place(file: name, line: 1), "the file is written in UTF-16", fix: "save it as UTF-8")
      return
    }
    let filled = Deck.fill(
      Ascii.withoutMark(bytes), file: name, with: placeholders, report: &report)
    let source = Source(name: name, bytes: filled)
    openFiles.append(name)
    defer { openFiles.removeLast() }
    var lines = LineScanner(bytes: source.bytes)
    while let line = lines.next() {
      switch line.kind {
      case .comment, .blank: continue
      case .data: addData(line, through: lines.passData(), of: source, report: &report)
      case .keyword:
        var text = Array(source.bytes[line.bytes])
        while text.last(where: { !Ascii.isBlank($0) }) == Ascii.comma, let more = lines.next() {
          text += source.bytes[more.bytes]
        }
        addCard(text, at: Place(file: name, line: line.number), report: &report)
      }
    }
  }

  private mutating func addData(
    _ line: LineScanner.Line, through end: Int, of source: Source, report: inout DeckReport
  ) {
    guard let last = cards.indices.last else {
      guard !hasPassedOver else { return }
      hasPassedOver = true
      report.note(
        Place(file: source.name, line: line.number),
        "passed over: it stands before the first keyword")
      return
    }
    if let segment = cards[last].data.indices.last, cards[last].data[segment].source === source {
      cards[last].data[segment].bytes = cards[last].data[segment].bytes.lowerBound..<end
    } else {
      cards[last].data.append(
        Card.Segment(
          source: source, firstLine: line.number, bytes: line.bytes.lowerBound..<end))
    }
  }

  private mutating func addCard(_ text: [UInt8], at place: Place, report: inout DeckReport) {
    let card = Card(keywordLine: text, place: place)
    guard card.word == "INCLUDE" else {
      cards.append(card)
      return
    }
    guard let file = Deck.includedFile(text), !file.isEmpty else {
      report.add(place, "*INCLUDE needs INPUT=file", fix: "write *INCLUDE, INPUT=mesh.inp")
      return
    }
    guard !openFiles.contains(file) else {
      report.add(place, "\(file) includes itself", fix: "remove this *INCLUDE")
      return
    }
    includeCount += 1
    guard includeCount <= Self.includeLimit else {
      // Said once: the other files would say it a thousand times.
      if includeCount == Self.includeLimit + 1 {
        report.add(place, "more than \(Self.includeLimit) files are included")
      }
      return
    }
    if let mesh = meshes[file] { return addMesh(card, file: file, mesh.file, report: &report) }
    let bytes: [UInt8]
    do {
      bytes = try include(file)
    } catch {
      report.add(
        place, "cannot read the included file \(file): \(error)",
        fix: "put it beside the deck, or correct its name")
      return
    }
    guard GmshFile.isGmsh(bytes) else {
      return read(name: file, bytes: bytes, report: &report)
    }
    do {
      addMesh(card, file: file, try GmshFile(bytes), report: &report)
    } catch {
      lacksMesh = true
      report.add(Place(file: file, line: error.line), error.what, fix: error.fix)
    }
  }

  /// Appends the card that includes a mesh of Gmsh, with the mesh.
  private mutating func addMesh(
    _ card: Card, file: String, _ mesh: GmshFile, report: inout DeckReport
  ) {
    let wanted = card.parameters.filter { $0.name == "TYPE" }.map(\.value)
    for type in wanted where ElementType(name: type) == nil {
      report.add(
        card.place, "element type '\(type)' is not supported",
        fix: "use " + ElementType.names.joined(separator: ", "))
    }
    do throws(GmshMismatch) {
      let types = wanted.compactMap { ElementType(name: $0) }
      cards.append(card.with(try GmshPart(mesh, types: types)))
    } catch {
      lacksMesh = true
      report.add(card.place, "\(file) \(error.what)", fix: error.fix)
    }
  }
}

extension Card {
  /// Takes a keyword line apart: `*NODE PRINT, NSET = all` is `NODEPRINT` with `NSET` = `ALL`.
  init(keywordLine text: [UInt8], place: Place) {
    let parts = text.split(separator: Ascii.comma, omittingEmptySubsequences: false)
      .map { String(decoding: $0.map(Ascii.uppercased), as: UTF8.self) }
    title = (parts.first ?? "").split(whereSeparator: \.isWhitespace).joined(separator: " ")
    word = Self.squeezed(title)
    parameters = parts.dropFirst().compactMap { part in
      let sides = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let name = Self.squeezed(String(sides[0]))
      guard !name.isEmpty else { return nil }
      let value = sides.count > 1 ? Self.trimmed(sides[1]) : ""
      return Parameter(name: name, value: value)
    }
    self.place = place
  }

  private static func squeezed(_ text: String) -> String {
    String(text.filter { !$0.isWhitespace && $0 != "*" })
  }

  private static func trimmed(_ text: Substring) -> String {
    var text = text
    while text.first?.isWhitespace == true || text.first == "\"" { text.removeFirst() }
    while text.last?.isWhitespace == true || text.last == "\"" { text.removeLast() }
    return String(text)
  }
}

extension Deck {
  /// The file of an `*INCLUDE, INPUT=file` line, its letters as written.
  static func includedFile(_ text: [UInt8]) -> String? {
    for part in text.split(separator: Ascii.comma).dropFirst() {
      let sides = part.split(separator: Ascii.equals, maxSplits: 1)
      guard sides.count == 2 else { continue }
      let name = sides[0].filter { !Ascii.isBlank($0) }.map(Ascii.uppercased)
      guard name == Array("INPUT".utf8) else { continue }
      let isOuter = { (byte: UInt8) in Ascii.isBlank(byte) || byte == Ascii.quote }
      let start = sides[1].drop(while: isOuter)
      let end = start.lastIndex { !isOuter($0) } ?? start.startIndex
      return String(decoding: start[start.startIndex...end], as: UTF8.self)
    }
    return nil
  }
}
