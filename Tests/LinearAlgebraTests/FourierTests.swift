import Base
import Glibc
import LinearAlgebra
import TestSupport
import Testing

@Suite("Fourier transforms")
struct FourierTests {
  /// Relative error in the 2-norm of a good transform: a few roundings for each of its log2 N stages.
  static func tolerance(_ length: Int) -> Double { 4e-16 * max(1, log2(Double(length))) }

  /// Powers of two, products of small primes, primes, and a prime whose predecessor has a large factor.
  static let lengths = [
    1, 2, 3, 4, 5, 7, 8, 12, 16, 17, 31, 60, 97, 128, 227, 360, 509, 1000, 1024,
  ]

  @Test("of one sample that is not zero are a turning pointer", arguments: lengths)
  func impulse(_ length: Int) {
    let place = length / 3
    let input = Buffer(repeating: 0.0, count: 2 * length)
    input.view[2 * place] = 1
    let output = transformed(input, FourierShape(.forward, length: length))
    var exact: [Double] = []
    for bin in 0..<length {
      // The product is reduced first: the turn of a large angle would lose digits.
      let angle = 2 * Double.pi * Double(bin * place % length) / Double(length)
      exact += [cos(angle), -sin(angle)]
    }
    #expect(difference(output, exact) <= Self.tolerance(length))
  }

  @Test("agree with the sum of the definition", arguments: lengths)
  func definition(_ length: Int) {
    let input = noise(2 * length, seed: UInt64(length))
    let output = transformed(input, FourierShape(.forward, length: length))
    #expect(
      difference(output, direct(input, length: length)) <= Self.tolerance(length) * 2,
      "twice, since the sum has rounding of its own")
  }

  @Test("come back divided by their length", arguments: lengths)
  func roundTrip(_ length: Int) {
    let input = noise(2 * length, seed: 7)
    let there = transformed(input, FourierShape(.forward, length: length))
    let spectrum = buffer(there)
    let back = transformed(spectrum, FourierShape(.inverse, length: length))
      .map { $0 / Double(length) }
    #expect(difference(back, input.view.copy(first: 2 * length)) <= 2 * Self.tolerance(length))
    #expect(spectrum.view.copy(first: 2 * length) == there, "the input keeps its values")
  }

  @Test("of real numbers are the first half of the complex ones, and come back", arguments: lengths)
  func real(_ length: Int) {
    let input = noise(length, seed: 9)
    let complex = Buffer(repeating: 0.0, count: 2 * length)
    for index in 0..<length { complex.view[2 * index] = input.view[index] }
    let whole = transformed(complex, FourierShape(.forward, length: length))
    let half = transformed(input, FourierShape(.realForward, length: length))
    #expect(difference(half, Array(whole[..<half.count])) <= 2 * Self.tolerance(length))
    let back = transformed(buffer(half), FourierShape(.realInverse, length: length))
      .map { $0 / Double(length) }
    #expect(difference(back, input.view.copy(first: length)) <= 2 * Self.tolerance(length))
  }

  @Test("of a batch are those of its members, wherever these lie")
  func batch() {
    let (length, count, hop) = (20, 5, 10)
    let input = noise(length + (count - 1) * hop + 1, seed: 3)
    let shape = FourierShape(
      .realForward, length: length, count: count, inputStride: hop, outputStride: 24)
    let output = Buffer(repeating: 0.0, count: shape.outputExtent)
    // Not on a multiple of 16 bytes.
    Fourier.plan(shape).transform(
      input.view.slice(1, count: shape.inputExtent).reading, into: output.view)
    for member in 0..<count {
      let one = buffer(
        input.view.slice(1 + member * hop, count: length).copy(first: length))
      let expected = transformed(one, FourierShape(.realForward, length: length))
      let found = output.view.slice(member * 24, count: 22).copy(first: 22)
      #expect(difference(found, expected) <= 2 * Self.tolerance(length))
    }
  }

  @Test("planned by several threads at once are all right")
  func threads() {
    let team = ThreadTeam(count: 4)
    let errors = Buffer(repeating: 0.0, count: team.count)
    let view = errors.view
    team.run { part in
      for length in 40..<140 {
        let input = noise(2 * length, seed: 5)
        let output = transformed(input, FourierShape(.forward, length: length))
        view[part] = max(view[part], difference(output, direct(input, length: length)))
      }
    }
    for part in 0..<team.count { #expect(view[part] <= 2 * Self.tolerance(140)) }
  }

  @Test(
    "agree with sums of forty digits (skipped where the certified data is missing)",
    .enabled(if: CertifiedData.isThere("fft/dft_exact.json")))
  func certified() throws {
    let data = try #require(CertifiedData.json("fft/dft_exact.json"))
    let sizes = try #require(data["sizes"]?.members)
    #expect(!sizes.isEmpty)
    for size in sizes {
      let length = try #require(Int(size.name))
      let input = buffer(pairs(size.value["re"], size.value["im"]))
      let exact = pairs(size.value["RE"], size.value["IM"])
      let output = transformed(input, FourierShape(.forward, length: length))
      #expect(difference(output, exact) <= Self.tolerance(length), "length \(length)")
      let largest = zip(output, exact).map { abs($0 - $1) }.max() ?? 0
      #expect(largest <= 1e-15 * norm(exact), "length \(length)")
    }
  }

  private func pairs(_ real: JSONValue?, _ imaginary: JSONValue?) -> [Double] {
    zip(real?.references ?? [], imaginary?.references ?? []).flatMap { [$0, $1] }
  }
}

/// Runs a transform over whole buffers.
private func transformed(_ input: borrowing Buffer<Double>, _ shape: FourierShape) -> [Double] {
  let output = Buffer(repeating: 0.0, count: shape.outputExtent)
  Fourier.plan(shape).transform(input.view.reading, into: output.view)
  return output.view.copy(first: shape.outputExtent)
}

/// The definition, with reduced angles.
private func direct(_ input: borrowing Buffer<Double>, length: Int) -> [Double] {
  let values = input.view
  return (0..<length).flatMap { bin in
    var (real, imaginary) = (0.0, 0.0)
    for index in 0..<length {
      let angle = 2 * Double.pi * Double(bin * index % length) / Double(length)
      let (c, s) = (cos(angle), sin(angle))
      real += values[2 * index] * c + values[2 * index + 1] * s
      imaginary += values[2 * index + 1] * c - values[2 * index] * s
    }
    return [real, imaginary]
  }
}

private func buffer(_ values: [Double]) -> Buffer<Double> {
  let buffer = Buffer(repeating: 0.0, count: values.count)
  for (index, value) in values.enumerated() { buffer.view[index] = value }
  return buffer
}

/// Evenly distributed numbers between -1 and 1.
private func noise(_ count: Int, seed: UInt64) -> Buffer<Double> {
  var state = seed
  let buffer = Buffer(repeating: 0.0, count: count)
  for index in 0..<count {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    buffer.view[index] = Double(state >> 11) / Double(1 << 52) - 1
  }
  return buffer
}

private func norm(_ values: [Double]) -> Double {
  values.reduce(0) { $0 + $1 * $1 }.squareRoot()
}

private func difference(_ values: [Double], _ exact: [Double]) -> Double {
  guard values.count == exact.count else { return .infinity }
  return norm(zip(values, exact).map { $0 - $1 }) / norm(exact)
}
