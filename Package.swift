// swift-tools-version: 6.1
import PackageDescription

// MARK: Settings, by group

let swiftSettings: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
]

// MARK: Libraries that we depend on

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")

// MARK: Targets; an arrow of Documentation/Architecture.md is a name in one of these lists

func library(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: dependencies)
}
func plugin(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: ["GauntletKit"] + dependencies, path: "Plugins/\(name)")
}
func tests(_ name: String, _ dependencies: [Target.Dependency] = [], resources: [Resource] = []) -> Target {
  .testTarget(
    name: name + "Tests", dependencies: [.byName(name: name)] + dependencies, path: "Tests/\(name)Tests",
    resources: resources)
}

let systemLibraries: [Target] = [
  .systemLibrary(name: "CDNNL", providers: [.apt(["libdnnl-dev"])]),
  .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"])]),
]
let cTargets: [Target] = [
  // Hot loops, where one function is compiled for several processors (`target_clones`).
  .target(name: "CKernels"),
  // `setjmp` cannot be called from Swift: the error exits of libjpeg and libpng live here.
  .target(name: "CJPEG", linkerSettings: [.linkedLibrary("jpeg")]),
  .target(name: "CPNG", linkerSettings: [.linkedLibrary("png")]),
]
let values: [Target] = [
  library("Tensors", ["CKernels"]),
  library("Gradients", ["Tensors", "CKernels"]),
  library("Networks", ["Gradients", "Tensors", "CDNNL", "CKernels"]),
  library("FileFormats", ["Tensors", "CZlib"]),
  library("Pictures", ["Tensors", "CJPEG", "CPNG"]),
  library("Statistics", ["Tensors"]),
]
let contract: [Target] = [
  library("GauntletKit", ["Networks", "Gradients", "Tensors", "CKernels"]),
  library("GauntletLaws", ["GauntletKit"]),
  library("Training", ["GauntletKit"]),
]
// What `gauntlet new` writes: templates that are compiled and tested here, and carried along as texts.
let templates = "Sources/Scaffold/Templates"
let scaffold: [Target] = [
  .target(
    name: "Scaffold",
    resources: [.embedInCode("Templates"), .embedInCode("TemplateTests"), .embedInCode("Files")]),
  .target(name: "Template", dependencies: ["GauntletKit", "Training"], path: templates),
]
let house: [Target] = [
  // Fetches datasets and weights; knows nothing of what is in them.
  library("Downloads", [crypto]),
  library("Results"),
  library("Comparisons", ["Results", "Statistics"]),
  library("Reports", ["Results", "Comparisons", "Statistics", "Pictures"]),
  library("Ledger", [grdb]),
  library(
    "Harness", ["GauntletKit", "Ledger", "Results", "Statistics", "FileFormats", "Pictures", yams, crypto, logging]),
  library(
    "GauntletCLI",
    [
      "Harness", "Comparisons", "Downloads", "Reports", "Results", "Scaffold", "FileFormats", "Pictures",
      argumentParser,
      logging,
    ]),
  .executableTarget(name: "gauntlet", dependencies: ["GauntletCLI", "BuiltIns"]),
]
let plugins: [Target] = [
  plugin("ClassicMetrics"),
  plugin("Embeddings", ["FileFormats"]),
  plugin("LipSim", ["Training", "FileFormats"]),
  plugin("LearnedMetrics", ["FileFormats"]),
  plugin("DreamSim", ["FileFormats"]),
  plugin("RankingDefenses", ["Training"]),
  plugin("RankingAttacks"),
  plugin("DecisionAttacks"),
  plugin("RetrievalDatasets", ["Pictures", "FileFormats"]),
  plugin("TripletDatasets", ["Pictures", "FileFormats"]),
  plugin("SyntheticDatasets", ["Pictures"]),
  plugin("WrappingDefenses", ["Pictures"]),
  plugin(
    "BuiltIns",
    [
      "ClassicMetrics", "LearnedMetrics", "DreamSim", "Embeddings", "LipSim", "RankingDefenses", "RankingAttacks",
      "DecisionAttacks", "RetrievalDatasets", "TripletDatasets", "SyntheticDatasets", "WrappingDefenses",
    ]),
]
let testTargets: [Target] = [
  // Writers of formats that are only read elsewhere, and a server, for several test targets.
  .target(name: "TestFiles", path: "Tests/TestFiles"),
  // Weights that follow from their names, for tests of networks against other packages.
  .target(name: "TestWeights", dependencies: ["Networks", "Tensors"], path: "Tests/TestWeights"),
  .testTarget(name: "ArchitectureTests", path: "Tests/ArchitectureTests"),
  tests("Tensors"),
  tests("Gradients", ["Tensors"]),
  tests("GauntletKit", ["GauntletLaws", "Gradients", "Tensors"], resources: [.copy("Golden")]),
  tests("RankingAttacks", ["GauntletKit", "GauntletLaws", "Gradients", "Tensors"]),
  tests("DecisionAttacks", ["GauntletKit", "GauntletLaws", "Gradients", "Tensors"]),
  tests("Downloads", ["TestFiles", crypto]),
  tests("Ledger"),
  tests("Harness", ["BuiltIns", "GauntletLaws", "Gradients", "Statistics", "Tensors"]),
  tests("GauntletCLI", ["FileFormats", "Pictures", "Results", "Tensors", "TestFiles", "gauntlet"]),
  // What README.md and Documentation say: commands, pages, schemas, links. They run the executable.
  .testTarget(
    name: "DocumentationTests", dependencies: ["gauntlet", "TestFiles", yams], path: "Tests/DocumentationTests"),
  tests("FileFormats", ["Tensors", "TestFiles"], resources: [.copy("Golden")]),
  tests("Pictures", ["Tensors"], resources: [.copy("Golden")]),
  tests("ClassicMetrics", resources: [.copy("Golden")]),
  tests("SyntheticDatasets", ["Pictures"], resources: [.copy("Golden")]),
  tests("RetrievalDatasets", ["GauntletKit", "GauntletLaws", "Pictures", "Tensors", "TestFiles"]),
  tests("TripletDatasets", ["FileFormats", "GauntletKit", "GauntletLaws", "Pictures", "Tensors"]),
  tests("WrappingDefenses", ["GauntletKit", "GauntletLaws", "Gradients", "Pictures", "Tensors"]),
  tests("Statistics", ["Tensors"], resources: [.copy("Golden")]),
  tests("Comparisons", ["Results", "Reports", "Statistics", "Tensors"]),
  tests("Results", resources: [.copy("Golden")]),
  tests("Reports", ["Comparisons", "Results"]),
  tests(
    "RankingDefenses", ["GauntletKit", "Gradients", "Networks", "Tensors", "Training"], resources: [.copy("Golden")]),
  tests("LipSim", ["FileFormats", "GauntletKit", "Networks", "Tensors"], resources: [.copy("Golden")]),
  tests(
    "Embeddings", ["FileFormats", "GauntletKit", "Networks", "Tensors", "TestWeights"], resources: [.copy("Golden")]),
  tests(
    "LearnedMetrics",
    ["FileFormats", "GauntletKit", "GauntletLaws", "Gradients", "Networks", "Tensors", "TestWeights"],
    resources: [.copy("Golden")]),
  tests(
    "DreamSim", ["FileFormats", "GauntletKit", "GauntletLaws", "Gradients", "Networks", "Tensors", "TestWeights"],
    resources: [.copy("Golden")]),
  .testTarget(
    name: "TemplateTests", dependencies: ["Template", "BuiltIns", "GauntletKit", "GauntletLaws", "Harness", "Tensors"],
    path: "Sources/Scaffold/TemplateTests"),
  tests("Scaffold"),
  tests("Networks", ["Gradients", "Tensors", "TestWeights"], resources: [.copy("Golden")]),
]

let package = Package(
  name: "gauntlet",
  products: [
    .executable(name: "gauntlet", targets: ["gauntlet"]),
    .library(name: "Tensors", targets: ["Tensors"]),
    .library(name: "Gradients", targets: ["Gradients"]),
    .library(name: "Networks", targets: ["Networks"]),
    .library(name: "FileFormats", targets: ["FileFormats"]),
    .library(name: "GauntletKit", targets: ["GauntletKit"]),
    .library(name: "GauntletLaws", targets: ["GauntletLaws"]),
    .library(name: "Training", targets: ["Training"]),
    .library(name: "Pictures", targets: ["Pictures"]),
    .library(name: "Harness", targets: ["Harness"]),
    .library(name: "GauntletCLI", targets: ["GauntletCLI"]),
    .library(name: "BuiltIns", targets: ["BuiltIns"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
  ],
  targets: systemLibraries + cTargets + values + contract + scaffold + house + plugins + testTargets
)

for target in package.targets where target.type != .system {
  target.swiftSettings = (target.swiftSettings ?? []) + swiftSettings
}
