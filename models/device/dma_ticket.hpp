// The number under which a DMA gate knows an operation.
#pragma once

#include <cstdint>

namespace faultpath::models {

enum class DmaTicket : std::uint32_t { none = 0 };
constexpr std::uint32_t to_index(DmaTicket ticket) { return static_cast<std::uint32_t>(ticket); }

}  // namespace faultpath::models
