import Base
import Formats
import Glibc
import LinearAlgebra
import Signals

/// The channels on their way through the filter into the files.
final class FilterRun {
  let rateHz: Double
  private(set) var samplesOut = 0
  /// Stretches between gaps so far.
  private(set) var stretches = 0
  /// Of the first channel.
  private(set) var powerBefore = RunningPower()
  private(set) var powerAfter = RunningPower()
  /// Processor time in the filters themselves.
  private(set) var filterSeconds = Seconds.zero
  /// The beginning of the first channel, for the figure.
  private(set) var excerptBefore: [Double] = []
  private(set) var excerptAfter: [Double] = []

  private let filters: [ChannelFilter]
  private let signal: SignalReader
  private let context: KernelContext
  private let array: ArrayWriter
  private let table: TableWriter?
  /// Where each stretch lies in the array, as its rows do not tell.
  private let places: TableWriter
  private var stretchStart = 0.0
  private var stretchRows = 0
  private var isOpen = false
  private var isFirstStretch = true

  static let excerptSamples = 2000
  private static let tableBytesMax: Int64 = 64 << 20

  init(
    _ choice: FilterChoice, _ signal: SignalReader, _ context: KernelContext
  ) throws(KilnError) {
    self.signal = signal
    self.context = context
    let change = choice.change.map { Double($0.up) / Double($0.down) } ?? 1
    rateHz = signal.rateHz * change
    let folder = try context.folder()
    var filters: [ChannelFilter] = []
    for index in signal.channels.indices {
      let store: ScratchFile? =
        choice.isZeroPhaseOfSections
        ? try ScratchFile(in: folder, name: "channel-\(index + 1)") : nil
      filters.append(ChannelFilter(choice.action, choice.change, store: store))
    }
    self.filters = filters
    array = try context.arrayOutput("filtered.npy", columns: signal.channels.count)
    places = try context.tableOutput(
      "stretches.csv", [Column("row"), Column("start", unit: "s"), Column("rows")])
    table =
      try Self.wantsTable(context)
      ? try context.tableOutput("filtered.csv", [Column("time", unit: "s")] + signal.channels)
      : nil
  }

  private static func wantsTable(_ context: KernelContext) throws(KilnError) -> Bool {
    switch try context.text("table") {
    case "always": return true
    case "never": return false
    case _:
      let file = try Descriptor.open(try context.input("signal"), O_RDONLY)
      return (file.size ?? 0) <= tableBytesMax
    }
  }

  func add(_ block: SampleBlock, startsStretch: Bool) throws {
    if startsStretch {
      try endStretch()
      stretchStart = signal.segmentStart
      stretchRows = 0
      isOpen = true
      for filter in filters { filter.begin() }
    }
    powerBefore.add(block.channel(0))
    if isFirstStretch, excerptBefore.count < Self.excerptSamples {
      let samples = block.channel(0)
      for index in 0..<min(samples.count, Self.excerptSamples - excerptBefore.count) {
        excerptBefore.append(samples[index])
      }
    }
    let clock = KernelClock()
    for (index, filter) in filters.enumerated() { try filter.add(block.channel(index)) }
    filterSeconds = filterSeconds + clock.processor
    try flush()
  }

  func finish() throws {
    try endStretch()
    try array.finish()
    try table?.finish()
    try places.finish()
  }

  private func endStretch() throws {
    guard isOpen else { return }
    isOpen = false
    let clock = KernelClock()
    for filter in filters {
      try filter.end(isCancelled: context.cancellation)
      try context.checkCancelled()
    }
    filterSeconds = filterSeconds + clock.processor
    var hasMore = true
    while hasMore {
      hasMore = false
      for filter in filters where try filter.drain() { hasMore = true }
      try flush()
      try context.checkCancelled()
    }
    isFirstStretch = false
    stretches += 1
    try places.append([Double(samplesOut - stretchRows + 1), stretchStart, Double(stretchRows)])
  }

  /// Writes the rows that all channels have; they go in step.
  private func flush() throws(KilnError) {
    let rows = filters.map(\.ready.count).min() ?? 0
    guard rows > 0 else { return }
    var block = TableBlock(rows: rows, columns: filters.count)
    block.rows = rows
    for (index, filter) in filters.enumerated() {
      let column = block.column(index)
      filter.ready.withView { column.assign($0.slice(0, count: rows)) }
      if filter.ready.count == rows {
        filter.ready.removeAll(keepingCapacity: true)
      } else {
        filter.ready.removeFirst(rows)
      }
    }
    powerAfter.add(block.column(0).reading)
    if isFirstStretch, excerptAfter.count < Self.excerptSamples {
      excerptAfter += block.column(0).copy(
        first: min(rows, Self.excerptSamples - excerptAfter.count))
    }
    try array.append(block)
    if let table {
      for row in 0..<rows {
        let time = stretchStart + Double(stretchRows + row) / rateHz
        try table.append([time] + (0..<filters.count).map { block.column($0)[row] })
      }
    }
    stretchRows += rows
    samplesOut += rows
  }
}
