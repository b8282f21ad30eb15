/// A mesh of Gmsh that has been read: how many dimensions it has, and its physical groups.
package struct GmshMesh: Sendable {
  /// A physical group, as decks name its set.
  package struct Group: Equatable, Sendable {
    /// Upper case; of groups without a name VOLUME1, SURFACE2, CURVE3, POINT4.
    package let name: String
    /// 0 for points, 1 for curves, 2 for surfaces, 3 for volumes.
    package let dimension: Int
  }

  let file: GmshFile

  /// Reads a `.msh` file, format 4.1, ASCII or binary.
  ///
  /// - Parameter name: the file's name, for messages.
  package init(name: String, bytes: [UInt8]) throws(DeckProblems) {
    do throws(GmshFileProblem) {
      let file = try GmshFile(bytes)
      self.file = file
      groups = file.groups.map { Group(name: file.setName(of: $0), dimension: $0.dimension) }
    } catch {
      let problem = DeckProblem(file: name, line: error.line, what: error.what, fix: error.fix)
      throw DeckProblems(all: [problem], omitted: 0)
    }
  }

  /// The highest dimension of an element; 0 where there are only points.
  package var dimension: Int { file.dimension }

  /// Whether some elements of the highest dimension are of first order.
  package var isPartlyLinear: Bool {
    file.blocks.contains {
      $0.shape.dimension == dimension && $0.shape.nodeCount == $0.shape.cornerCount
    }
  }

  /// The groups that have elements, points first.
  package let groups: [Group]

  /// The group of a name, written in any case; of several that of the highest dimension.
  package func group(named name: String) -> Group? {
    let wanted = GmshFile.setName(name).drop { $0 == " " }
    let end = wanted.lastIndex { $0 != " " }.map { wanted.index(after: $0) }
    return groups.last { $0.name == wanted[..<(end ?? wanted.startIndex)] }
  }
}

extension GmshFile {
  /// The highest dimension of an element; 0 where there are only points.
  var dimension: Int { blocks.map(\.shape.dimension).max() ?? 0 }

  /// The groups that have elements, by dimension and number.
  var groups: [Group] {
    let all = Set(blocks.flatMap { memberships[$0.entity] ?? [] }.map(\.group))
    return all.sorted { ($0.dimension, $0.tag) < ($1.dimension, $1.tag) }
  }

  /// The name of a group's sets, upper case as decks are read; a name that reads as a number would be taken
  /// for a label, and counts as none.
  func setName(of group: Group) -> String {
    if let name = names[group], Int(name) == nil { return Self.setName(name) }
    return "\(["POINT", "CURVE", "SURFACE", "VOLUME"][group.dimension])\(group.tag)"
  }

  /// A name as decks are read.
  static func setName(_ name: String) -> String {
    String(decoding: name.utf8.map(Ascii.uppercased), as: UTF8.self)
  }

  /// The elements of a group, and whether it has them turned round.
  func blocks(of group: Group) -> [(block: Block, isReversed: Bool)] {
    blocks.compactMap { block in
      memberships[block.entity]?.first { $0.group == group }.map { (block, $0.isReversed) }
    }
  }
}
