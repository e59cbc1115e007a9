// Strategy iopf, made of its spec.
#include "models/strategy/iopf.hpp"

namespace faultpath::models {

std::unique_ptr<MemoryStrategy> make_strategy(const IopfSpec& spec,
                                              const StrategyContext& context) {
  return std::make_unique<Iopf>(context, spec);
}

}  // namespace faultpath::models
