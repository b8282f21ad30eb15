import Base
import Formats

/// Units of the columns that a model was made of, by name; columns without a unit are not among them.
///
/// Numbers in other units would be taken for the model's own: nothing is converted, it is refused.
struct ModelUnits {
  private let units: [String: String]

  init(_ columns: [Column]) {
    units = Dictionary(
      columns.compactMap { column in column.unit.map { (column.name, $0) } },
      uniquingKeysWith: { first, _ in first })
  }

  /// Of a model.json; models without any pass every table.
  init(_ file: ModelFile) {
    units = Dictionary(
      (file["units"]?.members ?? []).compactMap { member in
        member.value.text.map { (member.name, $0) }
      }, uniquingKeysWith: { first, _ in first })
  }

  /// Throws where a column names another unit than the model's, spelling by spelling; one that only one
  /// side names is no contradiction.
  ///
  /// - Parameter input: where the columns come from, for the message.
  func check(_ columns: [Column], of input: String) throws(Problems) {
    var problems = Problems()
    for column in columns {
      guard let unit = column.unit, let wanted = units[column.name], unit != wanted else {
        continue
      }
      problems.add(
        KilnError(
          .taskFailed,
          "the column `\(column.name)` of `\(input)` is in `\(unit)`, the model was made in `\(wanted)`",
          fix:
            "convert the column and head it `\(column.name) [\(wanted)]`, or leave its unit out if "
            + "the numbers are in `\(wanted)` already"))
    }
    try problems.throwIfAny()
  }

  /// As the member `units` of the object that the writer has open.
  func write(into writer: inout JSONWriter) {
    writer.key("units")
    writer.beginObject()
    for (name, unit) in units.sorted(by: { $0.key < $1.key }) {
      writer.key(name)
      writer.string(unit)
    }
    writer.endObject()
  }
}
