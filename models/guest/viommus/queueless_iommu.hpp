// Queueless IOMMU: what the virtual IOMMUs share that pass no page request on to the guest.
#pragma once

#include <memory>

#include "models/guest/viommu_kinds.hpp"
#include "models/guest/virtual_iommu.hpp"
#include "models/kernel/prq/prq_thread.hpp"
#include "sim/ensure.hpp"

namespace faultpath::models {

/// A queue that nothing ever gets into.
class NoQueue final : public PageRequestQueue {
 public:
  Arrival arrive(const PageRequest&) override {
    ENSURE(false, "no page request comes to this guest");
    return {};
  }
  void set(IommuSwitch, bool, DeviceIndex) override {}
  std::uint32_t usable_entries() const override { return 1; }
  std::uint32_t occupied() const override { return 0; }
  bool overflow() const override { return false; }
  bool holds(const Originator&) const override { return false; }
  bool may_interrupt() const override { return false; }
};

/// Its driver, which sleeps for ever.
class NoDriver final : public PrqThread {
 public:
  explicit NoDriver(const PrqSetting& setting) : PrqThread(setting) {}

 private:
  sim::Task<> run_once() override { co_return; }
};
inline std::unique_ptr<PrqThread> make_no_driver(const PrqSetting& setting, PageRequestQueue&) {
  return std::make_unique<NoDriver>(setting);
}

class QueuelessIommu : public VirtualIommu {
 public:
  void connect_log(FaultLog&) override {}
  bool queue_is_empty() const override { return true; }

  const IommuTraits& traits() const override { return traits_; }
  PageRequestQueue& queue() override { return queue_; }
  void connect(InterruptTarget&) override {}
  void queue_changed() override {}
  void interrupt() override {}
  void terminate_stream(DeviceIndex) override {}
  void resume_stream(DeviceIndex) override {}

  sim::Task<> deliver(GuestFile&, FaultMessage, Worker&) override {
    ENSURE(false, "the host has no fault for this guest");
    co_return;
  }

 protected:
  explicit QueuelessIommu(const VirtualIommuSetting& setting)
      : traits_{setting.host.traits().stage1_levels, InterruptPerKind{},
                setting.host.traits().software_sets_dirty} {}

 private:
  bool respond_at_once(DeviceIndex, const PageResponse&) override { return false; }
  sim::Task<> respond_in_turn(DeviceIndex, PageResponse) override {
    ENSURE(false, "there is nothing to answer");
    co_return;
  }

  const IommuTraits traits_;
  NoQueue queue_;
};

}  // namespace faultpath::models
