import CCholmod

/// Which method chooses the order of elimination.
package enum OrderingMethod: Sendable {
  /// Nested dissection (METIS): least fill for solid bodies.
  case nestedDissection
  /// Approximate minimum degree (AMD): quickest to compute.
  case minimumDegree
}

extension Graph {
  /// The order in which to eliminate the nodes so that the factor stays sparse.
  ///
  /// - Returns: `nodeCount` node indices; element `k` is eliminated as number `k`.
  package func fillReducingOrder(_ method: OrderingMethod) throws(FactorisationError) -> [Int] {
    let session = CholmodSession()
    let pattern = SymmetricPattern(columnStarts: starts, rows: neighbours)
    var order = [Int](repeating: 0, count: nodeCount)
    guard nodeCount > 0 else { return order }
    // Sound: `order` has one element for each node and outlives the call.
    unsafe session.withSparse(pattern, values: nil) { matrix in
      unsafe order.withUnsafeMutableBufferPointer { buffer in
        switch method {
        case .nestedDissection:
          _ = unsafe cholmod_l_metis(matrix, nil, 0, 1, buffer.baseAddress, session.common)
        case .minimumDegree:
          _ = unsafe cholmod_l_amd(matrix, nil, 0, buffer.baseAddress, session.common)
        }
      }
    }
    try session.check(equations: nodeCount)
    return order
  }
}
