import LinearAlgebra

/// The consistent mass of a body as an operator on the vectors of its ``SolidOperator``, integrated as
/// the stiffness is.
final class SolidMass: DoubleOperator {
  private let system: SolidOperator
  /// For each group, shape `[batches, 8]`.
  private let densities: [Densities]

  private final class Densities {
    let values: Buffer<Double>

    init(_ group: ElementGroup, _ densityOfElement: (Int) -> Double) {
      values = Buffer(repeating: 0, count: group.elements.count)
      for index in 0..<group.elements.count {
        values.view[index] = densityOfElement(Int(group.elements.view[index]))
      }
    }
  }

  init(_ system: SolidOperator, _ deck: Deck) {
    self.system = system
    let sections = deck.sections.map { $0.material.density ?? 0 }
    densities = system.groups.map { group in
      Densities(group) { sections[deck.sectionOfElement[$0]] }
    }
  }

  var vectorLength: Int { system.vectorLength }

  func multiply(_ vector: MutableView<Double>, into product: MutableView<Double>) {
    system.gatherAndAdd(vector, product, width: 3) { group, batches in
      guard let index = system.groups.firstIndex(where: { $0 === group }) else { return }
      let scratch = Buffer(repeating: 0.0, count: 48 * group.table.nodeCount)
      group.table.basis.withView { basis in
        addMass(
          group.input, basis: basis, densities: densities[index].values.view, batches, vector,
          product, scratch: scratch.view)
      }
    }
    system.clearFixed(product)
  }
}
