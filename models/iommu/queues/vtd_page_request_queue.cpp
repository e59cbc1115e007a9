// Storing and losing page requests as VT-d does.
#include "models/iommu/queues/vtd_page_request_queue.hpp"

#include "sim/ensure.hpp"

namespace faultpath::models {

VtdPageRequestQueue::VtdPageRequestQueue(std::uint32_t entries) : ring_(entries) {}

Arrival VtdPageRequestQueue::arrive(const PageRequest& request) {
  if (legacy_) return lost(request, ResponseCode::invalid);
  if (lacks_something(request.device)) return arrive_without_pasid_entry(request);
  const bool quiet = !pending_ && !overflow_;
  if (overflow_) return lost(request, ResponseCode::success);
  if (ring_.full()) {
    overflow_ = true;
    Arrival arrival = lost(request, ResponseCode::success);
    arrival.overflowed = true;
    arrival.interrupt = quiet;
    return arrival;
  }
  ring_.push(request);
  pending_ = true;
  return {.fate = Arrival::Fate::queued, .interrupt = quiet};
}

Arrival VtdPageRequestQueue::arrive_without_pasid_entry(const PageRequest& request) {
  Arrival arrival = lost(request, ResponseCode::invalid);
  arrival.logged = !legacy_;
  return arrival;
}

void VtdPageRequestQueue::set(IommuSwitch what, bool on, DeviceIndex device) {
  if (lacks_.size() <= device.value) lacks_.resize(device.value + 1);
  Lack& lack = lacks_[device.value];
  switch (what) {
    case IommuSwitch::context:
      lack.context = !on;
      return;
    case IommuSwitch::pasid_entries:
      lack.pasid = !on;
      return;
    case IommuSwitch::page_requests:
      lack.pre = !on;
      return;
    case IommuSwitch::scalable_mode:
      legacy_ = !on;
      return;
    case IommuSwitch::queue:
    case IommuSwitch::queue_memory:
    case IommuSwitch::iommu:
      break;
  }
  ENSURE(false, "VT-d has no such setting");
}

}  // namespace faultpath::models
