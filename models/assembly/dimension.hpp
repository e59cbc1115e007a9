// By what a run can be told in parts.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace faultpath::models {

/// By the names of devices, of guests (and the host), or of the processes whose memory devices use.
enum class Dimension : std::uint8_t { device, guest, process };

inline constexpr std::array<std::string_view, 3> kDimensions{"device", "guest", "process"};
constexpr std::string_view name_of(Dimension dimension) {
  return kDimensions[static_cast<std::size_t>(dimension)];
}

}  // namespace faultpath::models
