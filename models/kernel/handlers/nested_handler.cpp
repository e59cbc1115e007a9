// Serving both stages.
#include "models/kernel/handlers/nested_handler.hpp"

#include <vector>

namespace faultpath::models {

sim::Task<ResponseCode> NestedHandler::serve(IopfGroup& group, Worker& worker) {
  std::vector<PageFault> first_stage;
  IoPageTable& space = *group.attachment.table;
  for (const PageRequest& request : group.requests) {
    const WalkMiss miss = second_stage_.find(space, request, worker);
    if (miss.stage != WalkMiss::Stage::second) {
      first_stage.push_back(fault_of(request));
      continue;
    }
    const bool brought = co_await second_stage_.bring(space, request, miss, worker);
    if (!brought) co_return ResponseCode::invalid;
  }
  if (first_stage.empty()) co_return ResponseCode::success;
  const ResponseCode code = co_await group.attachment.strategy->handle(space, first_stage, worker);
  co_return code;
}

}  // namespace faultpath::models
