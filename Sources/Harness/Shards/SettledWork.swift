internal import Foundation
internal import Ledger

/// What is settled in several folders together.
public struct SettledWork {
  /// Folders that another process is working in: what is settled there is not known.
  public let busy: [String]
  private let ledgers: [Ledger]
  private let locks: [FileLock]

  /// Looks into folders that have a ledger; the others have nothing.
  public init(_ folders: [RunFolder]) throws {
    var (ledgers, locks, busy): ([Ledger], [FileLock], [String]) = ([], [], [])
    for folder in folders where FileManager.default.fileExists(atPath: folder.ledger) {
      // A ledger that another machine is writing to must not be opened: SQLite's log is shared through memory.
      guard let lock = try FileLock.acquire("\(folder.path)/.lock") else {
        busy.append(folder.path)
        continue
      }
      locks.append(lock)
      ledgers.append(try Ledger(at: folder.ledger))
    }
    (self.ledgers, self.locks, self.busy) = (ledgers, locks, busy)
  }

  func samples(of id: String) throws -> Set<Int> {
    try ledgers.reduce(into: []) { $0.formUnion(try $1.samples(of: id)) }
  }

  func hasValue(_ name: String, of id: String) throws -> Bool {
    try ledgers.contains { try $0.value(named: name, of: id) != nil }
  }

  func isProbed(_ cell: Plan.Cell) throws -> Bool {
    try cell.probed.isEmpty || hasValue(TrustFlag.softmaxScores.rawValue, of: cell.id)
  }

  /// The plan without what is settled.
  public func missing(of plan: Plan) throws -> Plan {
    try plan.missing(
      settled: samples, probed: isProbed, hasNoClaim: { try self.hasValue(Runner.noClaim, of: $0.id) })
  }

  /// Something of a plan that is not settled, in words.
  struct Gap {
    /// Of the cell or certificate.
    let id: String
    let text: String
  }

  func gaps(in plan: Plan) throws -> [Gap] {
    var gaps: [Gap] = []
    func look(_ id: String, _ title: String, _ wanted: [Int]) throws {
      let done = try samples(of: id)
      let missing = wanted.filter { !done.contains($0) }
      guard let first = missing.first else { return }
      gaps.append(
        Gap(id: id, text: "\(title): \(missing.count) of \(wanted.count) samples, the first of them \(first)"))
    }
    for cell in plan.cells where cell.inapplicable == nil {
      try look(cell.id, cell.title, cell.samples)
      if try !isProbed(cell) { gaps.append(Gap(id: cell.id, text: "\(cell.title): the trust probe")) }
    }
    for certificate in plan.certificates where try !hasValue(Runner.noClaim, of: certificate.id) {
      try look(certificate.id, certificate.title, certificate.samples)
    }
    return gaps
  }
}
