/// What can be wrong with LipSim's weights and trainings.
public enum LipSimError: Error, Hashable, CustomStringConvertible {
  /// A checkpoint that is not one of LipSim's.
  case checkpoint(file: String, reason: String)
  case needsTeachers(defense: String)
  case teacherDimension(defense: String, teachers: Int, student: Int)
  case teacherImages(defense: String, teacher: String, takes: String, images: String)
  case needsTriplets(defense: String, dataset: String)
  case needsBackbone(defense: String)
  case imagesDiffer(defense: String, dataset: String, images: String, backbone: String)
  case tooFew(defense: String, dataset: String, count: Int)

  public var description: String {
    switch self {
    case .checkpoint(let file, let reason): "\(file): \(reason)"
    case .needsTeachers(let defense):
      "defense \(defense) imitates teachers; name them with 'teachers: [...]' beside 'architecture' or 'from'"
    case .teacherDimension(let defense, let teachers, let student):
      "defense \(defense): the teachers' embeddings have \(teachers) dimensions together, the student's \(student); set "
        + "'embedding: \(teachers)'"
    case .teacherImages(let defense, let teacher, let takes, let images):
      "defense \(defense): the teacher \(teacher) takes \(takes), the dataset gives \(images)"
    case .needsTriplets(let defense, let dataset):
      "defense \(defense) trains on triplets, but '\(dataset)' holds labelled images; name a triplet dataset"
    case .needsBackbone(let defense):
      "defense \(defense) trains a network, but was given something else; start it from a backbone"
    case .imagesDiffer(let defense, let dataset, let images, let backbone):
      "defense \(defense): '\(dataset)' gives \(images) images, the backbone takes \(backbone); set one size for both"
    case .tooFew(let defense, let dataset, let count):
      "defense \(defense): '\(dataset)' has \(count) samples to train on, expected at least 2"
    }
  }
}
