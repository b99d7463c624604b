/// How many bytes the values of a file may still take.
struct MemoryBudget {
  let limit: Int
  let file: String
  let format: FileFormat
  private var spent = 0

  init(limit: Int, file: String, format: FileFormat) {
    self.limit = limit
    self.file = file
    self.format = format
  }

  /// Spends before anything is allocated.
  /// - Throws: `FileFormatError.tooLarge`.
  mutating func spend(_ count: Int, of size: Int) throws {
    let (bytes, overflow) = count.multipliedReportingOverflow(by: size)
    guard !overflow, bytes <= limit - spent else {
      throw FileFormatError.tooLarge(file: file, format: format, limit: limit)
    }
    spent += bytes
  }
}
