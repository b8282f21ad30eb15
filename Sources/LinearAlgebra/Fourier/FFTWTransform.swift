import CFFTW
import Synchronization

/// A transform by FFTW 3 in double precision, on one thread, planned by estimation.
///
/// Estimated plans depend on nothing but the shape and the alignment, so that results are the same bits
/// in every run; measured ones would differ with the load of the machine and take minutes to make.
final class FFTWTransform: FourierTransform {
  let shape: FourierShape
  private let aligned: FFTWPlan
  private let unaligned: FFTWPlan

  private init(_ shape: FourierShape) {
    self.shape = shape
    aligned = FFTWPlan(shape, isAligned: true)
    unaligned = FFTWPlan(shape, isAligned: false)
  }

  func transform(_ input: View<Double>, into output: MutableView<Double>) {
    precondition(
      input.count >= shape.inputExtent && output.count >= shape.outputExtent,
      "a view is too short for the batch")
    guard let source = unsafe input.base, let target = unsafe output.base else {
      preconditionFailure("an empty view has no transform")
    }
    // Sound: the extents were checked above, and the views are loans for the time of the call.
    // FFTW takes inputs as writable but keeps them: the plans are made with FFTW_PRESERVE_INPUT.
    let numbers = unsafe UnsafeMutablePointer(mutating: source)
    let isAligned = unsafe fftw_alignment_of(numbers) == 0 && fftw_alignment_of(target) == 0
    unsafe (isAligned ? aligned : unaligned).run(numbers, target)
  }

  static var version: String {
    // Sound: the library's constant, zero-terminated string.
    unsafe String(cString: kiln_fftw_version())
  }
}

// MARK: Cache

extension FFTWTransform {
  /// The transform of this shape, made when it is first asked for.
  static func cached(_ shape: FourierShape) -> FFTWTransform {
    if let known = cache.withLock({ $0[shape] }) { return known }
    let made = FFTWTransform(shape)
    // What falls out of the cache is released behind the lock, by its last user.
    let old = cache.withLock { transforms -> [FourierShape: FFTWTransform] in
      let old = transforms.count < cachedMax ? [:] : transforms
      if !old.isEmpty { transforms = [:] }
      transforms[shape] = made
      return old
    }
    withExtendedLifetime(old) {}
    return made
  }

  /// More shapes than a task uses; a long sweep over lengths must not fill the memory with plans.
  private static let cachedMax = 64

  private static let cache = Mutex<[FourierShape: FFTWTransform]>([:])
}

// MARK: Plans

/// A plan on its way out of the planner's lock; the one who receives it is its only user.
@safe
private struct FFTWHandle: @unchecked Sendable {
  let plan: fftw_plan?
}

/// Owner of one plan of FFTW.
///
/// Unchecked because the pointer never changes, and a plan may be executed by several threads at once
/// (FFTW manual, "Thread safety"); what makes and destroys plans holds `planner`.
@safe
private final class FFTWPlan: @unchecked Sendable {
  private let plan: fftw_plan
  private let kind: FourierShape.Kind

  /// FFTW's planner has one state for the whole process.
  private static let planner = Mutex<Void>(())

  init(_ shape: FourierShape, isAligned: Bool) {
    kind = shape.kind
    let flags = FFTW_ESTIMATE | FFTW_PRESERVE_INPUT | (isAligned ? 0 : UInt32(FFTW_UNALIGNED))
    // Estimation looks at where arrays lie, never into them; the two must only be different and aligned.
    let input = Buffer(repeating: 0.0, count: shape.inputExtent)
    let output = Buffer(repeating: 0.0, count: shape.outputExtent)
    let made = Self.planner.withLock { _ in
      unsafe FFTWHandle(plan: Self.make(shape, input.view, output.view, flags: flags))
    }
    guard let made = unsafe made.plan else {
      preconditionFailure("FFTW has no plan for \(shape)")
    }
    unsafe plan = made
  }

  deinit {
    // Sound: the last reference is gone, so nobody executes the plan.
    Self.planner.withLock { _ in unsafe fftw_destroy_plan(plan) }
  }

  /// Executes the plan on other arrays than it was made with, which FFTW allows for arrays of the same
  /// alignment.
  func run(_ input: UnsafeMutablePointer<Double>, _ output: UnsafeMutablePointer<Double>) {
    switch kind {
    case .forward, .inverse:
      unsafe fftw_execute_dft(plan, Self.complex(input), Self.complex(output))
    case .realForward: unsafe fftw_execute_dft_r2c(plan, input, Self.complex(output))
    case .realInverse: unsafe fftw_execute_dft_c2r(plan, Self.complex(input), output)
    }
  }

  private static func make(
    _ shape: FourierShape, _ input: MutableView<Double>, _ output: MutableView<Double>,
    flags: UInt32
  ) -> fftw_plan? {
    guard let source = unsafe input.base, let target = unsafe output.base else { return nil }
    var length = Int32(shape.length)
    let count = Int32(shape.count)
    let (from, to) = (Int32(shape.inputStride), Int32(shape.outputStride))
    // Sound: the arrays have the extents of the shape, and FFTW copies `length`.
    switch shape.kind {
    case .forward, .inverse:
      return unsafe fftw_plan_many_dft(
        1, &length, count, complex(source), nil, 1, from / 2, complex(target), nil, 1, to / 2,
        shape.kind == .forward ? FFTW_FORWARD : FFTW_BACKWARD, flags)
    case .realForward:
      return unsafe fftw_plan_many_dft_r2c(
        1, &length, count, source, nil, 1, from, complex(target), nil, 1, to / 2, flags)
    case .realInverse:
      return unsafe fftw_plan_many_dft_c2r(
        1, &length, count, complex(source), nil, 1, from / 2, target, nil, 1, to, flags)
    }
  }

  /// FFTW's complex numbers are pairs of doubles in memory.
  private static func complex(
    _ numbers: UnsafeMutablePointer<Double>
  ) -> UnsafeMutablePointer<fftw_complex> {
    // Sound: the layouts are equal by FFTW's documentation, and C sees the memory, not Swift.
    unsafe UnsafeMutableRawPointer(numbers).assumingMemoryBound(to: fftw_complex.self)
  }
}
