import TestSupport
import Testing

@testable import FiniteElements

@Suite("the reference of decks")
struct DeckReferenceTests {
  @Test("docs/decks.md lists the cards, parameters, outputs and elements that are read")
  func reference() {
    let path = repositoryFile("docs/decks.md")
    let text = Self.reference
    if isRecording { writeText(text, to: path) }
    #expect(
      textOfFile(path) == text,
      "write it anew with RECORD_SNAPSHOTS=1 swift test --filter DeckReferenceTests")
  }

  private static var reference: String {
    var lines = [
      "# What `fe.solve` reads", "",
      "Generated from the reader's own tables; do not edit. What CalculiX reads and is not listed is an error with",
      "its line; parameters and outputs that CalculiX does not know are passed over with a notice, as it does.",
      "",
      "## Elements", "",
      "`*ELEMENT, TYPE=` " + ElementType.names.map { "`\($0)`" }.joined(separator: " "), "",
      "Gmsh meshes (4.1, text or binary) are included with `*INCLUDE, INPUT=part.msh`. Volumes are solids; of a mesh of",
      "surfaces or lines `TYPE=S6`, `CPS6`, `CPE6`, `CAX6`, `M3D6`, `B32R` or `T3D2` says what they are, whatever the number",
      "of their nodes: with `S6`, quadrilaterals of eight become `S8R`. Physical groups become sets of nodes, those of the",
      "highest dimension sets of elements, those of a dimension less surfaces of faces or edges for `*DSLOAD`. A group of",
      "shells is a surface too, on which pressure pushes along the normals (against them where the group has a minus).",
      "",
      "## Cards", "", "| card | where | parameters |", "| --- | --- | --- |",
    ]
    for kind in CardKind.allCases {
      let parameters = kind.parameters.map { "`\($0)`" }.joined(separator: " ")
      lines.append("| `\(kind.rawValue)` | \(place(kind.level)) | \(parameters) |")
    }
    lines += [
      "", "`*INITIAL CONDITIONS, TYPE=`: " + list(InitialConditionReader.Kind.allCases),
      "", "## Outputs", "",
      "`*NODE PRINT`, `*NODE FILE`: " + list(NodeQuantity.allCases), "",
      "`*EL PRINT`: " + list(ElementPrintQuantity.allCases), "",
      "`*EL FILE`: " + list(ElementFileQuantity.allCases), "",
    ]
    return lines.joined(separator: "\n")
  }

  private static func list<Quantity: RawRepresentable>(_ quantities: [Quantity]) -> String
  where Quantity.RawValue == String {
    quantities.map { "`\($0.rawValue)`" }.joined(separator: " ")
  }

  private static func place(_ level: CardKind.Level) -> String {
    switch level {
    case .model: "before the steps"
    case .step: "in a step"
    case .both: "both"
    }
  }
}
