import LinearAlgebra

/// What stands in a `.msh` file of Gmsh, format 4.1, ASCII or binary.
struct GmshFile: Sendable {
  /// A physical group: entities with a name, or only a number.
  struct Group: Hashable {
    let dimension: Int
    let tag: Int
  }

  /// That an entity belongs to a group.
  struct Membership: Hashable {
    let group: Group
    /// Whether the group has the entity turned round.
    let isReversed: Bool
  }

  struct Entity: Hashable {
    let dimension: Int
    let tag: Int
  }

  /// Elements of one type on one entity.
  struct Block: Sendable {
    let entity: Entity
    let shape: GmshShape
    let tags: [Int]
    /// Tags of the nodes in Gmsh's order, shape `[elements, nodes]`.
    let nodes: [Int]
  }

  private(set) var names: [Group: String] = [:]
  private(set) var memberships: [Entity: [Membership]] = [:]
  private(set) var nodeTags: [Int] = []
  /// Shape `[nodes, 3]`.
  private(set) var coordinates: [Double] = []
  private(set) var blocks: [Block] = []

  /// Whether bytes begin as a file of Gmsh does.
  static func isGmsh(_ bytes: [UInt8]) -> Bool { bytes.starts(with: Array("$MeshFormat".utf8)) }

  /// Reads a whole file.
  ///
  /// - Throws: the first problem and its line.
  init(_ bytes: [UInt8]) throws(GmshFileProblem) {
    let result: Result<GmshFile, GmshFileProblem> = bytes.withView { view in
      var scanner = GmshScanner(view)
      var file = GmshFile()
      do throws(GmshProblem) {
        try file.read(&scanner)
        return .success(file)
      } catch {
        return .failure(
          GmshFileProblem(line: scanner.line(of: error.offset), what: error.what, fix: error.fix))
      }
    }
    self = try result.get()
  }

  private init() {}
}

/// Why a `.msh` file could not be read, and where.
struct GmshFileProblem: Error, Equatable {
  /// Counted from 1.
  let line: Int
  let what: String
  let fix: String?
}

// MARK: - Sections

extension GmshFile {
  private mutating func read(_ scanner: inout GmshScanner) throws(GmshProblem) {
    try readFormat(&scanner)
    while let section = try? scanner.word() {
      scanner.section = section
      guard section.hasPrefix("$") else {
        throw scanner.problem("a section is expected here")
      }
      let end = "$End" + section.dropFirst()
      switch section {
      case "$PhysicalNames": try readNames(&scanner)
      case "$Entities":
        scanner.endLine()
        try readEntities(&scanner)
      case "$PartitionedEntities":
        scanner.endLine()
        try readPartitionedEntities(&scanner)
      case "$Nodes":
        scanner.endLine()
        try readNodes(&scanner)
      case "$Elements":
        scanner.endLine()
        try readElements(&scanner)
      default: try scanner.skip(through: end)
      }
      guard !Self.sections.contains(section) else {
        guard try scanner.word() == end else {
          throw scanner.problem("\(end) is missing")
        }
        continue
      }
    }
  }

  /// Those that are read; others are passed over.
  private static let sections = [
    "$PhysicalNames", "$Entities", "$PartitionedEntities", "$Nodes", "$Elements",
  ]

  private mutating func readFormat(_ scanner: inout GmshScanner) throws(GmshProblem) {
    guard try scanner.word() == "$MeshFormat" else {
      throw scanner.problem("the file does not begin with $MeshFormat")
    }
    let version = try scanner.word()
    guard version == "4.1" else {
      throw scanner.problem(
        "format \(version) is not supported", fix: "save the mesh with -format msh41")
    }
    let type = try scanner.int()
    guard try scanner.int() == 8 else { throw scanner.problem("numbers have not eight bytes") }
    scanner.endLine()
    if type == 1 {
      scanner.isBinary = true
      guard try scanner.int() == 1 else {
        throw scanner.problem("the bytes of numbers stand in the other order")
      }
    }
    guard try scanner.word() == "$EndMeshFormat" else {
      throw scanner.problem("$EndMeshFormat is missing")
    }
  }

