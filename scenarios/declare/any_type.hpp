// A type of values without its C++ type: what parser, `show`, schema and reference do with values,
// behind a pointer. It is compiled once, so that a key table costs little to compile.
#pragma once

#include <memory>

#include "scenarios/json.hpp"
#include "scenarios/node.hpp"

namespace faultpath::scenarios {

/// Reads, writes and describes values of one C++ type. Requires pointers to such values.
class Codec {
 public:
  Codec() = default;
  Codec(const Codec&) = delete;
  Codec& operator=(const Codec&) = delete;
  virtual ~Codec() = default;

  /// Reads a node over a value that holds what counts where the node is silent. Throws ConfigError.
  virtual void read(const Cursor& at, void* value) const = 0;
  /// The value as it would be written; null when nothing would be.
  virtual Json dump(const void* value) const = 0;
  /// JSON Schema of the values, with their kind in words under "x-type".
  virtual Json schema() const = 0;
};

/// A codec that is shared by all copies.
class AnyType {
 public:
  explicit AnyType(std::unique_ptr<const Codec> codec);
  AnyType(const AnyType&) noexcept;
  AnyType(AnyType&&) noexcept;
  AnyType& operator=(const AnyType&) noexcept;
  AnyType& operator=(AnyType&&) noexcept;
  ~AnyType();

  const Codec& codec() const { return *codec_; }

 private:
  std::shared_ptr<const Codec> codec_;
};

}  // namespace faultpath::scenarios
