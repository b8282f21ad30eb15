/// A heat load on the surface or in the volume of an element.
package struct HeatLoad: Equatable, Sendable {
  package enum Place: Hashable, Sendable {
    /// A face of the element, from 0.
    case face(Int)
    /// The element's volume.
    case body
  }

  package enum Kind: Equatable, Sendable {
    /// Heat per area or volume that flows into the body: `magnitude`.
    case flux
    /// q = h (T - sink) out of the body, h = `magnitude`.
    case film(Sink)
    /// q = emissivity sigma ((T - T0)^4 - (sink - T0)^4) out of the body, emissivity = `magnitude`.
    case radiation(Sink)
  }

  /// What is on the other side of a surface.
  package struct Sink: Equatable, Sendable {
    package var temperature: Double
    package var course = TimeCourse.byProcedure
    /// The node whose temperature is taken instead.
    package var node: Int?

    package init(temperature: Double, course: TimeCourse = .byProcedure, node: Int? = nil) {
      self.temperature = temperature
      self.course = course
      self.node = node
    }
  }

  package let element: Int
  package let place: Place
  package var kind: Kind
  package var magnitude: Double
  /// Of the magnitude.
  package var course = TimeCourse.byProcedure

  package init(
    element: Int, place: Place, kind: Kind, magnitude: Double,
    course: TimeCourse = .byProcedure
  ) {
    self.element = element
    self.place = place
    self.kind = kind
    self.magnitude = magnitude
    self.course = course
  }

  /// What makes loads the same load: a later one takes the place of an earlier one.
  struct Key: Hashable {
    let element: Int
    let place: Place
    let family: Int
  }

  var key: Key {
    let family: Int
    switch kind {
    case .flux: family = 0
    case .film: family = 1
    case .radiation: family = 2
    }
    return Key(element: element, place: place, family: family)
  }
}
