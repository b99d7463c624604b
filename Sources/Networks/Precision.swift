internal import CDNNL

/// How a program computes.
public enum Precision: String, Hashable, Sendable, CaseIterable {
  /// IEEE single precision: what every verdict is made in.
  case float32
  /// Products of bfloat16 (8 bits of significand) summed in single precision: enough to search for a perturbation, and
  /// never used to judge one.
  case bfloat16

  var dataType: dnnl_data_type_t { self == .float32 ? dnnl_f32 : dnnl_bf16 }
}
