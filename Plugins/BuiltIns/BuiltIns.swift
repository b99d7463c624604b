internal import ClassicMetrics
internal import DecisionAttacks
internal import DreamSim
internal import Embeddings
public import GauntletKit
internal import LearnedMetrics
internal import LipSim
internal import RankingAttacks
internal import RankingDefenses
internal import RetrievalDatasets
internal import SyntheticDatasets
internal import TripletDatasets
internal import WrappingDefenses

/// The plugins that come along: one line a family. A program that brings its own registers them after these.
public enum BuiltIns {
  /// - Parameter more: registers further plugins, such as a program's own: `BuiltIns.registry(adding: Mine.register)`.
  /// - Throws: `PluginError.duplicate` where one of them is called like another.
  public static func registry(adding more: (inout Registry) throws -> Void...) throws -> Registry {
    var registry = Registry()
    try ClassicMetrics.register(in: &registry)
    try LearnedMetrics.register(in: &registry)
    try DreamSim.register(in: &registry)
    try Embeddings.register(in: &registry)
    try LipSim.register(in: &registry)
    try RankingDefenses.register(in: &registry)
    try WrappingDefenses.register(in: &registry)
    try RankingAttacks.register(in: &registry)
    try DecisionAttacks.register(in: &registry)
    try RetrievalDatasets.register(in: &registry)
    try TripletDatasets.register(in: &registry)
    try SyntheticDatasets.register(in: &registry)
    for register in more { try register(&registry) }
    return registry
  }
}
