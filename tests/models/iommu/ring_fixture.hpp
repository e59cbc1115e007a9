// A ring of descriptors, two devices, and software that submits what a text says.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "models/iommu/command_ring.hpp"
#include "models/memory/mapped_process.hpp"
#include "tests/models/support.hpp"

namespace faultpath::models {

inline const CommandSet kVtd = command_set(IommuKind::vtd);
inline const CommandSet kSmmu = command_set(IommuKind::smmu_pri);
inline const CommandSet kRiscv = command_set(IommuKind::riscv);
inline const CommandSet kAmd = command_set(IommuKind::amd);

inline constexpr sim::Duration kRingIotlb = sim::nanoseconds(700);

inline InvalidationSpec spec_with(std::uint32_t entries = 16) {
  InvalidationSpec spec;
  spec.queue_entries = entries;
  spec.iotlb = constant(kRingIotlb);
  spec.timeout = sim::microseconds(100);
  return spec;
}

// Two devices that answer when they are told to. What happens is written down with its time in ns.
class RingTest : public testing::Test, protected CommandRing::Executor {
 protected:
  using Value = CommandRing::Status::Value;

  void make(const CommandSet& commands, const InvalidationSpec& spec = spec_with()) {
    ring.emplace(simulation, path, spec, commands, static_cast<Executor&>(*this));
    ring->add_device();
    ring->add_device();
  }
  void note(const std::string& what) {
    seen.push_back(std::to_string(simulation.now().time_since_epoch().count() / 1000) + " " + what);
  }
  void invalidate_iotlb(IoPageTable&, IovaPage first, std::uint64_t) override {
    note("iotlb " + std::to_string(first.value));
  }
  void post(DeviceIndex device, const DeviceInvalidation& request) override {
    note("device " + std::to_string(device.value));
    tags.push_back(request.itag);
  }
  void post(DeviceIndex, const GroupResponse& response) override {
    note("response " + std::to_string(response.index.value));
  }
  void timed_out(DeviceIndex device) override { note("time-out " + std::to_string(device.value)); }

  // One software thread: each descriptor when there is room for it.
  sim::Process submit(std::string descriptors) {
    for (const char descriptor : descriptors) {
      co_await ring->room();
      if (descriptor == 'i') ring->submit_iotlb(space, IovaPage{1}, 1);
      if (descriptor == 'a') ring->submit_device_tlb({DeviceIndex{0}}, IovaPage{1}, 1);
      if (descriptor == 'b') ring->submit_device_tlb({DeviceIndex{1}}, IovaPage{1}, 1);
      if (descriptor == 'r') ring->submit_response(DeviceIndex{0}, GroupResponse{PrgIndex{5}, {}});
      if (descriptor != 'w') continue;
      CommandRing::Status status;
      ring->submit_wait(status);
      if (status.value == Value::pending) co_await status.written.wait({"status", "test"});
      note(status.value == Value::completed ? "status" : "aborted");
    }
  }
  void at(std::int64_t ns, std::function<void()> what) {
    actions.push_back(std::move(what));
    simulation.calendar().schedule(
        at_ns(ns),
        {[](void* action) { (*static_cast<std::function<void()>*>(action))(); }, &actions.back()});
  }
  void submit_at(std::int64_t ns, const std::string& descriptors) {
    at(ns, [this, descriptors] { simulation.start(submit(descriptors), "software"); });
  }
  void answer_at(std::int64_t ns, std::uint32_t device, std::uint32_t itag = 0) {
    at(ns, [=, this] { ring->completed({DeviceIndex{device}, itag}); });
  }

  std::string path = "iommu";
  sim::Simulation simulation{bare()};
  PageStore store;
  MappedProcess space_process{store, "space", 0U, Runs(0, 10), {}};
  IoPageTable& space = space_process.table;
  std::optional<CommandRing> ring;
  std::deque<std::function<void()>> actions;
  std::vector<std::string> seen;
  std::vector<std::uint32_t> tags;
};

}  // namespace faultpath::models
