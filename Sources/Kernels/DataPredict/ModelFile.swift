import Base
import Formats
import Glibc
import LinearAlgebra
import Statistics

/// A model.json as it was read.
struct ModelFile {
  let path: String
  let kernel: String
  private let root: JSONValue

  /// Larger files are no models.
  private static let bytesMax: Int64 = 256 << 20

  init(_ context: KernelContext) throws(KilnError) {
    path = try context.input("model")
    let file = try Descriptor.open(path, O_RDONLY)
    let size = file.size ?? 0
    guard size <= Self.bytesMax else {
      throw KilnError(.invalidFile, "the file is too large for a model", at: path)
    }
    root = try JSONValue(parsing: try file.read(at: 0, count: Int(size)), path: path)
    guard let kernel = root["kernel"]?.text else {
      throw KilnError(
        .invalidFile, "the file names no kernel", at: path,
        fix: "use the model.json that data.regress, data.pls, data.fit or data.pca writes")
    }
    self.kernel = kernel
  }

  subscript(name: String) -> JSONValue? { root[name] }

  func missing(_ name: String) -> KilnError {
    KilnError(.invalidFile, "the model has no `\(name)`, or not as a model must", at: path)
  }

  func text(_ name: String) throws(KilnError) -> String {
    guard let text = root[name]?.text else { throw missing(name) }
    return text
  }

  func number(_ name: String) throws(KilnError) -> Double {
    guard let number = root[name]?.number else { throw missing(name) }
    return number
  }

  func items(_ name: String) throws(KilnError) -> [JSONValue] {
    guard let items = root[name]?.items else { throw missing(name) }
    return items
  }

  func numbers(_ name: String) throws(KilnError) -> [Double] {
    let items = try items(name)
    let numbers = items.compactMap(\.number)
    guard numbers.count == items.count else { throw missing(name) }
    return numbers
  }

  func texts(_ name: String) throws(KilnError) -> [String] {
    let items = try items(name)
    let texts = items.compactMap(\.text)
    guard texts.count == items.count else { throw missing(name) }
    return texts
  }

  /// Rows of numbers, all of one length, row after row.
  func matrix(_ name: String, columns: Int) throws(KilnError) -> [Double] {
    var all: [Double] = []
    for row in try items(name) {
      let numbers = (row.items ?? []).compactMap(\.number)
      guard numbers.count == columns else { throw missing(name) }
      all += numbers
    }
    return all
  }

  /// A model of principal components and the columns that it needs.
  func components() throws(KilnError) -> (PrincipalComponents, [Column]) {
    let names = try texts("columns")
    let variances = try numbers("variances")
    let count = try items("loadings").count
    let loadings = try matrix("loadings", columns: names.count)
    let (means, factors) = (try numbers("means"), try numbers("factors"))
    guard count > 0, count <= variances.count, means.count == names.count,
      factors.count == names.count, let rows = Int(exactly: try number("rows")), rows > 2
    else { throw missing("loadings") }
    let model = PrincipalComponents(
      stored: .init(
        loadings: loadings, variances: variances, means: means, factors: factors, rows: rows))
    return (model, names.map { Column($0) })
  }
}
