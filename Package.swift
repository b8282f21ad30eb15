// swift-tools-version: 6.2
import PackageDescription

// The graph of modules: arrows point only downward (docs/architecture.md has the picture).
let package = Package(
  name: "Kiln",
  products: [
    .executable(name: "kiln", targets: ["kiln"]),
    .executable(name: "kiln-worker", targets: ["kiln-worker"]),
    .executable(name: "kiln-sandbox", targets: ["kiln-sandbox"]),
  ],
  targets: [
    // System libraries: a module map and a shim each, imported by one Swift target.
    .c("CBLAS", pkgConfig: "openblas"),
    .c("CCholmod"),
    .c("CMumps"),
    .c("CFFTW", pkgConfig: "fftw3"),
    .c("CKLU"),
    .c("CVectorMath"),
    .c("CZlib", pkgConfig: "zlib"),
    .c("CSQLite", pkgConfig: "sqlite3"),
    .c("CYAML", pkgConfig: "yaml-0.1"),
    .c("CMicroHTTPD", pkgConfig: "libmicrohttpd"),
    .c("CCurl", pkgConfig: "libcurl"),
    .c("CCrypto", pkgConfig: "libcrypto"),
    .c("CLinux"),

    // Base: error type, quantities of bytes and time, byte writer, hashing, system calls. All stand on it, so
    // it is optimised in debug builds too.
    .kiln("Base", ["CCrypto", "CLinux"], .optimised),

    // Numerics: no jobs, no files, no processes. Optimised in debug builds too.
    .numerics(
      "LinearAlgebra", ["Base", "CBLAS", "CCholmod", "CMumps", "CFFTW", "CKLU", "CVectorMath"],
      as: .wholeModule),
    .numerics("FiniteElements", ["Base", "LinearAlgebra"]),
    .numerics("Signals", ["Base", "LinearAlgebra"], as: .wholeModule),
    .numerics("Statistics", ["Base", "LinearAlgebra"], as: .wholeModule),
    .numerics("Networks", ["Base", "LinearAlgebra"], as: .wholeModule),

    // Files of numbers and figures of them.
    .numerics("Formats", ["Base", "LinearAlgebra", "CZlib"], as: .wholeModule),
    .kiln("Plots", ["Base"]),

    // Core: values and pure functions.
    .kiln("JobModel", ["Base"], .optimised),
    .kiln("Wire", ["Base", "JobModel"]),
    .kiln("Catalogue", ["Base", "JobModel"]),
    .kiln("JobFiles", ["Base", "JobModel", "Catalogue", "CYAML"]),
    // Optimised in debug builds too: its simulated worlds are many.
    .kiln("Scheduling", ["Base", "JobModel"], .optimised),

    // Result segments: written by workers, read by the server.
    .kiln("Results", ["Base", "JobModel", "Wire"]),

    // Work: what runs inside kiln-worker.
    .kiln(
      "Kernels",
      [
        "Base", "JobModel", "Catalogue", "FiniteElements", "Formats", "LinearAlgebra", "Networks",
        "Plots", "Signals", "Statistics",
      ]),
    .kiln(
      "WorkerRuntime",
      ["Base", "JobModel", "Wire", "Results", "Catalogue", "Kernels", "Sandboxing"]),
    // What starts sandboxed commands: small, because it is copied for each of them.
    .kiln("Sandboxing", ["Base", "CLinux"]),

    // Shells: one resource each.
    .kiln("Store", ["Base", "JobModel", "Wire", "Results", "Scheduling", "CSQLite"]),
    .kiln("Engines", ["Base", "JobModel", "Wire", "Results", "Scheduling"]),

    // Services and faces.
    .kiln(
      "Service",
      [
        "Base", "JobModel", "JobFiles", "Wire", "Catalogue", "Results", "Scheduling", "Store",
        "Engines", "CMicroHTTPD", "CLinux",
      ]),
    .kiln("Client", ["Base", "JobModel", "Wire", "CCurl"]),
    .kiln(
      "CommandLine",
      ["Base", "JobModel", "JobFiles", "Wire", "Catalogue", "Client", "Service"]),

    // Programs: wiring only.
    .program("kiln", ["CommandLine"]),
    .program("kiln-worker", ["Base", "WorkerRuntime"]),
    .program("kiln-sandbox", ["Sandboxing"]),

    // Tests: one target for each source target, and the cross-cutting ones.
    .target(
      name: "TestSupport", dependencies: ["Base"], path: "Tests/TestSupport", swiftSettings: .kiln),
    .tests("BaseTests", []),
    .tests("LinearAlgebraTests", ["LinearAlgebra"]),
    .tests("FiniteElementsTests", ["FiniteElements", "LinearAlgebra"]),
    .tests("SignalsTests", ["Signals", "Formats", "LinearAlgebra"]),
    .tests("StatisticsTests", ["Statistics", "Formats", "LinearAlgebra"]),
    .tests("NetworksTests", ["Networks", "Formats", "LinearAlgebra"]),
    .tests("FormatsTests", ["Formats", "LinearAlgebra"]),
    .tests("PlotsTests", ["Plots"]),
    .tests("JobModelTests", ["JobModel"]),
    .tests("JobFilesTests", ["JobFiles", "JobModel", "Catalogue"]),
    .tests("SchedulingTests", ["Scheduling", "JobModel"], .optimised),
    .tests("ResultsTests", ["Results", "Wire", "JobModel"]),
    .tests("StoreTests", ["Store", "Results", "Wire", "Scheduling", "JobModel"]),
    .tests(
      "WorkerTests",
      [
        "WorkerRuntime", "Engines", "Results", "Wire", "Kernels", "Catalogue", "JobModel",
        "FiniteElements",
        "Sandboxing",
      ]),
    .tests(
      "ServiceTests",
      ["Service", "Client", "Engines", "Results", "Scheduling", "Store", "Wire", "JobModel"]),
    .tests(
      "CommandLineTests",
      ["CommandLine", "Client", "Catalogue", "JobFiles", "Wire", "JobModel"]),
    .tests("EndToEndTests", ["Catalogue", "Wire"]),
    .tests("ConventionTests", []),
  ],
  swiftLanguageModes: [.v6]
)

