// The table of routes.
#include "models/kernel/routes/routes.hpp"

#include "models/kernel/routes/per_device.hpp"
#include "models/kernel/routes/per_page_table.hpp"
#include "models/kernel/routes/per_pasid.hpp"

namespace faultpath::models {

const std::vector<RouteInfo>& routes() {
  static const std::vector<RouteInfo> table{
      {"per_page_table", "one handler for each page table (Linux 6.7 and later)",
       find_per_page_table},
      {"per_device", "one handler for each device, whatever the PASID (Linux before 6.7)",
       find_per_device},
      {"per_pasid",
       "what the PASID says: bound to a process, reported to user space, or refused; without one "
       "reported or refused",
       find_per_pasid},
      {"iommufd",
       "fault files that user space reads, and answers by writing (Linux 6.11 and later)",
       find_per_page_table},
      {"container",
       "a queue of user space for the second level, and one for each table of the first",
       find_per_page_table},
  };
  return table;
}

const RouteInfo& info_of(FaultRoute route) { return routes()[static_cast<std::size_t>(route)]; }

}  // namespace faultpath::models
