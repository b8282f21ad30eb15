import Base
import Formats

/// Which channels record horizontal motion, and of which vertical one.
struct Components {
  let areHorizontal: [Bool]
  private let names: [String]

  /// - Parameter areAsked: whether S onsets are looked for, which need horizontal channels.
  init(_ channels: [Column], _ context: KernelContext, areAsked: Bool) throws(KilnError) {
    names = channels.map(\.name)
    let list = try context.list("horizontals")
    guard list.isEmpty != areAsked else {
      throw KilnError(
        .taskFailed, "S onsets need both `s_within` and `horizontals`",
        fix:
          "name the horizontal channels, and how long after the P onset the S onset is looked for")
    }
    var areHorizontal = [Bool](repeating: false, count: names.count)
    for name in list {
      areHorizontal[try context.channel(name, of: channels, parameter: "horizontals")] = true
    }
    guard areHorizontal.contains(false) else {
      throw KilnError(
        .taskFailed, "all channels are `horizontals`",
        fix: "leave the vertical ones out of the list")
    }
    self.areHorizontal = areHorizontal
  }

  /// Those whose names differ in the last letter only, as components of a station do; all if there is one vertical.
  func horizontals(of vertical: Int) -> [Int] {
    let all = names.indices.filter { areHorizontal[$0] }
    if areHorizontal.count(where: { !$0 }) == 1 { return all }
    return all.filter { names[$0].dropLast() == names[vertical].dropLast() }
  }
}