  /// Names are text in binary files, too.
  private mutating func readNames(_ scanner: inout GmshScanner) throws(GmshProblem) {
    let isBinary = scanner.isBinary
    scanner.isBinary = false
    for _ in 0..<(try scanner.count(of: 1)) {
      let group = Group(dimension: try scanner.int(), tag: try scanner.int())
      names[group] = try scanner.quoted()
    }
    scanner.isBinary = isBinary
  }

  private mutating func readEntities(_ scanner: inout GmshScanner) throws(GmshProblem) {
    var counts: [Int] = []
    for _ in 0..<4 { counts.append(try scanner.count(of: 4)) }
    for (dimension, count) in counts.enumerated() {
      for _ in 0..<count {
        let entity = Entity(dimension: dimension, tag: try scanner.int())
        memberships[entity] = try readMemberships(dimension, &scanner)
      }
    }
  }

  /// The entities into which a partition cuts the others; they belong to the groups of those.
  private mutating func readPartitionedEntities(
    _ scanner: inout GmshScanner
  ) throws(GmshProblem) {
    _ = try scanner.size()
    for _ in 0..<(try scanner.count(of: 8)) { _ = (try scanner.int(), try scanner.int()) }
    var counts: [Int] = []
    for _ in 0..<4 { counts.append(try scanner.count(of: 4)) }
    for (dimension, count) in counts.enumerated() {
      for _ in 0..<count {
        let entity = Entity(dimension: dimension, tag: try scanner.int())
        let isPart = try scanner.int() == dimension
        _ = try scanner.int()
        for _ in 0..<(try scanner.count(of: 4)) { _ = try scanner.int() }
        let groups = try readMemberships(dimension, &scanner)
        // A border between parts names the groups of what it cuts.
        memberships[entity] = isPart ? groups : []
      }
    }
  }

  /// Reads an entity from its box on: the groups, where a negative tag turns it round, and the border.
  private func readMemberships(
    _ dimension: Int, _ scanner: inout GmshScanner
  ) throws(GmshProblem) -> [Membership] {
    for _ in 0..<(dimension == 0 ? 3 : 6) { _ = try scanner.double() }
    var memberships: [Membership] = []
    for _ in 0..<(try scanner.count(of: 4)) {
      let tag = try scanner.int()
      let group = Group(dimension: dimension, tag: Int(tag.magnitude))
      memberships.append(Membership(group: group, isReversed: tag < 0))
    }
    if dimension > 0 {
      for _ in 0..<(try scanner.count(of: 4)) { _ = try scanner.int() }
    }
    return memberships
  }

  private mutating func readNodes(_ scanner: inout GmshScanner) throws(GmshProblem) {
    let blocks = try scanner.size()
    let count = try scanner.count(of: 32)
    _ = (try scanner.size(), try scanner.size())
    nodeTags.reserveCapacity(count)
    coordinates.reserveCapacity(3 * count)
    for _ in 0..<blocks {
      let dimension = try scanner.int()
      _ = try scanner.int()
      let isParametric = try scanner.int() != 0
      let size = try scanner.count(of: 8)
      for _ in 0..<size {
        let tag = try scanner.size()
        guard tag > 0 else { throw scanner.problem("node numbers must be positive") }
        nodeTags.append(tag)
      }
      for _ in 0..<size {
        for _ in 0..<3 { coordinates.append(try scanner.double()) }
        guard isParametric else { continue }
        for _ in 0..<dimension { _ = try scanner.double() }
      }
    }
  }

  private mutating func readElements(_ scanner: inout GmshScanner) throws(GmshProblem) {
    let blocks = try scanner.size()
    for _ in 0..<3 { _ = try scanner.size() }
    for _ in 0..<blocks {
      let entity = Entity(dimension: try scanner.int(), tag: try scanner.int())
      let type = try scanner.int()
      let count = try scanner.size()
      guard let shape = GmshShape.type(type) else {
        throw scanner.problem(
          "element type \(type) is not supported", fix: GmshShape.advice(for: type))
      }
      guard count >= 0, count < 1 << 40 else { throw scanner.problem("a count is out of range") }
      var tags: [Int] = []
      var nodes: [Int] = []
      for _ in 0..<count {
        tags.append(try scanner.size())
        for _ in 0..<shape.nodeCount { nodes.append(try scanner.size()) }
      }
      self.blocks.append(Block(entity: entity, shape: shape, tags: tags, nodes: nodes))
    }
  }
}
