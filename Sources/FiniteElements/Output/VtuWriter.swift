/// Writes one step as a VTK unstructured grid with binary appended data, for ParaView.
///
/// Point data: displacement, reaction (internal force), stress (XX YY ZZ XY YZ XZ), von Mises, node
/// number; cell data: element number.
package struct VtuWriter: ~Copyable {
  private let deck: Deck
  /// Layers of composite shells are solids of their own.
  private let mesh: Mesh
  private var output: OutputBuffer

  package init(deck: Deck, sink: @escaping ByteSink) {
    self.deck = deck
    mesh = deck.layering?.mesh ?? deck.mesh
    output = OutputBuffer(sink)
  }

  /// Writes the whole file.
  package mutating func write(_ frame: Frame, _ nodal: NodalFields) throws {
    let points = Self.pointArrays(frame, nodal)
    let cells = Self.cellArrays
    var offset = 0
    func tag(_ array: DataArray) -> String {
      defer { offset += 8 + byteCount(array) }
      return """
              <DataArray type="\(array.type)" Name="\(array.name)" \
        NumberOfComponents="\(array.components)" format="appended" offset="\(offset)"/>\n
        """
    }
    try output.text(
      """
      <?xml version="1.0"?>
      <VTKFile type="UnstructuredGrid" version="1.0" byte_order="LittleEndian" header_type="UInt64">
        <UnstructuredGrid>
          <Piece NumberOfPoints="\(mesh.nodeCount)" NumberOfCells="\(mesh.elementCount)">
            <Points>
      \(tag(.coordinates))      </Points>
            <Cells>
      \(tag(.connectivity))\(tag(.offsets))\(tag(.types))      </Cells>
            <PointData\(nodal.stress.isEmpty ? "" : Self.mechanicalDefaults)>
      \(points.map(tag).joined())      </PointData>
            <CellData>
      \(cells.map(tag).joined())      </CellData>
          </Piece>
        </UnstructuredGrid>
        <AppendedData encoding="raw">
      _
      """)
    for array in [.coordinates, .connectivity, .offsets, .types] + points + cells {
      try output.raw(UInt64(byteCount(array)))
      try write(array, frame, nodal)
    }
    try output.text("\n  </AppendedData>\n</VTKFile>\n")
    try output.flush()
  }
}

// MARK: - Arrays

private enum DataArray {
  case coordinates, connectivity, offsets, types
  case displacement, force, stress, vonMises, temperature, heatFlux, nodeLabel, elementLabel

  var name: String {
    switch self {
    case .coordinates: "coordinates"
    case .connectivity: "connectivity"
    case .offsets: "offsets"
    case .types: "types"
    case .displacement: "displacement"
    case .force: "reaction"
    case .stress: "stress"
    case .vonMises: "von Mises"
    case .temperature: "temperature"
    case .heatFlux: "heat flux"
    case .nodeLabel: "node"
    case .elementLabel: "element"
    }
  }

  var type: String {
    switch self {
    case .coordinates, .displacement, .force, .stress, .vonMises, .temperature, .heatFlux: "Float64"
    case .connectivity, .offsets, .nodeLabel, .elementLabel: "Int64"
    case .types: "UInt8"
    }
  }

  var components: Int {
    switch self {
    case .coordinates, .displacement, .force, .heatFlux: 3
    case .stress: 6
    case .connectivity, .offsets, .types, .vonMises, .temperature, .nodeLabel, .elementLabel: 1
    }
  }
}

extension VtuWriter {
  private static func pointArrays(_ frame: Frame, _ nodal: NodalFields) -> [DataArray] {
    (nodal.stress.isEmpty ? [] : [.displacement, .force, .stress, .vonMises])
      + (frame.temperatures.isEmpty ? [] : [.temperature])
      + (nodal.heatFlux.isEmpty ? [] : [.heatFlux]) + [.nodeLabel]
  }

  private static let mechanicalDefaults =
    " Vectors=\"displacement\" Tensors=\"stress\" Scalars=\"von Mises\""

  private static var cellArrays: [DataArray] { [.elementLabel] }

  private func byteCount(_ array: DataArray) -> Int {
    switch array {
    case .coordinates, .displacement, .force, .stress, .vonMises, .temperature, .heatFlux,
      .nodeLabel:
      8 * array.components * mesh.nodeCount
    case .connectivity: 8 * mesh.connectivity.count
    case .offsets, .elementLabel: 8 * mesh.elementCount
    case .types: mesh.elementCount
    }
  }

  private mutating func write(
    _ array: DataArray, _ frame: Frame, _ nodal: NodalFields
  ) throws {
    switch array {
    case .coordinates: try output.raw(mesh.coordinates)
    case .connectivity: try writeConnectivity()
    case .offsets: for end in mesh.connectivityStarts.dropFirst() { try output.raw(end) }
    case .types: for kind in mesh.elementKinds { try output.raw(kind.vtkType) }
    case .displacement: try output.raw(extended(frame.displacements, 3))
    case .force:
      try output.raw(
        deck.layering?.padded(frame.internalForces, components: 3) ?? frame.internalForces)
    case .stress: try writeStress(nodal.stress)
    case .vonMises: try output.raw(nodal.vonMises)
    case .temperature: try output.raw(extended(frame.temperatures, 1))
    case .heatFlux: try output.raw(nodal.heatFlux)
    case .nodeLabel: for label in mesh.nodeLabels { try output.raw(label) }
    case .elementLabel: for label in mesh.elementLabels { try output.raw(label) }
    }
  }

  /// A nodal field with its values in layers.
  private func extended(_ values: [Double], _ components: Int) -> [Double] {
    deck.layering?.extended(values, components: components) ?? values
  }

  private mutating func writeConnectivity() throws {
    let orders = ElementKind.allCases.map(\.vtkOrder)
    for element in 0..<mesh.elementCount {
      let first = mesh.connectivityStarts[element]
      if let order = orders[mesh.elementKinds[element].rawValue] {
        for place in order { try output.raw(mesh.connectivity[first + place]) }
      } else {
        for entry in first..<mesh.connectivityStarts[element + 1] {
          try output.raw(mesh.connectivity[entry])
        }
      }
    }
  }

  /// VTK's order of a symmetric tensor: XX YY ZZ XY YZ XZ.
  private mutating func writeStress(_ stress: [Double]) throws {
    for node in 0..<mesh.nodeCount {
      for component in [0, 1, 2, 3, 5, 4] {
        try output.raw(stress[6 * node + component].bitPattern)
      }
    }
  }
}

extension ElementKind {
  /// The cell type of VTK.
  fileprivate var vtkType: UInt8 {
    switch self {
    case .c3d4: 10
    case .c3d8, .c3d8r, .c3d8i, .bubble: 12
    case .c3d6: 13
    case .c3d10: 24
    case .c3d20, .c3d20r, .beam, .pipe, .box: 25
    case .c3d15: 26
    }
  }

  /// The element's nodes in the order of VTK, whose wedges begin with the triangle that is seen
  /// from outside; nil where the order is the same.
  fileprivate var vtkOrder: [Int]? {
    switch self {
    case .c3d4, .c3d8, .c3d8r, .c3d8i, .bubble, .c3d10, .c3d20, .c3d20r, .beam, .pipe, .box: nil
    case .c3d6: [0, 2, 1, 3, 5, 4]
    case .c3d15: [0, 2, 1, 3, 5, 4, 8, 7, 6, 11, 10, 9, 12, 14, 13]
    }
  }
}
