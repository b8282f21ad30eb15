// What the tests of the JSON encoder and decoder write and read.

indirect enum CodedKind: Codable, Hashable {
  case flat
  case named(String)
  case bent(radius: Double, [CodedKind])
}

struct CodedLimits: Codable, Hashable {
  var values: [Double?]
}
