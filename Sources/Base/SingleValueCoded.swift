/// A type around one value that is encoded as that value alone: `17`, not `{"number": 17}`.
package protocol SingleValueCoded: Codable {
  associatedtype Coded: Codable
  var coded: Coded { get }
  init(coded: Coded)
}

extension SingleValueCoded {
  package init(from decoder: any Decoder) throws {
    self.init(coded: try decoder.singleValueContainer().decode(Coded.self))
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(coded)
  }
}
