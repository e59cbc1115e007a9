// The route of Linux 5.1 to 6.6: iommu_register_device_fault_handler(), one for each device.
#include "models/kernel/routes/per_device.hpp"

namespace faultpath::models {

// A second consumer of the same device could not register (-EBUSY): the first gets every fault.
const Attachment* find_per_device(const Attachments& attachments, const Originator& who) {
  return attachments.first_of(who.device);
}

}  // namespace faultpath::models
