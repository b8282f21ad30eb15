import Base

extension GridCase {
  /// Reads a MATPOWER case file, format version 2 [MATPOWER User's Manual 8.1, appendix B].
  ///
  /// Understood are data, comments, continuations and the conversions of units that distribution
  /// feeders end with. Costs are passed over; direct-current lines are, with a notice.
  ///
  /// - Parameter file: the name that messages give.
  package static func matpower(file: String, text: [UInt8]) throws(KilnError) -> GridCase {
    var interpreter = MatpowerInterpreter(file: file, bytes: text)
    try interpreter.run()
    return try MatpowerCaseBuilder(interpreter).build()
  }
}

/// Makes a case of the matrices that a file leaves.
private struct MatpowerCaseBuilder {
  let interpreter: MatpowerInterpreter

  init(_ interpreter: MatpowerInterpreter) { self.interpreter = interpreter }

  func build() throws(KilnError) -> GridCase {
    if case .text(let version)? = interpreter.values["version"], version != "2" {
      throw error("the case has format version \(version); Kiln reads version 2", field: "version")
    }
    guard case .matrix(let base)? = interpreter.values["baseMVA"], let baseMVA = base.scalar,
      baseMVA > 0, baseMVA.isFinite
    else { throw error("`baseMVA` must be a positive number", field: "baseMVA") }
    let buses = try self.buses()
    let numbers = Set(buses.map(\.number))
    var grid = GridCase(
      name: stem, baseMVA: baseMVA, buses: buses, generators: try generators(numbers),
      branches: try branches(numbers))
    name(&grid)
    if case .matrix(let lines)? = interpreter.values["dcline"], lines.rows > 0 {
      grid.notices.append(
        "\(lines.rows) direct-current lines (`dcline`) are not part of the power flow")
    }
    return grid
  }

  /// The file's name without folder and ending.
  private var stem: String {
    let name = interpreter.text.file.split(separator: "/").last.map(String.init) ?? ""
    return name.hasSuffix(".m") ? String(name.dropLast(2)) : name
  }

  private func buses() throws(KilnError) -> [GridCase.Bus] {
    let matrix = try matrix("bus", columns: 13)
    var seen: Set<Int> = []
    var buses: [GridCase.Bus] = []
    buses.reserveCapacity(matrix.rows)
    for row in 0..<matrix.rows {
      try requireNumbers(matrix, row, "bus", [0, 1, 2, 3, 4, 5, 7, 8])
      let number = try whole(matrix, row, 0, "bus")
      guard seen.insert(number).inserted else {
        throw error("bus \(number) is there twice", row, matrix)
      }
      guard let kind = BusKind(rawValue: try whole(matrix, row, 1, "bus")) else {
        throw error("the type of bus \(number) must be 1, 2, 3 or 4", row, matrix)
      }
      var bus = GridCase.Bus(number, kind, loadMW: matrix[row, 2], loadMVAr: matrix[row, 3])
      (bus.shuntMW, bus.shuntMVAr) = (matrix[row, 4], matrix[row, 5])
      bus.area = Int(exactly: matrix[row, 6]) ?? 1
      (bus.magnitude, bus.angle) = (matrix[row, 7], matrix[row, 8])
      bus.baseKV = matrix[row, 9]
      bus.zone = Int(exactly: matrix[row, 10]) ?? 1
      (bus.magnitudeMax, bus.magnitudeMin) = (matrix[row, 11], matrix[row, 12])
      buses.append(bus)
    }
    guard !buses.isEmpty else { throw error("the case has no buses", field: "bus") }
    return buses
  }

