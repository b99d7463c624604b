/// What can be wrong with a folder of classes.
enum ImageFolderError: Error, Hashable, CustomStringConvertible {
  /// A line of the split file; lines are counted from 1.
  case malformedLine(file: String, line: Int, reason: String)
  case missingFolder(file: String, line: Int, name: String, folder: String)
  case missingLine(file: String, name: String, folder: String)
  case noClasses(folder: String)
  case emptyClass(folder: String, others: Int)
  case strayPictures(folder: String, count: Int, example: String)
  case noTestClass(file: String)
  case notText(file: String)

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
    }
  }
}
