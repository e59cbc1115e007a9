// Sorting the requests of a group by the stage that they miss.
#include "models/guest/guest_router.hpp"

#include <utility>

namespace faultpath::models {

GuestRouter::GuestRouter(const GuestRouterSetting& setting)
    : setting_(setting), second_stage_(setting.walk) {}

FaultHandler& GuestRouter::before(GuestFile& file) {
  return entrances_.try_emplace(&file, *this, file).first->second;
}

void GuestRouter::accept(IopfGroup& group, GuestFile& file) {
  Item& item = items_.take();
  item.router = this;
  item.group = &group;
  item.file = &file;
  setting_.work.queue(item);
}

sim::Task<> GuestRouter::route(Item& item, Worker& worker) {
  IopfGroup& group = *item.group;
  GuestFile& file = *item.file;
  items_.give(item);
  setting_.core.begin_handling(group, worker.paid());
  std::vector<PageRequest> guests, hosts;
  for (PageRequest request : group.requests) {
    request.miss = second_stage_.find(*group.attachment.table, request, worker);
    (request.miss.stage == WalkMiss::Stage::second ? hosts : guests).push_back(request);
  }
  if (!guests.empty()) worker.charge(setting_.costs.enqueue());
  co_await worker.pay();
  if (hosts.empty()) co_return file.accept(group);
  HeldGroup& held = setting_.groups.hold(group, guests.empty() ? 1 : 2);
  if (!guests.empty()) file.deliver(held, std::move(guests));
  const ResponseCode code = co_await bring(group, std::move(hosts), worker);
  co_await worker.pay();
  co_await setting_.groups.answer(held, code, worker);
}

sim::Task<ResponseCode> GuestRouter::bring(IopfGroup& group, std::vector<PageRequest> missing,
                                           Worker& worker) {
  const IoPageTable& space = *group.attachment.table;
  std::vector<PageFault> faults;
  for (const PageRequest& request : missing) {
    PageFault fault = fault_of(request);
    fault.page = GuestMemory::input_of(space.guest->page_of(request.miss, request.page));
    fault.write = request.miss.table == WalkMiss::kData ? request.write : space.tracks_use;
    fault.read = !fault.write;
    faults.push_back(fault);
  }
  co_return co_await setting_.strategy.handle(setting_.table, faults, worker);
}

}  // namespace faultpath::models
