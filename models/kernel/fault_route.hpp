// The routes by which a fault finds who handles it, by name; routes/ has the table.
#pragma once

namespace faultpath::models {

enum class FaultRoute { per_page_table, per_device, per_pasid, iommufd, container };

}  // namespace faultpath::models
