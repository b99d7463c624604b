internal import FileFormats
internal import Foundation
internal import GauntletKit
internal import Tensors

/// A ranking question from the command line: a gallery, its labels, and which of its images are asked about.
enum RankingInput {
  /// - Parameters:
  ///   - gallery: picture files, or one array.
  ///   - labels: an array, or a text file with one label a line.
  ///   - queries: indices with commas between them; nil for all.
  static func task(
    _ metric: any EmbeddingMetric, gallery: [String], labels: String, queries: String?, seed: UInt64
  ) throws -> RetrievalTask {
    let images = try ImageInput.load(gallery, as: ImageInput.spec(of: metric))
    try ImageInput.check(images, for: metric, named: gallery[0])
    let classes = try readLabels(labels, count: images.rows)
    let ids = try parse(queries, count: images.rows)
    let embedded = Gallery(
      embeddings: try metric.placedEmbeddings(of: images), labels: classes, geometry: metric.geometry)
    return RetrievalTask(metric: metric, gallery: embedded, ids: ids, images: images.rows(ids), seed: seed)
  }

  private static func readLabels(_ path: String, count: Int) throws -> [Int] {
    guard FileManager.default.fileExists(atPath: path) else {
      throw CommandError.missing(path: path, what: "label file")
    }
    let labels: [Int]
    if path.hasSuffix(".npy") {
      labels = try NPY.read(path).scalars.map { value in
        guard let label = Int(exactly: value) else {
          throw CommandError.badData("\(path): \(value) is not a label; labels are integers")
        }
        return label
      }
    } else {
      let text = try? String(contentsOfFile: path, encoding: .utf8)
      labels = try (text ?? "").split(whereSeparator: \.isNewline).enumerated().map { line, word in
        guard let label = Int(word.trimmingCharacters(in: .whitespaces)) else {
          throw CommandError.badData("\(path):\(line + 1): '\(word)' is not a label; labels are integers")
        }
        return label
      }
    }
    guard labels.count == count else {
      throw CommandError.badData("\(path): \(labels.count) labels for \(count) images")
    }
    return labels
  }

  private static func parse(_ queries: String?, count: Int) throws -> [Int] {
    guard let queries else { return Array(0..<count) }
    return try queries.split(separator: ",").map { word in
      guard let index = Int(word), (0..<count).contains(index) else {
        throw CommandError.usage("--queries: '\(word)' is not an index of the \(count) gallery images")
      }
      return index
    }
  }
}
