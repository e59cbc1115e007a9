// What all strategies share, and the table of them.
#include "models/strategy/strategy.hpp"

#include "models/strategy/iopf.hpp"
#include "models/strategy/iopf_grow.hpp"
#include "models/strategy/lru_locked.hpp"
#include "models/strategy/pin.hpp"
#include "models/strategy/sva.hpp"

namespace faultpath::models {

sim::Task<> MemoryStrategy::attach(AddressSpace&, Worker&) { co_return; }
void MemoryStrategy::used(AddressSpace&, IovaPage) {}

void MemoryStrategy::count(const PageRequest& request, Outcome outcome, unsigned stage) {
  if (!request.counted) return;
  switch (outcome) {
    case Outcome::minor:
      ++stats_.faults_minor;
      break;
    case Outcome::major:
      ++stats_.faults_major;
      break;
    case Outcome::spurious:
      ++stats_.faults_spurious;
      return;
    case Outcome::fatal:
      ++stats_.faults_fatal;
      return;
  }
  ++(stage == 1 ? stats_.faults_stage1 : stats_.faults_stage2);
}

MemoryStrategy::Outcome MemoryStrategy::outcome_of(Residency residency) {
  switch (residency) {
    case Residency::present:
    case Residency::minor:
      return Outcome::minor;
    case Residency::major:
      return Outcome::major;
    case Residency::out_of_memory:
      return Outcome::fatal;
  }
  return Outcome::fatal;
}

std::unique_ptr<MemoryStrategy> make_strategy(const StrategySpec& spec,
                                              const StrategyContext& context) {
  struct Maker {
    const StrategyContext& context;
    std::unique_ptr<MemoryStrategy> operator()(const PinSpec&) const {
      return std::make_unique<Pin>(context);
    }
    std::unique_ptr<MemoryStrategy> operator()(const LruLockedSpec& s) const {
      return std::make_unique<LruLocked>(context, s);
    }
    std::unique_ptr<MemoryStrategy> operator()(const IopfSpec& s) const {
      return std::make_unique<Iopf>(context, s);
    }
    std::unique_ptr<MemoryStrategy> operator()(const IopfGrowSpec& s) const {
      return std::make_unique<IopfGrow>(context, s);
    }
    std::unique_ptr<MemoryStrategy> operator()(const SvaSpec&) const {
      return std::make_unique<Sva>(context);
    }
  };
  return std::visit(Maker{context}, spec.kind);
}

}  // namespace faultpath::models
