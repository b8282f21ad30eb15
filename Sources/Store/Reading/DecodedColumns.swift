import JobModel

/// Columns of jobs that are JSON: ten thousand jobs of one script have much of it in common, and
/// decoding the same text again is most of what a restart would take.
final class DecodedColumns {
  let specs = DecodedTexts<JobSpec>()
  let files = DecodedTexts<[InputFile]>()
  let plans = DecodedTexts<StoredPlan>()
}

/// Values by the text that they were decoded from, as long as there are few.
final class DecodedTexts<Value: Decodable> {
  private var known: [String: Value] = [:]

  private static var most: Int { 64 }

  func decode(_ text: String) throws(DatabaseFailure) -> Value {
    if let value = known[text] { return value }
    let value = try JSONText.decode(Value.self, text)
    if known.count < Self.most { known[text] = value }
    return value
  }
}
