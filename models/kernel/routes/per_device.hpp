// The route of Linux 5.1 to 6.6: iommu_register_device_fault_handler(), one for each device.
#pragma once

#include "models/kernel/attachments.hpp"

namespace faultpath::models {

/// For each device a handler, whatever PASID a fault has: that of its first attachment.
const Attachment* find_per_device(const Attachments& attachments, const Originator& who);

}  // namespace faultpath::models