  private func generators(_ numbers: Set<Int>) throws(KilnError) -> [GridCase.Generator] {
    let matrix = try matrix("gen", columns: 10)
    var generators: [GridCase.Generator] = []
    for row in 0..<matrix.rows {
      try requireNumbers(matrix, row, "gen", [0, 1, 2, 5, 7])
      let bus = try whole(matrix, row, 0, "gen")
      guard numbers.contains(bus) else {
        throw error(
          "generator \(row + 1) is at bus \(bus), which the case does not have", row, matrix)
      }
      var generator = GridCase.Generator(bus: bus, activeMW: matrix[row, 1])
      generator.reactiveMVAr = matrix[row, 2]
      (generator.reactiveMax, generator.reactiveMin) = (matrix[row, 3], matrix[row, 4])
      generator.setpoint = matrix[row, 5]
      generator.isInService = matrix[row, 7] > 0
      (generator.activeMax, generator.activeMin) = (matrix[row, 8], matrix[row, 9])
      generators.append(generator)
    }
    return generators
  }

  private func branches(_ numbers: Set<Int>) throws(KilnError) -> [GridCase.Branch] {
    let matrix = try matrix("branch", columns: 11)
    var branches: [GridCase.Branch] = []
    branches.reserveCapacity(matrix.rows)
    for row in 0..<matrix.rows {
      try requireNumbers(matrix, row, "branch", [0, 1, 2, 3, 4, 8, 9, 10])
      let ends = (try whole(matrix, row, 0, "branch"), try whole(matrix, row, 1, "branch"))
      for bus in [ends.0, ends.1] where !numbers.contains(bus) {
        throw error(
          "branch \(row + 1) ends at bus \(bus), which the case does not have", row, matrix)
      }
      var branch = GridCase.Branch(
        from: ends.0, to: ends.1, resistance: matrix[row, 2], reactance: matrix[row, 3])
      branch.charging = matrix[row, 4]
      branch.ratingMVA = matrix[row, 5].isFinite ? matrix[row, 5] : 0
      (branch.ratio, branch.shift) = (matrix[row, 8], matrix[row, 9])
      branch.isInService = matrix[row, 10] > 0
      guard !branch.isInService || branch.resistance != 0 || branch.reactance != 0 else {
        throw error(
          "branch \(row + 1) (\(ends.0)-\(ends.1)) has no impedance", row, matrix,
          fix: "give it a small reactance, or merge its two buses")
      }
      branches.append(branch)
    }
    return branches
  }

  private func name(_ grid: inout GridCase) {
    guard case .cell(let names)? = interpreter.values["bus_name"], names.count == grid.buses.count
    else { return }
    for (index, name) in names.enumerated() {
      let words = name.split(separator: " ").joined(separator: " ")
      if !words.isEmpty { grid.buses[index].name = words }
    }
  }

  // MARK: Reading matrices

  private func matrix(_ field: String, columns: Int) throws(KilnError) -> MatpowerMatrix {
    guard case .matrix(let matrix)? = interpreter.values[field] else {
      throw error("the case has no matrix `mpc.\(field)`", field: field)
    }
    guard matrix.rows == 0 || matrix.columns >= columns else {
      throw error(
        "`mpc.\(field)` has \(matrix.columns) columns, at least \(columns) are needed", field: field
      )
    }
    return matrix
  }

  private func requireNumbers(
    _ matrix: MatpowerMatrix, _ row: Int, _ field: String, _ columns: [Int]
  ) throws(KilnError) {
    for column in columns where !matrix[row, column].isFinite {
      throw error(
        "row \(row + 1) of `mpc.\(field)` has no number in column \(column + 1)", row, matrix)
    }
  }

  private func whole(
    _ matrix: MatpowerMatrix, _ row: Int, _ column: Int, _ field: String
  ) throws(KilnError) -> Int {
    guard let number = Int(exactly: matrix[row, column]) else {
      throw error(
        "row \(row + 1) of `mpc.\(field)` needs a whole number in column \(column + 1)", row, matrix
      )
    }
    return number
  }

  private func error(
    _ message: String, _ row: Int, _ matrix: MatpowerMatrix, fix: String? = nil
  ) -> KilnError {
    let place = row < matrix.places.count ? matrix.places[row] : 0
    return interpreter.text.error(message, at: place, fix: fix)
  }

  private func error(_ message: String, field: String) -> KilnError {
    interpreter.text.error(message, at: interpreter.places[field] ?? 0)
  }
}
