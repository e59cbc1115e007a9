// Encoding responses.
#include "models/iommu/response_encoding.hpp"

namespace faultpath::models {

SmmuResponse smmu_response(LinuxResponse code) {
  switch (code) {
    case LinuxResponse::success:
      return SmmuResponse::success;
    case LinuxResponse::invalid:
      return SmmuResponse::invalid;
    case LinuxResponse::failure:
      break;
  }
  return SmmuResponse::failure;
}

ResponseCode wire_code(SmmuResponse code) {
  switch (code) {
    case SmmuResponse::success:
      return ResponseCode::success;
    case SmmuResponse::invalid:
      return ResponseCode::invalid;
    case SmmuResponse::failure:
      break;
  }
  return ResponseCode::failure;
}

ResponseCode vtd_wire_code(LinuxResponse code) {
  return static_cast<ResponseCode>(static_cast<std::uint8_t>(code));
}

ResponseCode wire_code(IommuKind kind, LinuxResponse code) {
  switch (kind) {
    case IommuKind::vtd:
      return vtd_wire_code(code);
    case IommuKind::smmu_pri:
    case IommuKind::smmu_stall:
    case IommuKind::amd:
    case IommuKind::riscv:
      break;
  }
  return wire_code(smmu_response(code));
}

}  // namespace faultpath::models
