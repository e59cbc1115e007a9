// Tags and time-outs of posted invalidations.
#include "models/iommu/posted_invalidations.hpp"

#include <algorithm>

namespace faultpath::models {

void PostedInvalidations::add_device(std::uint32_t depth) {
  Port& port = ports_.emplace_back();
  port.free = depth;
  for (std::uint32_t itag = 0; itag < kItags; ++itag) {
    port.flights[itag].itag = itag;
    port.flights[itag].device = DeviceIndex{static_cast<std::uint32_t>(ports_.size() - 1)};
  }
}

std::uint32_t PostedInvalidations::post(DeviceIndex device, std::uint64_t sequence) {
  Port& port = ports_[device.value];
  --port.free;
  Flight& flight = *std::ranges::find(port.flights, false, &Flight::outstanding);
  flight.outstanding = true;
  flight.sequence = sequence;
  flight.deadline = simulation_.now() + timeout_;
  flight.older = newest_;
  flight.newer = nullptr;
  (newest_ != nullptr ? newest_->newer : oldest_) = &flight;
  newest_ = &flight;
  watch();
  return flight.itag;
}

bool PostedInvalidations::answered(const DeviceInvalidationDone& done) {
  Flight& flight = ports_[done.device.value].flights[done.itag];
  if (!flight.outstanding) return false;
  land(flight);
  return true;
}

std::optional<std::uint64_t> PostedInvalidations::oldest() const {
  if (oldest_ == nullptr) return std::nullopt;
  return oldest_->sequence;
}

// Frees the tag.
void PostedInvalidations::land(Flight& flight) {
  (flight.older != nullptr ? flight.older->newer : oldest_) = flight.newer;
  (flight.newer != nullptr ? flight.newer->older : newest_) = flight.older;
  flight.outstanding = false;
  ++ports_[flight.device.value].free;
}

void PostedInvalidations::stop_timer() {
  if (!watching_) return;
  simulation_.calendar().cancel(timer_);
  watching_ = false;
}

// One timer for all: it is for the oldest, or for one that has been answered meanwhile, and is then
// set anew. Answers come fast, so that most set none.
void PostedInvalidations::watch() {
  if (watching_ || oldest_ == nullptr) return;
  watching_ = true;
  timer_ = simulation_.calendar().schedule(oldest_->deadline,
                                           sim::handler_of<&PostedInvalidations::expire>(*this));
}

void PostedInvalidations::expire() {
  watching_ = false;
  if (oldest_ != nullptr && oldest_->deadline <= simulation_.now()) {
    const DeviceIndex device = oldest_->device;
    land(*oldest_);
    timed_out_(device);
  }
  watch();
}

}  // namespace faultpath::models
