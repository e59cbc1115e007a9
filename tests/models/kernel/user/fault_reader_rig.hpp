// Threads of user space that read the fault files of two devices.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>

#include "models/kernel/user/fault_reader.hpp"
#include "tests/models/host_rig.hpp"

namespace faultpath::models {

using sim::microseconds;
using sim::nanoseconds;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr sim::Duration kWakeUp = microseconds(3);
constexpr sim::Duration kCall = nanoseconds(300);
constexpr sim::Duration kWork = microseconds(1);
constexpr sim::Duration kPages = nanoseconds(500);
constexpr sim::Duration kSubmit = nanoseconds(150);
/// From the write of the answer to its status behind VT-d: the default of the ring's wait.
constexpr sim::Duration kHandled = kWork + kPages + kCall + kSubmit;

class FaultReaderTest : public testing::Test {
 protected:
  void make(const IommufdSpec& route, std::uint32_t cores = 4, std::size_t endpoints = 2) {
    RigSpec spec;
    spec.host.cores = cores;
    spec.host.era = Era::v7_1;
    spec.route = RouteSpec(route);
    spec.handling.assign(endpoints, route);
    if (!handling.empty()) spec.handling = handling;
    rig = std::make_unique<HostRig>(spec);
    strategy = std::make_unique<RecordingStrategy>(rig->context());
    strategy->cost = kPages;
    rig->serve_with(*strategy);
    for (std::size_t i = 0; i < endpoints; ++i) rig->add_space(1000);
  }
  void report_at(sim::Duration when, std::uint32_t device, PageRequest request) {
    request.device = DeviceIndex{device};
    rig->at(sim::Time{when}, [this, request] { EXPECT_TRUE(rig->core.report(request)); });
  }
  std::vector<sim::Duration> answered(std::uint32_t device) const {
    std::vector<sim::Duration> times;
    for (const auto& each : rig->endpoints[device].responses) {
      times.push_back(each.at - sim::Time{});
    }
    return times;
  }
  UserReaderStats readers() const { return rig->kernel.user()->stats(); }
  UserAnswerStats answers(std::uint32_t device) const {
    return rig->kernel.user()->stats(DeviceIndex{device});
  }

  std::vector<UserHandlingSpec> handling;
  std::unique_ptr<HostRig> rig;
  std::unique_ptr<RecordingStrategy> strategy;
};

inline IommufdSpec shared() {
  IommufdSpec spec;
  spec.queues = IommufdSpec::Queues::shared;
  return spec;
}

}  // namespace faultpath::models
