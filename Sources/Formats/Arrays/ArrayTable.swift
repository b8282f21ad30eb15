import Base

/// NumPy arrays as tables: a vector is one column, the columns of a matrix are columns.
enum ArrayTable {
  /// - Parameter name: what the array is called in an archive; nil: its columns are numbered.
  static func open(
    _ source: any ByteSource, _ selection: TableSelection, name: String? = nil
  ) throws(KilnError) -> BinaryTable {
    let header = try NPYHeader(source)
    return try BinaryTable(source, facts(header, name: name, path: source.path), selection)
  }

  /// The columns of an array and where they lie.
  static func facts(
    _ header: NPYHeader, name: String?, path: String
  ) throws(KilnError) -> BinaryTable.Facts {
    guard header.shape.count == 1 || header.shape.count == 2 else {
      throw KilnError(
        .invalidFile, "the array has \(header.shape.count) dimensions, not one or two", at: path,
        fix: "save it as a matrix: one row for each observation or instant")
    }
    let rows = header.shape[0]
    let width = header.shape.count == 2 ? header.shape[1] : 1
    guard width >= 1, width <= 1 << 20 else {
      throw KilnError(
        .invalidFile, "the array has \(width) columns", at: path, fix: "is it transposed?")
    }
    let item = header.decoder.type.bytes
    let fields = (0..<width).map { column in
      BinaryField(
        decoder: header.decoder,
        start: header.isFortranOrder
          ? header.start + Int64(column * rows * item) : Int64(column * item))
    }
    return BinaryTable.Facts(
      columns: columns(width, isVector: header.shape.count == 1, name: name), fields: fields,
      layout: header.isFortranOrder ? .columns : .rows(start: header.start, bytes: width * item),
      rows: rows)
  }

  private static func columns(_ width: Int, isVector: Bool, name: String?) -> [Column] {
    guard let name else { return Heading.numbered(width) }
    return isVector ? [Column(name)] : (1...width).map { Column("\(name)[\($0)]") }
  }
}
