/// How many bytes the values of a file may still take.
struct MATLABBudget {
  let limit: Int
  let file: String
  private var spent = 0

  init(limit: Int, file: String) {
    self.limit = limit
    self.file = file
  }

  /// Spends before anything is allocated.
  /// - Throws: `FileFormatError.tooLarge`.
  mutating func spend(_ count: Int, of size: Int) throws {
    let (bytes, overflow) = count.multipliedReportingOverflow(by: size)
    guard !overflow, bytes <= limit - spent else {
      throw FileFormatError.tooLarge(file: file, format: .matlab, limit: limit)
    }
    spent += bytes
  }
}
