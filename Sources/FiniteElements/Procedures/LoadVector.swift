import LinearAlgebra

/// Turns the loads of a step into forces at the nodes.
struct LoadVector {
  let deck: Deck

  /// Forces by degree of freedom at the end of a step, consistent with the shape functions.
  func forces(of step: Step) -> [Double] {
    forces(of: step) { $0.factor(stepTime: step.period, totalTime: step.endTime) ?? 1 }
  }

  /// Forces by degree of freedom where each load has the factor that `factor` gives its course.
  func forces(
    of step: Step, isImaginary: Bool = false, factor: (TimeCourse) -> Double
  ) -> [Double] {
    var forces = [Double](repeating: 0, count: 3 * deck.mesh.nodeCount)
    for load in step.forces where load.isImaginary == isImaginary {
      forces[load.freedom] += factor(load.course) * load.value
    }
    for load in step.distributed where load.isImaginary == isImaginary {
      let factor = load.carried * factor(load.course)
      switch load.kind {
      case .pressure(let face):
        for element in load.elements {
          addSurfaceForce(face, element, to: &forces) { factor * load.magnitude * $0 }
        }
      case .traction(let face, let direction):
        for element in load.elements {
          addSurfaceForce(face, element, to: &forces) {
            factor * load.magnitude * length($0) * direction
          }
        }
      case .gravity(let acceleration):
        addBodyForce(load, of: step, to: &forces) { _ in factor * load.magnitude * acceleration }
      case .centrifugal(let omegaSquared, let point, let direction):
        addBodyForce(load, of: step, to: &forces) { position in
          let arm = position - point
          return factor * omegaSquared * (arm - dot(arm, direction) * direction)
        }
      }
    }
    return forces
  }

  // force_a = integral over the face of N_a force(n dA); n dA, into the body, is the cross product of
  // the tangents.
  private func addSurfaceForce(
    _ face: Int, _ element: Int, to forces: inout [Double],
    _ force: (_ area: SIMD3<Double>) -> SIMD3<Double>
  ) {
    let kind = deck.mesh.elementKinds[element]
    let nodes = Array(deck.mesh.outerNodes(of: element))
    for point in FaceTable(kind, face).points {
      var (tangentS, tangentT) = (SIMD3<Double>(), SIMD3<Double>())
      for (a, node) in nodes.enumerated() {
        let position = deck.mesh.position(of: node)
        tangentS += point.slopesS[a] * position
        tangentT += point.slopesT[a] * position
      }
      let push = point.weight * force(cross(tangentS, tangentT))
      for (a, node) in nodes.enumerated() {
        for direction in 0..<3 { forces[3 * node + direction] += point.basis[a] * push[direction] }
      }
    }
  }

  // force_a = integral over the volume of N_a density acceleration.
  private func addBodyForce(
    _ load: DistributedLoad, of step: Step, to forces: inout [Double],
    _ acceleration: (SIMD3<Double>) -> SIMD3<Double>
  ) {
    for place in load.masses {
      let (freedoms, mass) = (deck.discretes[place].freedoms, deck.discretes[place].mass[0])
      let push = mass * acceleration(deck.mesh.position(of: freedoms[0] / 3))
      for direction in 0..<3 { forces[freedoms[direction]] += push[direction] }
    }
    let geometry = ElementGeometry()
    for element in load.elements {
      let table = deck.mesh.table(of: element)
      deck.mesh.loadCoordinates(of: element, into: geometry.coordinates.view)
      guard evaluate(geometry, table) else { continue }
      let nodes = Array(deck.mesh.outerNodes(of: element))
      for point in 0..<table.pointCount {
        let basis = table.basis[(point * table.nodeCount)...].prefix(nodes.count)
        let position = zip(basis, nodes).reduce(SIMD3<Double>()) {
          $0 + $1.0 * deck.mesh.position(of: $1.1)
        }
        let density = deck.density(
          ofPoint: point, of: element, at: step.densityTemperatures, .inertial)
        let push = density * geometry.volumes.view[point] * acceleration(position)
        for (value, node) in zip(basis, nodes) {
          for direction in 0..<3 { forces[3 * node + direction] += value * push[direction] }
        }
      }
    }
  }
}

extension Deck {
  /// Forces by degree of freedom at the end of a step, those of temperatures and initial stresses
  /// included.
  func forces(of step: Step, _ thermal: ThermalState?) -> [Double] {
    var forces = LoadVector(deck: self).forces(of: step)
    thermal?.addForces(to: &forces)
    addInitialForces(to: &forces, thermal)
    return forces
  }
}

/// Shape functions and their derivatives along a face, at the points of the face's rule.
struct FaceTable {
  struct Point {
    let weight: Double
    let basis: [Double]
    /// Derivatives by the two coordinates of the face.
    let slopesS: [Double]
    let slopesT: [Double]
    /// Derivatives by the coordinates of the reference element.
    let gradients: [SIMD3<Double>]
  }

  let points: [Point]

  /// - Parameter face: counted from 0.
  init(_ kind: ElementKind, _ face: Int) {
    let element = kind.reference
    let corners = element.faces[face].prefix(kind.faceCornerCount(face)).map { element.nodes[$0] }
    points = kind.faceQuadrature(face).map { rule in
      let (position, alongS, alongT) = Self.place(rule.position, on: corners)
      let gradient = element.gradient(at: position)
      return Point(
        weight: rule.weight, basis: element.basis(at: position),
        slopesS: gradient.map { dot($0, alongS) }, slopesT: gradient.map { dot($0, alongT) },
        gradients: gradient)
    }
  }

  /// Reference coordinates of a point of a face, and the directions of the face's coordinates.
  private static func place(
    _ point: SIMD2<Double>, on corners: [SIMD3<Double>]
  ) -> (SIMD3<Double>, SIMD3<Double>, SIMD3<Double>) {
    let isTriangle = corners.count == 3
    let alongS = (corners[1] - corners[0]) / (isTriangle ? 1 : 2)
    let last = isTriangle ? corners[2] : corners[3]
    let alongT = (last - corners[0]) / (isTriangle ? 1 : 2)
    let origin = isTriangle ? corners[0] : (corners[0] + corners[2]) / 2
    return (origin + point.x * alongS + point.y * alongT, alongS, alongT)
  }
}
