/// A power grid as a case file describes it: buses, generators and branches with their given values.
///
/// Powers are in MW and MVAr, voltages in per unit of `baseKV`, impedances in per unit of
/// `baseMVA`, angles in degrees: MATPOWER's case format, version 2.
package struct GridCase: Sendable {
  package var name: String
  package var baseMVA: Double
  package var buses: [Bus]
  package var generators: [Generator]
  package var branches: [Branch]
  /// What the reader passed over and the user should know.
  package var notices: [String] = []

  package init(
    name: String, baseMVA: Double, buses: [Bus], generators: [Generator], branches: [Branch]
  ) {
    self.name = name
    self.baseMVA = baseMVA
    self.buses = buses
    self.generators = generators
    self.branches = branches
  }

  package struct Bus: Sendable {
    package var number: Int
    package var name: String?
    package var kind: BusKind
    package var loadMW: Double
    package var loadMVAr: Double
    /// What the shunt draws (G) and gives (B) at 1 pu.
    package var shuntMW = 0.0
    package var shuntMVAr = 0.0
    package var area = 1
    package var zone = 1
    package var magnitude = 1.0
    package var angle = 0.0
    package var baseKV = 0.0
    package var magnitudeMax = Double.infinity
    package var magnitudeMin = 0.0

    package init(_ number: Int, _ kind: BusKind, loadMW: Double = 0, loadMVAr: Double = 0) {
      self.number = number
      self.kind = kind
      self.loadMW = loadMW
      self.loadMVAr = loadMVAr
    }
  }

  package struct Generator: Sendable {
    /// Number of its bus.
    package var bus: Int
    package var activeMW: Double
    package var reactiveMVAr = 0.0
    package var reactiveMax = Double.infinity
    package var reactiveMin = -Double.infinity
    /// The voltage that it holds, per unit.
    package var setpoint = 1.0
    package var isInService = true
    package var activeMax = Double.infinity
    package var activeMin = -Double.infinity

    package init(bus: Int, activeMW: Double) {
      self.bus = bus
      self.activeMW = activeMW
    }
  }

  /// A line or transformer: series impedance, charging, an ideal transformer at the `from` end.
  package struct Branch: Sendable {
    package var from: Int
    package var to: Int
    package var resistance: Double
    package var reactance: Double
    /// Total susceptance of line charging.
    package var charging = 0.0
    /// Rating A in MVA; 0: none.
    package var ratingMVA = 0.0
    /// Turns ratio from : to; 0 or 1: none.
    package var ratio = 0.0
    /// Phase shift, positive: the `to` end lags.
    package var shift = 0.0
    package var isInService = true

    package init(from: Int, to: Int, resistance: Double, reactance: Double) {
      self.from = from
      self.to = to
      self.resistance = resistance
      self.reactance = reactance
    }
  }
}
