// The route by PASID alone: what a PASID of a device is for says who handles its faults.
#pragma once

#include "models/kernel/attachments.hpp"

namespace faultpath::models {

/// For each PASID of a device a handler. A request without a PASID is user space's, if faults of
/// the device are reported there, and else nobody's.
const Attachment* find_per_pasid(const Attachments& attachments, const Originator& who);

}  // namespace faultpath::models