extension Target {
  static func c(_ name: String, pkgConfig: String? = nil) -> Target {
    .systemLibrary(name: name, path: "Sources/CLibraries/\(name)", pkgConfig: pkgConfig)
  }

  static func kiln(
    _ name: String, _ uses: [Dependency], _ settings: [SwiftSetting] = .kiln
  ) -> Target {
    .target(name: name, dependencies: uses, path: "Sources/\(name)", swiftSettings: settings)
  }

  static func numerics(
    _ name: String, _ uses: [Dependency], as settings: [SwiftSetting] = []
  ) -> Target {
    .target(
      name: name, dependencies: uses, path: "Sources/\(name)", swiftSettings: .numerics + settings)
  }

  static func program(_ name: String, _ uses: [Dependency]) -> Target {
    .executableTarget(
      name: name, dependencies: uses, path: "Sources/\(name)", swiftSettings: .kiln)
  }

  static func tests(
    _ name: String, _ uses: [Dependency], _ settings: [SwiftSetting] = .kiln
  ) -> Target {
    .testTarget(
      name: name, dependencies: uses + ["Base", "TestSupport"], path: "Tests/\(name)",
      swiftSettings: settings)
  }
}

extension [SwiftSetting] {
  /// Every target: unsafe code must be marked, existentials are spelt `any`.
  static var kiln: Self {
    [.strictMemorySafety(), .enableUpcomingFeature("ExistentialAny")]
  }

  /// The same, optimised in every configuration.
  static var optimised: Self { kiln + wholeModule + [.unsafeFlags(["-O"])] }

  /// Numerics: the same, optimised in every configuration and for processors with AVX2 and FMA.
  static var numerics: Self {
    #if arch(x86_64)
      kiln + [.unsafeFlags(["-O", "-Xcc", "-march=x86-64-v3"])]
    #else
      kiln + [.unsafeFlags(["-O"])]
    #endif
  }

  /// Debug builds too are compiled as one, so that kernels are specialised across files.
  static var wholeModule: Self {
    [
      .unsafeFlags(
        ["-wmo", "-num-threads", "2", "-disable-batch-mode"], .when(configuration: .debug))
    ]
  }
}
