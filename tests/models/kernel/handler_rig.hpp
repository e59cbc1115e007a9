// An I/O page fault core with handlers that only keep what they are given: for tests of answers.
#pragma once

#include <deque>
#include <functional>
#include <utility>
#include <vector>

#include "models/kernel/iopf_core.hpp"
#include "models/memory/mapped_process.hpp"
#include "models/memory/page_store.hpp"
#include "sim/simulation.hpp"
#include "tests/models/support.hpp"

namespace faultpath::models {

/// An IOMMU that writes down the answers it is given. Nothing else of it may be used.
class AnswerPort final : public IommuPort {
 public:
  struct Answer {
    sim::Time at;
    DeviceIndex device;
    PageResponse response;
  };
  explicit AnswerPort(sim::Simulation& simulation) : simulation_(simulation) {}

  const IommuTraits& traits() const override { return traits_; }
  PageRequestQueue& queue() override { ENSURE(false, "it has no queue"); }
  void connect(InterruptTarget&) override {}
  void queue_changed() override {}
  void interrupt() override {}
  bool response_needs_pasid(const PageRequest& request) const override {
    return needs_pasid && request.pasid.has_value();
  }
  sim::Task<> invalidate(IoPageTable&, IovaPage, std::uint64_t) override { co_return; }
  sim::Task<> invalidate_all(Originator) override { co_return; }
  void terminate_stream(DeviceIndex) override {}
  void resume_stream(DeviceIndex) override {}

  std::vector<Answer> answers;  ///< at the time at which each has been given to it
  bool needs_pasid = true;      ///< responses to requests with a PASID have to carry it
  sim::Duration round_trip{};   ///< that who answers waits for; none: it goes on at once

 private:
  bool respond_at_once(DeviceIndex device, const PageResponse& response) override {
    if (round_trip > sim::Duration::zero()) return false;
    answers.push_back({simulation_.now(), device, response});
    return true;
  }
  sim::Task<> respond_in_turn(DeviceIndex device, PageResponse response) override {
    answers.push_back({simulation_.now(), device, response});
    co_await simulation_.delay(round_trip);
  }

  sim::Simulation& simulation_;
  IommuTraits traits_;
};

/// Keeps groups until a test says what becomes of them.
class KeepingHandler final : public FaultHandler {
 public:
  void accept(IopfGroup& group) override { kept.push_back(&group); }
  std::vector<IopfGroup*> kept;
};

/// A core of some era with one function, whose only attachment has a KeepingHandler.
class HandlerRig {
 public:
  static constexpr DeviceIndex kDevice{0};

  explicit HandlerRig(Era era = Era::v6_9, FaultRoute route = FaultRoute::per_page_table,
                      const IopfCoreSpec& spec = {})
      : core({simulation, submit, port, attachments, route, era, "host", spec}) {
    attachments.attach({kDevice}, {.table = &space, .handler = &handler});
  }

  bool report(const PageRequest& request) { return core.report(request); }
  IopfGroup& report_last(const PageRequest& request) {
    EXPECT_TRUE(core.report(request));
    return *handler.kept.back();
  }
  void respond(IopfGroup& group, ResponseCode code) { run(answer(group, code)); }
  void refuse(const PageRequest& request, ResponseCode code) { run(core.refuse(request, code)); }
  void remove() { run(core.remove(kDevice)); }
  /// Does `what` at `when`.
  void at(sim::Time when, std::function<void()> what) {
    actions.push_back(std::move(what));
    simulation.calendar().schedule(
        when,
        {[](void* action) { (*static_cast<std::function<void()>*>(action))(); }, &actions.back()});
  }
  IopfCoreStats stats() const { return core.stats(kDevice); }
  const PageResponse& answered(std::size_t index) const { return port.answers.at(index).response; }

  sim::Simulation simulation{bare()};
  sim::DistributionSpec submit = constant(sim::nanoseconds(150));
  AnswerPort port{simulation};
  PageStore store;
  MappedProcess space_process{store, "space", 0, Runs(0, 100), {}};
  IoPageTable& space = space_process.table;
  Attachments attachments;
  KeepingHandler handler;
  std::deque<std::function<void()>> actions;
  IopfCore core;

 private:
  sim::Task<> answer(IopfGroup& group, ResponseCode code) { co_await core.respond(group, code); }
  sim::Process process(sim::Task<> task) { co_await std::move(task); }
  void run(sim::Task<> task) { simulation.start(process(std::move(task)), "test"); }
};

}  // namespace faultpath::models
