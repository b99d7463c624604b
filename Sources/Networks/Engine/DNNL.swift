internal import CDNNL

/// The one place that talks to oneDNN's status codes and global objects.
enum DNNL {
  /// The CPU engine of the process. Primitives and memories on it may be used from any thread.
  private static let engineHandle = Result<Shared<dnnl_engine_t>, NetworkError> {
    () throws(NetworkError) -> Shared<dnnl_engine_t> in
    var engine: dnnl_engine_t?
    try check(dnnl_engine_create(&engine, dnnl_cpu, 0), "engine")
    guard let engine else { throw NetworkError.primitive(layer: "engine", status: -1) }
    return Shared(value: engine)
  }

  static func engine() throws(NetworkError) -> dnnl_engine_t { try engineHandle.get().value }

  static func check(_ status: dnnl_status_t, _ layer: @autoclosure () -> String) throws(NetworkError) {
    guard status == dnnl_success else { throw .primitive(layer: layer(), status: Int(status.rawValue)) }
  }

  /// Makes oneDNN work on the calling thread alone; said at the start of every piece of work.
  static func useOneThread() { omp_set_num_threads(1) }

  /// How many channels lie side by side in the activations that this processor's convolutions like.
  static let lanes: Int = {
    let isa = dnnl_get_effective_cpu_isa()
    return isa.rawValue & dnnl_cpu_isa_avx512_core.rawValue == dnnl_cpu_isa_avx512_core.rawValue ? 16 : 8
  }()

  /// A handle that oneDNN allows to be shared between threads.
  struct Shared<Value>: @unchecked Sendable { let value: Value }
}

/// How a piece of memory is laid out, in oneDNN's terms.
struct MemoryDescription: @unchecked Sendable {
  var raw: dnnl_memory_desc_t

  init(raw: dnnl_memory_desc_t) { self.raw = raw }

  init(_ extents: [Int], _ tag: dnnl_format_tag_t, _ precision: Precision = .float32) throws {
    raw = dnnl_memory_desc_t()
    let extents = extents.map { dnnl_dim_t($0) }
    try DNNL.check(
      dnnl_memory_desc_init_by_tag(&raw, Int32(extents.count), extents, precision.dataType, tag), "memory of \(extents)"
    )
  }

  /// Row-major.
  static func plain(_ extents: [Int], _ precision: Precision = .float32) throws -> MemoryDescription {
    let tags = [dnnl_a, dnnl_ab, dnnl_abc, dnnl_abcd, dnnl_abcde]
    return try MemoryDescription(extents, tags[extents.count - 1], precision)
  }

  /// As the primitive prefers it.
  static func any(_ extents: [Int], _ precision: Precision = .float32) throws -> MemoryDescription {
    try MemoryDescription(extents, dnnl_format_tag_any, precision)
  }

  var precision: Precision { raw.data_type == dnnl_bf16 ? .bfloat16 : .float32 }

  func with(_ precision: Precision) -> MemoryDescription {
    var copy = self
    copy.raw.data_type = precision.dataType
    return copy
  }

  var byteCount: Int { withUnsafePointer(to: raw) { Int(dnnl_memory_desc_get_size($0)) } }
  /// Floats that hold it.
  var count: Int { (byteCount + 3) / 4 }

  static func == (a: MemoryDescription, b: MemoryDescription) -> Bool {
    withUnsafePointer(to: a.raw) { x in withUnsafePointer(to: b.raw) { dnnl_memory_desc_equal(x, $0) != 0 } }
  }
}

/// A memory object around memory that somebody else owns.
final class MemoryObject: @unchecked Sendable {
  let handle: dnnl_memory_t

  init(_ description: MemoryDescription, at pointer: UnsafeMutableRawPointer) throws {
    var handle: dnnl_memory_t?
    var raw = description.raw
    try DNNL.check(dnnl_memory_create(&handle, &raw, DNNL.engine(), pointer), "memory")
    guard let handle else { throw NetworkError.primitive(layer: "memory", status: -1) }
    self.handle = handle
  }

  deinit { dnnl_memory_destroy(handle) }
}

/// A queue of work; each frame has its own.
final class Stream: @unchecked Sendable {
  let handle: dnnl_stream_t

  init() throws {
    var handle: dnnl_stream_t?
    try DNNL.check(
      dnnl_stream_create(&handle, DNNL.engine(), UInt32(dnnl_stream_default_flags.rawValue)), "stream")
    guard let handle else { throw NetworkError.primitive(layer: "stream", status: -1) }
    self.handle = handle
  }

