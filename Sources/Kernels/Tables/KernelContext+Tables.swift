import Base
import Catalogue
import Formats
import Plots

// MARK: Reading

extension KernelContext {
  /// Opens an input as a table.
  ///
  /// - Parameters:
  ///   - columns: names or numbers of the columns to read; nil: all.
  ///   - labels: columns among them that hold texts.
  ///   - instants: a column among them whose cells may be dates and times; they become seconds.
  package func openTable(
    _ input: String, columns: [String]? = nil, labels: [String] = [], instants: String? = nil
  ) throws(KilnError) -> any TableReader {
    let path = try self.input(input)
    return try inWords(of: input) { () throws(KilnError) in
      try Formats.openTable(
        path, TableSelection(columns: columns, labels: labels, instants: instants))
    }
  }

  /// Opens an input as a signal, with the parameters `channels`, `time`, `rate` and `gaps` of
  /// ``ParameterDeclaration/signalParameters``.
  ///
  /// - Parameter needsRate: whether samples without a rate are refused.
  package func openSignal(
    _ input: String, needsRate: Bool = true
  ) throws(KilnError) -> SignalReader {
    let path = try self.input(input)
    let rate = try quantity("rate")
    guard let gaps = GapPolicy(rawValue: try text("gaps")) else {
      throw KilnError(.taskFailed, "`gaps` must be fail, split, interpolate or zero")
    }
    let wish = try text("time")
    let channels = try list("channels")
    return try inWords(of: input) { () throws(KilnError) in
      let all = try Formats.openTable(path)
      let time: String? =
        switch wish {
        case "none": nil
        case "auto", "": TimeAxis.column(among: all.columns)?.name
        case _: wish
        }
      let selection = try SignalSelection(all.columns, time: time, channels: channels, path: path)
      let table = try Formats.openTable(
        path, TableSelection(columns: selection.columns, instants: selection.time))
      return try SignalReader(
        table, time: selection.time, rateHz: rate > 0 ? rate : nil, gaps: gaps,
        needsRate: needsRate)
    }
  }

  /// The items of a parameter that is a list in a text: `1, 2, 3` or `name, name`.
  package func list(_ parameter: String) throws(KilnError) -> [String] {
    try text(parameter).split { $0 == "," || $0 == "，" || $0 == ";" }
      .map { item in
        var item = item
        while item.first?.isWhitespace ?? false { item.removeFirst() }
        while item.last?.isWhitespace ?? false { item.removeLast() }
        return String(item)
      }
      .filter { !$0.isEmpty }
  }

  /// Errors about a file name the input's own path, not that of the working folder.
  private func inWords<Result>(
    of input: String, _ body: () throws(KilnError) -> Result
  ) throws(KilnError) -> Result {
    do {
      return try body()
    } catch {
      let folder = try self.folder()
      let place = error.place.map {
        $0.hasPrefix(folder) ? String($0.dropFirst(folder.count + 1)) : $0
      }
      throw KilnError(error.code, error.message, at: place, fix: error.fix)
    }
  }
}

// MARK: Writing

extension KernelContext {
  /// A CSV that grows row by row; call `finish()` on it at the end.
  package func tableOutput(_ name: String, _ columns: [Column]) throws(KilnError) -> TableWriter {
    let file = try output(name)
    return try TableWriter(columns) { (bytes) throws(KilnError) in try file.append(bytes) }
  }

  /// An NPY array of known shape, in C order.
  package func arrayOutput(
    _ name: String, _ values: [Double], shape: [Int]
  ) throws(KilnError) {
    let file = try output(name)
    try writeNPY(values, shape: shape) { (bytes) throws(KilnError) in try file.append(bytes) }
  }

  /// An NPY array that grows row by row; call `finish()` on it at the end.
  package func arrayOutput(_ name: String, columns: Int) throws(KilnError) -> ArrayWriter {
    let file = try output(name)
    return try ArrayWriter(
      columns: columns,
      write: { (bytes) throws(KilnError) in try file.append(bytes) },
      replaceStart: { (bytes) throws(KilnError) in try file.replaceStart(bytes) })
  }
}

extension KernelContext {
  /// A figure as SVG.
  package func figure(_ name: String, _ figure: Figure) throws(KilnError) {
    try write(name, figure.svg())
  }
}
