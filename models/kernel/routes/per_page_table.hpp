// The route of Linux 6.7 and later: (device, PASID) -> domain -> iopf_handler.
#pragma once

#include "models/kernel/attachments.hpp"

namespace faultpath::models {

/// For each I/O page table a handler: that of exactly this function and PASID.
const Attachment* find_per_page_table(const Attachments& attachments, const Originator& who);

}  // namespace faultpath::models
