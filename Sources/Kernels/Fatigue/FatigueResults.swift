import Base
import Formats
import Signals

/// Tables, figure and scalars of counted histories.
struct FatigueResults {
  private let channels: [CountedChannel]
  private let options: FatigueOptions
  /// NaN where the rate is not known.
  private let seconds: Double

  init(_ channels: [CountedChannel], _ options: FatigueOptions, samples: Int, rateHz: Double) {
    self.channels = channels
    self.options = options
    seconds = Double(samples) / rateHz
  }

  func write(to context: KernelContext) throws(KilnError) {
    try writeChannels(to: context)
    try writeRanges(to: context)
    try writeMatrix(to: context)
    try writeResidue(to: context)
    if let worst { try context.figure("fatigue.svg", FatigueFigure(worst, options).figure) }
    summarise(context)
  }

  private func damage(_ channel: CountedChannel) -> Double {
    channel.tally.damage * options.repeats
  }

  private func loads(_ channel: CountedChannel) -> [Double] {
    channel.tally.equivalentLoads(cycles: options.equivalentCycles, repeats: options.repeats)
  }

  /// Repeats until Miner's sum is 1; infinite where nothing damages.
  private func life(_ channel: CountedChannel) -> Double { 1 / channel.tally.damage }

  /// The channel of the largest damage, or of the largest equivalent load; the first of equal ones.
  private var worst: CountedChannel? {
    let weights = channels.map { channel in
      options.tally.curve == nil
        ? loads(channel).first ?? channel.tally.largestRange : channel.tally.damage
    }
    return weights.max().flatMap { largest in weights.firstIndex(of: largest) }.map { channels[$0] }
  }

  private func writeChannels(to context: KernelContext) throws(KilnError) {
    var columns = [
      Column("channel"), Column("unit"), Column("cycles"), Column("largest range"),
      Column("damage"), Column("life", unit: "repeats"), Column("life", unit: "h"),
    ]
    columns += options.tally.exponents.map { Column("equivalent load m = \(short($0))") }
    let table = try context.tableOutput("channels.csv", columns)
    for channel in channels {
      let hasCurve = options.tally.curve != nil
      let numbers = [
        channel.tally.cycles, channel.tally.largestRange, hasCurve ? damage(channel) : .nan,
        hasCurve ? life(channel) : .nan, hasCurve ? life(channel) * seconds / 3600 : .nan,
      ]
      let cells = (numbers + loads(channel)).map { TableWriter.Cell.number($0) }
      try table.append([.text(channel.column.name), .text(channel.column.unit ?? "")] + cells)
    }
    try table.finish()
  }

  private func writeRanges(to context: KernelContext) throws(KilnError) {
    let table = try context.tableOutput(
      "ranges.csv",
      [
        Column("channel"), Column("unit"), Column("from"), Column("to"), Column("cycles"),
        Column("cycles from above"),
      ])
    for channel in channels {
      let matrix = RangeSpectrum(channel.tally)
      for (class_, cycles) in matrix.cycles.enumerated() where class_ < matrix.used {
        try table.append([
          .text(channel.column.name), .text(stressUnit(channel) ?? ""),
          .number(Double(class_) * matrix.width), .number(Double(class_ + 1) * matrix.width),
          .number(cycles), .number(matrix.fromAbove[class_]),
        ])
      }
    }
    try table.finish()
  }

  private func writeMatrix(to context: KernelContext) throws(KilnError) {
    let table = try context.tableOutput(
      "matrix.csv",
      [Column("channel"), Column("unit"), Column("range"), Column("mean"), Column("cycles")])
    let array = try context.arrayOutput("matrix.npy", columns: 4)
    for (number, channel) in channels.enumerated() {
      let width = channel.tally.matrix.width
      for range in 0..<channel.tally.matrix.ranges {
        for mean in 0..<channel.tally.matrix.means {
          let halves = channel.tally.matrix.halves(range: range, mean: mean)
          guard halves > 0 else { continue }
          let middle = (Double(range) + 0.5) * width
          let level = (Double(mean + channel.tally.matrix.firstMean) + 0.5) * width
          let cycles = Double(halves) / 2
          try table.append([
            .text(channel.column.name), .text(stressUnit(channel) ?? ""), .number(middle),
            .number(level), .number(cycles),
          ])
          try array.append([Double(number + 1), middle, level, cycles])
        }
      }
    }
    try table.finish()
    try array.finish()
  }

  private func writeResidue(to context: KernelContext) throws(KilnError) {
    let table = try context.tableOutput(
      "residue.csv", [Column("channel"), Column("unit"), Column("point")])
    for channel in channels {
      // Turning points of the signal itself, before `scale`.
      for point in channel.residue {
        try table.append([
          .text(channel.column.name), .text(channel.column.unit ?? ""), .number(point),
        ])
      }
    }
    try table.finish()
  }

  private func summarise(_ context: KernelContext) {
    guard let worst else { return }
    let hasCurve = options.tally.curve != nil
    context.summary.set("worst_channel", worst.column.name)
    if hasCurve {
      context.summary.set("damage", damage(worst))
      context.summary.set("life_repeats", life(worst))
      if !seconds.isNaN {
        context.summary.set("life_hours", life(worst) * seconds / 3600, unit: "h")
      }
    }
    if let load = loads(worst).first {
      context.summary.set("equivalent_load", load, unit: stressUnit(worst))
    }
    context.summary.set("cycles", worst.tally.cycles)
    context.summary.set("largest_range", worst.tally.largestRange, unit: stressUnit(worst))
    context.summary.set("counting", options.convention)
    if let strength = options.strength { context.summary.set("strength", strength) }
    context.summary.set(
      "equivalent_loads", "ranges that do the damage in \(short(options.equivalentCycles)) cycles")
    if worst.tally.matrix.isWidened {
      context.summary.set("class_width", "was doubled: more than 2048 classes")
    }
    context.summary.set("channels", json: details())
  }

  /// The channel's own unit, where stress is not scaled from it.
  private func stressUnit(_ channel: CountedChannel) -> String? {
    options.scale == 1 ? channel.column.unit : nil
  }

  private func details() -> [UInt8] {
    var writer = JSONWriter()
    writer.beginArray()
    for channel in channels {
      writer.beginObject()
      writer.key("name")
      writer.string(channel.column.name)
      if let unit = stressUnit(channel) {
        writer.key("unit")
        writer.string(unit)
      }
      writer.key("cycles")
      writer.number(channel.tally.cycles)
      writer.key("largest_range")
      writer.number(channel.tally.largestRange)
      if options.tally.curve != nil {
        writer.key("damage")
        writer.number(damage(channel))
      }
      for (exponent, load) in zip(options.tally.exponents, loads(channel)) {
        writer.key("equivalent_load_\(short(exponent))")
        writer.number(load)
      }
      writer.endObject()
    }
    writer.endArray()
    return writer.bytes
  }
}

/// Cycles by range, without the empty classes above the largest.
struct RangeSpectrum {
  let width: Double
  let cycles: [Double]
  /// Cycles of a class and of all above it.
  let fromAbove: [Double]
  /// Classes up to the largest that is not empty.
  let used: Int

  init(_ tally: CycleTally) {
    width = tally.matrix.width
    cycles = tally.matrix.rangeCycles
    used = (cycles.lastIndex { $0 > 0 } ?? -1) + 1
    var sum = 0.0
    var sums = cycles
    for index in cycles.indices.reversed() {
      sum += cycles[index]
      sums[index] = sum
    }
    fromAbove = sums
  }
}
