// Page requests straight into the guest's log.
#include "models/guest/viommus/hardware_queues.hpp"

#include <variant>

#include "sim/ensure.hpp"

namespace faultpath::models {
namespace {

AmdSpec log_of(const HardwareQueuesSpec& spec) {
  AmdSpec log;
  log.auto_response = spec.auto_response;
  return log;
}

}  // namespace

HardwareQueues::HardwareQueues(const HardwareQueuesSpec& spec, const VirtualIommuSetting& setting)
    : QueuedIommu(setting), log_(spec.queue_entries, log_of(spec)) {}

sim::Task<> HardwareQueues::deliver(GuestFile&, FaultMessage, Worker&) {
  ENSURE(false, "the VMM has no fault of a guest with queues of its own");
  co_return;
}

Wire<UpMessage>::Deliver HardwareQueues::above(Wire<UpMessage>::Deliver host) {
  below_ = host;
  return Wire<UpMessage>::Deliver::to<&HardwareQueues::receive>(*this);
}

FunctionStats HardwareQueues::stats(DeviceIndex device) const {
  return device.value < stats_.size() ? stats_[device.value] : FunctionStats{};
}

FunctionStats& HardwareQueues::stats_of(DeviceIndex device) {
  if (stats_.size() <= device.value) stats_.resize(device.value + 1);
  return stats_[device.value];
}

void HardwareQueues::receive(const UpMessage& message) {
  const auto* const request = std::get_if<PageRequest>(&message);
  if (request == nullptr) return below_(message);
  arrive(*request);
}

void HardwareQueues::arrive(const PageRequest& request) {
  const sim::Time now = simulation_.now();
  const Arrival arrival = log_.arrive(request);
  switch (arrival.fate) {
    case Arrival::Fate::queued:
      vmm_.stats().requests += request.counted;
      marks_.enter(request.fault, now,
                   arrival.interrupt ? FaultStage::virtual_cpu : FaultStage::guest_wake_up);
      if (request.last) wait_for_run(request.fault);
      break;
    case Arrival::Fate::answered: {
      stats_of(request.device).auto_responses += request.counted;
      marks_.enter(request.fault, now, FaultStage::respond);
      const PageResponse response{request.index, request.pasid, linux_response(arrival.code)};
      simulation_.start(answer(request.device, response), path_.c_str());
      break;
    }
    case Arrival::Fate::dropped:
      stats_of(request.device).requests_dropped += request.counted;
      break;
  }
  if (arrival.fate != Arrival::Fate::queued) vmm_.stats().requests_lost += request.counted;
  if (arrival.interrupt) send_interrupt();
}

sim::Process HardwareQueues::answer(DeviceIndex device, PageResponse response) {
  co_await host_.respond(device, response);
}

// A command in the guest's buffer, which hardware reads as it reads the host's.
sim::Task<> HardwareQueues::respond_in_turn(DeviceIndex device, PageResponse response) {
  vmm_.stats().answers += vmm_.counts();
  co_await host_.respond(device, response);
}

}  // namespace faultpath::models
