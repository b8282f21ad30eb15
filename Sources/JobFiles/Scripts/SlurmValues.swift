import Base
import JobModel

/// Values as Slurm's manual pages spell them; nil for what cannot be read.
enum SlurmValues {
  /// `4G`, `512M`, `2048`: MiB without a letter.
  static func bytes(_ text: String) -> ByteCount? {
    let shifts: [Character: Int64] = ["K": 10, "M": 20, "G": 30, "T": 40]
    let letter = text.last.flatMap { Character($0.uppercased()) }.flatMap { shifts[$0] }
    guard let number = Int64(letter == nil ? text[...] : text.dropLast()), number > 0,
      number < 1 << 22
    else { return nil }
    return ByteCount(number << (letter ?? 20))
  }

  /// `2`, `a100:2`, `:2`, or nothing for one: the number behind the last colon.
  static func gpus(_ text: some StringProtocol) -> Int? {
    guard let last = text.split(separator: ":").last else { return 1 }
    guard let count = Int(last), (1...1024).contains(count) else { return nil }
    return count
  }

  /// `90`, `10:30`, `2:00:00`, `1-0`, `1-12:30`, `1-12:30:00`: minutes, or days before the hyphen.
  static func time(_ text: String) -> Seconds? {
    let halves = text.split(separator: "-", omittingEmptySubsequences: false)
    guard halves.count <= 2, let last = halves.last else { return nil }
    let parts = last.split(separator: ":", omittingEmptySubsequences: false).map { Int($0) }
    let numbers = parts.compactMap { $0 }
    guard numbers.count == parts.count, numbers.allSatisfy({ $0 >= 0 }),
      (1...3).contains(parts.count)
    else { return nil }
    if halves.count == 2 {
      guard let days = Int(halves[0]), days >= 0 else { return nil }
      let clock = numbers + [Int](repeating: 0, count: 3 - numbers.count)
      return seconds(days, clock[0], clock[1], clock[2])
    }
    switch numbers.count {
    case 1: return seconds(0, 0, numbers[0], 0)
    case 2: return seconds(0, 0, numbers[0], numbers[1])
    default: return seconds(0, numbers[0], numbers[1], numbers[2])
    }
  }

  private static func seconds(_ days: Int, _ hours: Int, _ minutes: Int, _ seconds: Int) -> Seconds?
  {
    let total =
      Double(days) * 86_400 + Double(hours) * 3600 + Double(minutes) * 60 + Double(seconds)
    return total > 0 && total <= 86_400 * 3650 ? Seconds(total) : nil
  }

  /// `0-15`, `1,3,5-7`, `1-9:2`, `0-15%4`: the indices, and how many may run at once.
  static func array(_ text: String, most: Int) -> (indices: [Int], maxRunning: Int?)? {
    let halves = text.split(separator: "%", omittingEmptySubsequences: false)
    guard halves.count <= 2 else { return nil }
    var limit: Int?
    if halves.count == 2 {
      guard let number = Int(halves[1]), number > 0 else { return nil }
      limit = number
    }
    var indices: [Int] = []
    for part in halves[0].split(separator: ",", omittingEmptySubsequences: false) {
      let range = part.split(separator: ":", omittingEmptySubsequences: false)
      let ends = range[0].split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
      guard range.count <= 2, ends.count <= 2, let first = ends.first ?? nil, first >= 0,
        let last = ends.last ?? nil, last >= first, range.count == 1 || ends.count == 2,
        let step = range.count == 2 ? Int(range[1]) : 1, step > 0,
        indices.count + (last - first) / step < most
      else { return nil }
      indices += Array(stride(from: first, through: last, by: step))
    }
    guard Set(indices).count == indices.count else { return nil }
    return (indices, limit)
  }

  /// `nastran:2,abaqus`.
  static func licences(_ text: String) -> [String: Int]? {
    var found: [String: Int] = [:]
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let words = part.split(separator: ":", omittingEmptySubsequences: false)
      guard let name = words.first, !name.isEmpty, words.count <= 2,
        let count = words.count == 2 ? Int(words[1]) : 1, count > 0
      else { return nil }
      found[String(name)] = count
    }
    return found
  }

  /// `afterok:12:13,afterany:14`: all of them.
  static func dependency(_ text: String) -> [JobNeed]? {
    let conditions: [Substring: JobCondition] = [
      "afterok": .ok, "afternotok": .notOk, "afterany": .any, "aftercorr": .each,
    ]
    var needs: [JobNeed] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let words = part.split(separator: ":", omittingEmptySubsequences: false)
      guard let condition = conditions[words[0]], words.count > 1 else { return nil }
      for word in words.dropFirst() {
        guard let number = Int64(word), number > 0 else { return nil }
        let need = JobNeed(JobID(number), condition)
        if !needs.contains(need) { needs.append(need) }
      }
    }
    return needs
  }

  /// `USR1@60`, `B:10@120`, `TERM`: the signal before the time limit, a minute before it without a number.
  static func signal(_ text: String) -> CheckpointPolicy? {
    let rest = text.hasPrefix("B:") ? text.dropFirst(2) : text[...]
    let parts = rest.split(separator: "@", omittingEmptySubsequences: false)
    guard parts.count <= 2, let seconds = parts.count == 2 ? Int(parts[1]) : 60,
      (1...65_535).contains(seconds), let signal = SignalName(spelling: String(parts[0]))
    else { return nil }
    return CheckpointPolicy(signal: signal, before: Seconds(Double(seconds)))
  }

  /// `now+1hour`, `now+90`, `2026-12-01T08:00:00`.
  static func begin(_ text: String) -> SlurmRequest.Begin? {
    if text == "now" { return .after(.zero) }
    if text.hasPrefix("now+") {
      let rest = text.dropFirst(4)
      let digits = rest.prefix { $0.isNumber }
      let units: [String: Double] = [
        "": 1, "second": 1, "minute": 60, "hour": 3600, "day": 86_400, "week": 604_800,
      ]
      var word = rest.dropFirst(digits.count)
      if word.hasSuffix("s") { word = word.dropLast() }
      guard let number = Double(digits), let unit = units[String(word)] else { return nil }
      return .after(Seconds(number * unit))
    }
    let parts = text.split { $0 == "-" || $0 == "T" || $0 == ":" }.map { Int($0) }
    let numbers = parts.compactMap { $0 }
    guard numbers.count == parts.count, (5...6).contains(numbers.count), text.contains("T") else {
      return nil
    }
    return .local(numbers + [Int](repeating: 0, count: 6 - numbers.count))
  }
}
