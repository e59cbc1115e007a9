// How far a premap goes.
#include "models/strategy/premap.hpp"

namespace faultpath::models {

std::uint64_t premap_run(const IoPageTable& table, IovaPage page, std::uint32_t most) {
  std::uint64_t run = 0;
  while (run < most && table.contains(page + run) && !table.is_mapped(page + run)) ++run;
  return run;
}

}  // namespace faultpath::models
