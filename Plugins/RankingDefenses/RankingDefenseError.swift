internal import GauntletKit

/// What can be wrong with a training.
public enum RankingDefenseError: Error, Hashable, CustomStringConvertible {
  case needsBackbone(defense: String)
  case takesNoTeachers(defense: String)
  case needsRetrievalData(defense: String, dataset: String)
  case imagesDiffer(defense: String, dataset: String, images: String, backbone: String)
  case tooFewImages(defense: String, dataset: String, images: Int, classes: Int)

  public var description: String {
    switch self {
    case .needsBackbone(let defense):
      "defense \(defense) trains a network, but was given a metric without one; start it from an architecture"
    case .takesNoTeachers(let defense): "defense \(defense) imitates nobody; leave 'teachers' out"
    case .needsRetrievalData(let defense, let dataset):
      "defense \(defense) trains on labelled images, but '\(dataset)' holds triplets; name a retrieval dataset"
    case .imagesDiffer(let defense, let dataset, let images, let backbone):
      "defense \(defense): '\(dataset)' gives \(images) images, the backbone takes \(backbone); set one size for both"
    case .tooFewImages(let defense, let dataset, let images, let classes):
      "defense \(defense): '\(dataset)' has \(images) training images of \(classes) classes; "
        + "expected at least 2 images of at least 2 classes"
    }
  }
}
