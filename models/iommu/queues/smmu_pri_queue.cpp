// Storing and discarding page requests as SMMUv3 does.
#include "models/iommu/queues/smmu_pri_queue.hpp"

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

SmmuPriQueue::SmmuPriQueue(std::uint32_t entries, const SmmuPriSpec& spec)
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

void SmmuPriQueue::set(IommuSwitch what, bool on, DeviceIndex device) {
  switch (what) {
    case IommuSwitch::context:
      if (no_entry_.size() <= device.value) no_entry_.resize(device.value + 1);
      no_entry_[device.value] = !on;
      return;
    case IommuSwitch::queue:
      enabled_ = on;
      return;
    case IommuSwitch::iommu:
      smmu_enabled_ = on;
      return;
    case IommuSwitch::queue_memory:
      memory_broken_ = !on;
      if (on) abort_error_ = false;
      return;
    case IommuSwitch::pasid_entries:
    case IommuSwitch::page_requests:
    case IommuSwitch::scalable_mode:
      break;
  }
  ENSURE(false, "SMMUv3 has no such setting");
}

}  // namespace faultpath::models
