// What each kind of IOMMU puts on the wire for the kernel's answer to a page request group.
#pragma once

#include <cstdint>

#include "models/base/response_codes.hpp"
#include "models/iommu/iommu_spec.hpp"

namespace faultpath::models {

/// CMD_PRI_RESP.Resp: the reverse of the wire. 0b11 is illegal (IHI 0070, 4.5.2).
enum class SmmuResponse : std::uint8_t { failure = 0b00, invalid = 0b01, success = 0b10 };

SmmuResponse smmu_response(LinuxResponse code);
ResponseCode wire_code(SmmuResponse code);

/// Linux writes its own code into the descriptor (QI_PGRP_RESP_CODE), so that failure goes out as
/// 0010b, which is reserved.
ResponseCode vtd_wire_code(LinuxResponse code);

/// What `kind` puts on the wire when its driver answers `code`. AMD's COMPLETE_PPR and RISC-V's
/// ATS.PRGR take the wire's own codes (assumed of their drivers). A stall has no wire: the RESUME
/// command retries on Success and aborts on anything else.
ResponseCode wire_code(IommuKind kind, LinuxResponse code);

}  // namespace faultpath::models
