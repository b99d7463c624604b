internal import GauntletKit

/// What can be wrong with the files of a dataset.
enum RetrievalDatasetError: Error, Hashable, CustomStringConvertible {
  /// A line of the split file; lines are counted from 1.
  case malformedLine(file: String, line: Int, reason: String)
  case missingFolder(file: String, line: Int, name: String, folder: String)
  case missingLine(file: String, name: String, folder: String)
  case noClasses(folder: String)
  case emptyClass(folder: String, others: Int)
  case strayPictures(folder: String, count: Int, example: String)
  case noTestClass(file: String)
  case notText(file: String)
  /// A file of a published dataset is not there; `source` says where to get it.
  case missingFile(folder: String, file: String, source: String)
  /// A line of a list of a published dataset; lines are counted from 1.
  case malformedRecord(file: String, line: Int, got: String, expected: String)
  /// A file of a published dataset that does not hold what it should.
  case unexpectedContent(file: String, got: String, expected: String)
  case missingPictures(folder: String, count: Int, example: String, source: String)
  case wrongCounts(
    folder: String, split: Split, images: Int, classes: Int, expectedImages: Int, expectedClasses: Int, source: String)
  case cropBeyondPicture(size: Int, resize: Int)

  var description: String {
    switch self {
    case .malformedLine(let file, let line, let reason):
      "\(file):\(line): \(reason); expected class, tab, train or test, and perhaps another tab and a title"
    case .missingFolder(let file, let line, let name, let folder):
      "\(file):\(line): class '\(name)' has no folder in \(folder); make one, or delete the line"
    case .missingLine(let file, let name, let folder):
      "\(folder): the class folder '\(name)' has no line in \(file); add one, or move the folder away"
    case .noClasses(let folder):
      "\(folder): expected at least two class folders, with pictures in them; is this the right folder?"
    case .emptyClass(let folder, let others):
      "\(folder): a class without a picture (.jpg, .jpeg or .png)"
        + (others > 0 ? "; it holds \(others) other file\(others == 1 ? "" : "s")" : "; it is empty")
    case .strayPictures(let folder, let count, let example):
      "\(folder): \(count) picture\(count == 1 ? " lies" : "s lie") beside the class folders (\(example)); "
        + "move them into the folder of their class"
    case .noTestClass(let file): "\(file): no class is marked test, so there is nothing to measure"
    case .notText(let file): "\(file): not a text in UTF-8"
    case .missingFile(let folder, let file, let source): "\(folder): \(file) is not there; get \(source)"
    case .malformedRecord(let file, let line, let got, let expected):
      "\(file):\(line): got '\(got)', expected \(expected); is the file as it was published?"
    case .unexpectedContent(let file, let got, let expected):
      "\(file): got \(got), expected \(expected); is the file as it was published?"
    case .missingPictures(let folder, let count, let example, let source):
      "\(folder): \(count) listed picture\(count == 1 ? " is" : "s are") not there (such as \(example)); get \(source)"
    case .wrongCounts(let folder, let split, let images, let classes, let wantedImages, let wantedClasses, let source):
      "\(folder): the \(split.rawValue) split has \(images) images of \(classes) classes, expected \(wantedImages) of "
        + "\(wantedClasses); get \(source), or set complete=false to take what is there"
    case .cropBeyondPicture(let size, let resize):
      "a crop of \(size) pixels a side does not fit into a picture resized to \(resize); make resize at least size"
    }
  }
}
