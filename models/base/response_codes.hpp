// The codes of a page group response as the kernel and a function understand them.
#pragma once

#include <cstdint>

#include "models/base/messages.hpp"

namespace faultpath::models {

/// Between the fault core and a driver: Linux, enum iommu_page_response_code.
enum class LinuxResponse : std::uint8_t { success = 0, invalid = 1, failure = 2 };

LinuxResponse linux_response(ResponseCode meaning);

/// What a function makes of a code: the reserved ones, 0010b to 1110b, are Response Failure
/// (assumed).
ResponseCode meaning_of(ResponseCode wire);

}  // namespace faultpath::models
