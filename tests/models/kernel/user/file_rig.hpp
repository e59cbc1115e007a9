// A fault file with what surrounds it in the kernel, and a thread of user space that does as told.
#pragma once

#include <functional>
#include <optional>
#include <tuple>
#include <utility>
#include <vector>

#include "models/cpu/cores.hpp"
#include "models/kernel/user/fault_file.hpp"
#include "tests/models/kernel/handler_rig.hpp"

namespace faultpath::models {

/// Three functions are attached to one table, whose faults lie in one file.
class FileRig {
 public:
  explicit FileRig(UserMatch match = UserMatch::cookie)
      : file(groups, counts, match, "host/fault file/test") {
    for (std::uint32_t device = 0; device < 3; ++device) attach(device);
  }

  void attach(std::uint32_t device) {
    attachments.attach({DeviceIndex{device}}, {.table = &space, .handler = &file});
  }
  AttachHandle handle(std::uint32_t device) const {
    return attachments.find({DeviceIndex{device}})->handle;
  }
  /// A group of as many pages from `page` on.
  void report(std::uint32_t device, std::uint64_t page, std::uint16_t index,
              std::uint64_t pages = 1) {
    for (std::uint64_t i = 0; i < pages; ++i) {
      PageRequest request = page_request(page + i, index, i + 1 == pages);
      request.device = DeviceIndex{device};
      EXPECT_TRUE(core.report(request));
    }
  }
  /// A group of the first device that the core has given to a handler which only keeps it.
  IopfGroup& pending_group(const PageRequest& last) {
    const Originator who{DeviceIndex{0}};
    attachments.detach(who);
    attachments.attach(who, {.table = &space, .handler = &keeping});
    EXPECT_TRUE(core.report(last));
    return *keeping.kept.back();
  }
  std::vector<FaultMessage> read(std::uint32_t records = 100) {
    std::vector<FaultMessage> messages;
    file.read(records, messages);
    return messages;
  }
  /// Whether the answer got to a group. The sender thinks that it is about `handled`.
  bool write(const FaultMessage& handled, const FaultMessage* to,
             ResponseCode code = ResponseCode::success) {
    bool accepted = false;
    const FaultAnswer answer{&handled, to, code};
    run([&](Worker& worker) { return write_one(file, answer, accepted, worker); });
    return accepted;
  }
  bool write_to(FaultFile& other, const FaultMessage& message) {
    bool accepted = false;
    const FaultAnswer answer{&message, &message, ResponseCode::success};
    run([&](Worker& worker) { return write_one(other, answer, accepted, worker); });
    return accepted;
  }
  bool write(const FaultMessage& message, ResponseCode code = ResponseCode::success) {
    return write(message, &message, code);
  }
  void answer_invalid(std::optional<AttachHandle> attachment) {
    run([&](Worker& worker) { return file.answer_invalid(attachment, worker); });
  }
  void remove(std::uint32_t device) {
    run([&](Worker&) { return core.remove(DeviceIndex{device}); });
  }
  UserAnswerStats stats(std::uint32_t device) const { return counts.of(DeviceIndex{device}); }
  /// (device, index, code) of every answer, in their order.
  std::vector<std::tuple<std::uint32_t, std::uint16_t, LinuxResponse>> answers() const {
    std::vector<std::tuple<std::uint32_t, std::uint16_t, LinuxResponse>> all;
    for (const AnswerPort::Answer& each : port.answers) {
      all.emplace_back(each.device.value, each.response.index.value, each.response.code);
    }
    return all;
  }

  sim::Simulation simulation{bare()};
  sim::DistributionSpec submit = constant(sim::nanoseconds(150));
  AnswerPort port{simulation};
  Cores cores{simulation, 2, "host/cores"};
  PageStore store;
  MappedProcess space_process{store, "space", 0, Runs(0, 100'000), {}};
  IoPageTable& space = space_process.table;
  Attachments attachments;
  IopfCore core{{simulation, submit, port, attachments, FaultRoute::iommufd, Era::v7_1, "host"}};
  HeldGroups groups{core};
  UserAnswerCounts counts;
  FaultFile file;
  KeepingHandler keeping;

 private:
  sim::Task<> write_one(FaultFile& to, FaultAnswer answer, bool& accepted, Worker& worker) {
    co_await to.lock(worker);
    accepted = co_await to.write(answer, worker);
    to.unlock();
  }
  sim::Process process(const std::function<sim::Task<>(Worker&)>& what) {
    Worker worker(cores);
    co_await worker.enter();
    co_await what(worker);
    co_await worker.pay();
  }
  void run(const std::function<sim::Task<>(Worker&)>& what) {
    simulation.start(process(what), "user space");
    simulation.run();
  }
};

}  // namespace faultpath::models