  deinit { dnnl_stream_destroy(handle) }
}

/// A compiled piece of work and what it wants of its memory.
final class Primitive: @unchecked Sendable {
  let layer: String
  let handle: dnnl_primitive_t
  private let description: dnnl_primitive_desc_t

  /// - Parameters:
  ///   - sums: the result is added to what its memory holds.
  ///   - rectifies: then negative values become 0.
  ///   - hint: the forward primitive of a backward one.
  init(
    _ operation: UnsafeRawPointer, layer: String, sums: Bool = false, rectifies: Bool = false, hint: Primitive? = nil
  ) throws {
    self.layer = layer
    var attributes: dnnl_primitive_attr_t?
    try DNNL.check(dnnl_primitive_attr_create(&attributes), layer)
    defer { dnnl_primitive_attr_destroy(attributes) }
    try DNNL.check(dnnl_primitive_attr_set_scratchpad_mode(attributes, dnnl_scratchpad_mode_user), layer)
    if sums || rectifies {
      var ops: dnnl_post_ops_t?
      try DNNL.check(dnnl_post_ops_create(&ops), layer)
      defer { dnnl_post_ops_destroy(ops) }
      if sums { try DNNL.check(dnnl_post_ops_append_sum(ops, 1), layer) }
      if rectifies { try DNNL.check(dnnl_post_ops_append_eltwise(ops, 1, dnnl_eltwise_relu, 0, 0), layer) }
      try DNNL.check(dnnl_primitive_attr_set_post_ops(attributes, ops), layer)
    }
    var description: dnnl_primitive_desc_t?
    try DNNL.check(
      dnnl_primitive_desc_create(&description, operation, attributes, DNNL.engine(), hint?.description), layer)
    (self.description, handle) = try Primitive.make(description, layer)
  }

  /// A change of layout.
  init(reorder source: MemoryDescription, to target: MemoryDescription, layer: String) throws {
    self.layer = layer
    var attributes: dnnl_primitive_attr_t?
    try DNNL.check(dnnl_primitive_attr_create(&attributes), layer)
    defer { dnnl_primitive_attr_destroy(attributes) }
    try DNNL.check(dnnl_primitive_attr_set_scratchpad_mode(attributes, dnnl_scratchpad_mode_user), layer)
    var (source, target) = (source.raw, target.raw)
    var description: dnnl_primitive_desc_t?
    let engine = try DNNL.engine()
    try DNNL.check(
      dnnl_reorder_primitive_desc_create(&description, &source, engine, &target, engine, attributes), layer)
    (self.description, handle) = try Primitive.make(description, layer)
  }

  private static func make(_ description: dnnl_primitive_desc_t?, _ layer: String) throws -> (
    dnnl_primitive_desc_t, dnnl_primitive_t
  ) {
    guard let description else { throw NetworkError.primitive(layer: layer, status: -1) }
    var handle: dnnl_primitive_t?
    let status = dnnl_primitive_create(&handle, description)
    guard status == dnnl_success, let handle else {
      dnnl_primitive_desc_destroy(description)
      throw NetworkError.primitive(layer: layer, status: Int(status.rawValue))
    }
    return (description, handle)
  }

  deinit {
    dnnl_primitive_destroy(handle)
    dnnl_primitive_desc_destroy(description)
  }

  /// The layout of one of its memories.
  func layout(_ query: dnnl_query_t) -> MemoryDescription? {
    dnnl_primitive_desc_query_md(description, query, 0).map { MemoryDescription(raw: $0.pointee) }
  }

  var scratchpad: MemoryDescription? { layout(dnnl_query_scratchpad_md).flatMap { $0.byteCount > 0 ? $0 : nil } }
  var weights: MemoryDescription? { layout(dnnl_query_weights_md) }
  var weightGradients: MemoryDescription? { layout(dnnl_query_diff_weights_md) }
  var workspace: MemoryDescription? { layout(dnnl_query_workspace_md).flatMap { $0.byteCount > 0 ? $0 : nil } }

  /// The name of the implementation that oneDNN chose.
  var implementation: String {
    var name: UnsafePointer<CChar>?
    guard dnnl_primitive_desc_query(description, dnnl_query_impl_info_str, 0, &name) == dnnl_success, let name else {
      return ""
    }
    return String(cString: name)
  }
}
