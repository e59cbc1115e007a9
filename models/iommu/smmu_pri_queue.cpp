// Storing and discarding page requests as SMMUv3 does.
#include "models/iommu/smmu_pri_queue.hpp"

#include <bit>

#include "sim/ensure.hpp"

namespace faultpath::models {
namespace {

Arrival lose(const PageRequest& request, ResponseCode code) {
  return lost(request, SmmuPriQueue::is_stop_marker(request), code);
}
Arrival refuse(const PageRequest& request) {
  Arrival arrival = lose(request, ResponseCode::failure);
  arrival.carries_pasid = false;
  return arrival;
}

}  // namespace

SmmuPriQueue::SmmuPriQueue(std::uint32_t entries, const SmmuSpec& spec)
    : spec_(spec), ring_(entries), mask_(entries - 1) {
  ENSURE(entries >= 2 && std::has_single_bit(entries), "the queue is a power of two from 2");
}

Arrival SmmuPriQueue::arrive(const PageRequest& request) {
  if (!in_service()) return refuse(request);
  const bool begins = !overflow() && occupied() == usable_entries();
  if (begins) overflow_flag_ = !overflow_flag_;
  if (overflow()) {
    Arrival arrival = discard(request);
    arrival.overflowed = arrival.interrupt = begins;
    return arrival;
  }
  if (memory_broken_) {
    abort_error_ = true;
    return refuse(request);
  }
  const bool was_empty = empty();
  ring_[producer_++ & mask_] = request;
  return {.fate = Arrival::Fate::queued, .interrupt = was_empty};
}

Arrival SmmuPriQueue::discard(const PageRequest& request) const {
  if (!request.pasid || spec_.pps) return lose(request, ResponseCode::success);
  if (!has_entry(request.device)) return refuse(request);
  Arrival arrival = lose(request, ResponseCode::success);
  arrival.carries_pasid = spec_.ppar;
  return arrival;
}

void SmmuPriQueue::apply(IommuAction action, DeviceIndex device) {
  switch (action) {
    case IommuAction::remove_context:
    case IommuAction::restore_context:
      if (no_entry_.size() <= device.value) no_entry_.resize(device.value + 1);
      no_entry_[device.value] = action == IommuAction::remove_context;
      return;
    case IommuAction::disable_queue:
    case IommuAction::enable_queue:
      enabled_ = action == IommuAction::enable_queue;
      return;
    case IommuAction::disable_iommu:
    case IommuAction::enable_iommu:
      smmu_enabled_ = action == IommuAction::enable_iommu;
      return;
    case IommuAction::break_memory:
      memory_broken_ = true;
      return;
    case IommuAction::repair_memory:
      memory_broken_ = abort_error_ = false;
      return;
    case IommuAction::remove_pasid:
    case IommuAction::restore_pasid:
    case IommuAction::disable_page_requests:
    case IommuAction::enable_page_requests:
    case IommuAction::legacy_mode:
    case IommuAction::scalable_mode:
      break;
  }
  ENSURE(false, "SMMUv3 has no such setting");
}

}  // namespace faultpath::models
