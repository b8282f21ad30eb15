/// Displacements, velocities and accelerations of a list of freedoms.
struct Motion: Sendable {
  var displacements: [Double]
  var velocities: [Double]
  var accelerations: [Double]
}

/// Newmark's kinematics with the parameters that make the Hilber-Hughes-Taylor method
/// second-order accurate and unconditionally stable [Hilber, Hughes, Taylor 1977, Earthq. Eng. Struct.
/// Dyn. 5, 283-292].
struct Newmark: Equatable, Sendable {
  /// -1/3 ... 0; 0 is the trapezoidal rule without numerical damping.
  let alpha: Double
  let beta: Double
  let gamma: Double

  init(alpha: Double) {
    self.alpha = alpha
    beta = (1 - alpha) * (1 - alpha) / 4
    gamma = 0.5 - alpha
  }

  /// The motion after `dt` if the accelerations then were zero.
  func predict(_ motion: inout Motion, _ dt: Double) {
    let half = (0.5 - beta) * dt * dt
    for entry in motion.displacements.indices {
      motion.displacements[entry] +=
        dt * motion.velocities[entry] + half * motion.accelerations[entry]
      motion.velocities[entry] += (1 - gamma) * dt * motion.accelerations[entry]
      motion.accelerations[entry] = 0
    }
  }

  /// Adds what a change of the accelerations at the increment's end brings.
  func correct(_ motion: inout Motion, by change: [Double], _ dt: Double) {
    for entry in change.indices {
      motion.displacements[entry] += beta * dt * dt * change[entry]
      motion.velocities[entry] += gamma * dt * change[entry]
      motion.accelerations[entry] += change[entry]
    }
  }

  /// Moves to given displacements; velocities and accelerations follow.
  func follow(_ displacements: [Double], _ motion: inout Motion, _ dt: Double) {
    predict(&motion, dt)
    let change = displacements.indices.map {
      (displacements[$0] - motion.displacements[$0]) / (beta * dt * dt)
    }
    correct(&motion, by: change, dt)
    motion.displacements = displacements
  }
}
