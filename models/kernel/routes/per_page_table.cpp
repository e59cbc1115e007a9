// The route of Linux 6.7 and later: (device, PASID) -> domain -> iopf_handler.
#include "models/kernel/routes/per_page_table.hpp"

namespace faultpath::models {

const Attachment* find_per_page_table(const Attachments& attachments, const Originator& who) {
  return attachments.find(who);
}

}  // namespace faultpath::models
