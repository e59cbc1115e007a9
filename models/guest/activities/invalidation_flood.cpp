// One invalidation.
#include "models/guest/activities/invalidation_flood.hpp"

namespace faultpath::models {

sim::Task<> InvalidationFlood::act(Worker& worker) {
  IoPageTable& table = *next_attachment().table;
  charge_descriptor(worker);
  co_await worker.pay();
  setting_.stats.invalidations += counts();
  const IovaPage page{table.first().value + page_++ % table.span()};
  co_await setting_.viommu.invalidate(table, page, 1);
}

}  // namespace faultpath::models
