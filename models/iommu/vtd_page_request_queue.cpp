// Storing and losing page requests as VT-d does.
#include "models/iommu/vtd_page_request_queue.hpp"

#include "sim/ensure.hpp"

namespace faultpath::models {

VtdPageRequestQueue::VtdPageRequestQueue(std::uint32_t entries) : ring_(entries) {}

Arrival VtdPageRequestQueue::arrive(const PageRequest& request) {
  if (legacy_) return lost(request, ResponseCode::invalid);
  if (lacks_something(request.device)) {
    Arrival arrival = lost(request, ResponseCode::invalid);
    arrival.logged = true;
    return arrival;
  }
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

void VtdPageRequestQueue::apply(IommuAction action, DeviceIndex device) {
  if (lacks_.size() <= device.value) lacks_.resize(device.value + 1);
  Lack& lack = lacks_[device.value];
  switch (action) {
    case IommuAction::remove_context:
    case IommuAction::restore_context:
      lack.context = action == IommuAction::remove_context;
      return;
    case IommuAction::remove_pasid:
    case IommuAction::restore_pasid:
      lack.pasid = action == IommuAction::remove_pasid;
      return;
    case IommuAction::disable_page_requests:
    case IommuAction::enable_page_requests:
      lack.pre = action == IommuAction::disable_page_requests;
      return;
    case IommuAction::legacy_mode:
    case IommuAction::scalable_mode:
      legacy_ = action == IommuAction::legacy_mode;
      return;
    case IommuAction::disable_queue:
    case IommuAction::enable_queue:
    case IommuAction::break_memory:
    case IommuAction::repair_memory:
    case IommuAction::disable_iommu:
    case IommuAction::enable_iommu:
      break;
  }
  ENSURE(false, "VT-d has no such setting");
}

}  // namespace faultpath::models
