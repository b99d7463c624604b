// BuiltIns
