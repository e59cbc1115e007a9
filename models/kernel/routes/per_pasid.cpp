// The route by PASID alone: what a PASID of a device is for says who handles its faults.
#include "models/kernel/routes/routes.hpp"

namespace faultpath::models {

// Linux 5.12 to 6.6, iommu_sva_find(): the process of a PASID. Recoverable faults without a PASID
// have none.
const Attachment* find_per_pasid(const Attachments& attachments, const Originator& who) {
  return who.pasid ? attachments.find(who) : nullptr;
}

}  // namespace faultpath::models
