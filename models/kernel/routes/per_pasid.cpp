// The route by PASID alone: what a PASID of a device is for says who handles its faults.
#include "models/kernel/routes/per_pasid.hpp"

namespace faultpath::models {

// Linux 5.12 to 6.6, iommu_sva_find(): the process of a PASID. Recoverable faults without a PASID
// have none, but may be reported to user space, which has to know of them once it has the tables of
// the first level (Brucker, Re: [PATCH V4 05/18] iommu/ioasid, 2021-04-07).
const Attachment* find_per_pasid(const Attachments& attachments, const Originator& who) {
  const Attachment* const found = attachments.find(who);
  return who.pasid || (found != nullptr && found->reported) ? found : nullptr;
}

}  // namespace faultpath::models
