// Unmapping what memory takes away.
#include "models/strategy/table_notifier.hpp"

namespace faultpath::models {

sim::Task<> TableNotifier::invalidate_range(IovaPage first, std::uint64_t pages, Worker& worker) {
  for (IovaPage page = first; page < first + pages; page = page + 1) {
    if (!table_.is_mapped(page)) continue;
    worker.charge(costs_.unmap_4k);
    co_await worker.pay();
    mapping_.unmap(table_, page);
    co_await caches_.invalidate(table_, page, 1);
  }
}

}  // namespace faultpath::models
