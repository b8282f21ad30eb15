/// A strict reader of the XML that figures use: elements, quoted attributes, the five entities.
struct XMLOutline {
  func reads(_ bytes: [UInt8]) -> Bool {
    guard let text = String(validating: bytes, as: UTF8.self) else { return false }
    var open: [Substring] = []
    var rest = text[...]
    while let start = rest.firstIndex(of: "<") {
      guard isText(rest[..<start]), let end = rest[start...].firstIndex(of: ">") else {
        return false
      }
      let tag = rest[rest.index(after: start)..<end]
      rest = rest[rest.index(after: end)...]
      if tag.first == "/" {
        guard open.popLast() == tag.dropFirst() else { return false }
      } else {
        guard areAttributes(tag) else { return false }
        if tag.last != "/" { open.append(tag.prefix { $0 != " " }) }
      }
    }
    return open.isEmpty && isText(rest)
  }

  private func isText(_ text: Substring) -> Bool {
    !text.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" }
      && text.split(separator: "&", omittingEmptySubsequences: false).dropFirst().allSatisfy {
        part in
        ["amp;", "lt;", "gt;", "quot;"].contains { part.hasPrefix($0) }
      }
  }

  private func areAttributes(_ tag: Substring) -> Bool {
    let parts = tag.split(separator: "\"", omittingEmptySubsequences: false)
    guard parts.count % 2 == 1 else { return false }
    return parts.indices.dropLast().allSatisfy { index in
      index % 2 == 0 ? parts[index].last == "=" : isText(parts[index])
    }
  }
}
