// Strategy iopf_grow, made of its spec.
#include "models/strategy/iopf_grow.hpp"

namespace faultpath::models {

std::unique_ptr<MemoryStrategy> make_strategy(const IopfGrowSpec& spec,
                                              const StrategyContext& context) {
  return std::make_unique<IopfGrow>(context, spec);
}

}  // namespace faultpath::models
