import Foundation
import Testing

/// Golden numbers of a file made by a script under Tests/Reference.
func golden<Value: Decodable>(_ name: String, as type: Value.Type = Value.self) throws -> Value {
  let url = try #require(Bundle.module.url(forResource: name, withExtension: "json", subdirectory: "Golden"))
  return try JSONDecoder().decode(type, from: Data(contentsOf: url))
}
