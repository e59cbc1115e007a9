// The operations of a page-request sequence, carried out on the model.
#pragma once

#include <optional>

#include "models/iommu/queues/riscv_page_request_queue.hpp"
#include "scenarios/validation/csv_table.hpp"

namespace faultpath::scenarios {

/// What one operation did, as far as the registers do not show it.
struct OperationEffect {
  bool done = true;  ///< false: software wrote what hardware ignores
  bool interrupt = false;
  /// What became of a page request; absent for every other operation.
  std::optional<models::RiscvArrival> arrival = std::nullopt;
};

/// RESET: a queue and a directory in which nothing is set up.
models::RiscvPageRequestQueue reset_queue(const CsvRow& row);

/// Every other operation.
OperationEffect carry_out(const CsvRow& row, models::RiscvPageRequestQueue& queue);

/// The message in a row whose operation is PR.
models::PageRequest page_request_of(const CsvRow& row);

}  // namespace faultpath::scenarios
