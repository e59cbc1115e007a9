// Converting response codes.
#include "models/base/response_codes.hpp"

namespace faultpath::models {

LinuxResponse linux_response(ResponseCode meaning) {
  switch (meaning) {
    case ResponseCode::success:
      return LinuxResponse::success;
    case ResponseCode::invalid:
      return LinuxResponse::invalid;
    case ResponseCode::failure:
      break;
  }
  return LinuxResponse::failure;
}

ResponseCode meaning_of(ResponseCode wire) {
  if (wire == ResponseCode::success || wire == ResponseCode::invalid) return wire;
  return ResponseCode::failure;
}

}  // namespace faultpath::models
