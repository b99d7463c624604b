// swift-tools-version: 6.1
import PackageDescription

// The timings of the engine beside those of its peers. A package of its own, so that nobody who builds Gauntlet builds
// this too.
let package = Package(
  name: "benchmarks",
  dependencies: [
    .package(name: "gauntlet", path: ".."),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
  ],
  targets: [
    .executableTarget(
      name: "bench",
      dependencies: [
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "BuiltIns", package: "gauntlet"),
        .product(name: "FileFormats", package: "gauntlet"),
        .product(name: "GauntletKit", package: "gauntlet"),
        .product(name: "Harness", package: "gauntlet"),
        .product(name: "Networks", package: "gauntlet"),
        .product(name: "Gradients", package: "gauntlet"),
        .product(name: "Tensors", package: "gauntlet"),
      ],
      swiftSettings: [
        .swiftLanguageMode(.v6),
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("InternalImportsByDefault"),
      ])
  ]
)
