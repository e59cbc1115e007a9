// Pinning what is chosen.
#include "models/strategy/selective.hpp"

namespace faultpath::models {

sim::Task<> Selective::attach(IoPageTable& table, Worker& worker) {
  co_await MemoryStrategy::attach(table, worker);
  for (const Runs::Run& run : pinned_.among(table.areas(), context_.costs.page_size).list()) {
    co_await pin_range(table, {IovaPage{run.first}, run.count}, worker);
  }
  co_await prefault(table, worker);
}

std::unique_ptr<MemoryStrategy> make_strategy(const SelectiveSpec& spec,
                                              const StrategyContext& context) {
  return std::make_unique<Selective>(context, spec);
}

}  // namespace faultpath::models
