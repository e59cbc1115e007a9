// What software can switch off and on in an IOMMU while devices use it.
#pragma once

#include <cstdint>

namespace faultpath::models {

/// Everything is on at the start of a run. Off means, by the words of each kind:
enum class IommuSwitch : std::uint8_t {
  context,        ///< the function's root, context, stream or device entry is not present
  pasid_entries,  ///< no PASID entry of the function is present
  page_requests,  ///< PRE, EN_PRI or CD.S of the function is 0
  scalable_mode,  ///< RTADDR.TTM is legacy mode: no page requests at all
  queue,          ///< PRIQEN or pqen is 0
  queue_memory,   ///< writes to the queue's memory abort: PRIQ_ABT_ERR, pqmf
  iommu,          ///< SMMUEN = 0, ddtp.mode = Off
};

/// About one function; else about the IOMMU.
bool is_of_function(IommuSwitch what);

}  // namespace faultpath::models
