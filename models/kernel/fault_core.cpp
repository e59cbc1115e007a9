// From reported requests to the answer of a group.
#include "models/kernel/fault_core.hpp"

#include <algorithm>

#include "sim/ensure.hpp"

namespace faultpath::models {
namespace {

constexpr EntryKind kGroup{1, "group queued"};
constexpr EntryKind kAnswer{2, "group answered"};
constexpr EntryKind kDiscard{3, "partial group discarded"};

}  // namespace

FaultCore::FaultCore(sim::Simulation& simulation, const HostSpec& spec, sim::CorePool& cores,
                     IommuPort& iommu, const std::string& host)
    : path_(host + "/fault core"),
      work_name_(host + "/fault work"),
      simulation_(simulation),
      spec_(spec),
      cores_(cores),
      iommu_(iommu),
      wake_up_(simulation, spec.work_queue.wake_up, path_, "wake-up"),
      submit_(simulation, spec.submit, path_, "submit"),
      journal_(simulation, path_) {}

void FaultCore::add(AddressSpace& space) { clients_.push_back({&space}); }

void FaultCore::report(const PageRequest& request) {
  Client& client = clients_[request.device.value];
  if (!request.last) {
    client.partial.push_back(request);
    return;
  }
  FaultGroup& group = take_group();
  group.device = request.device;
  group.space = client.space;
  const auto same_group = [&](const PageRequest& other) { return other.index == request.index; };
  std::ranges::copy_if(client.partial, std::back_inserter(group.requests), same_group);
  std::erase_if(client.partial, same_group);
  group.requests.push_back(request);
  request.fault.enter(simulation_.now(), FaultStage::work_queue);
  journal_.note(simulation_.now(), kGroup, request.page.value);
  group.pending = true;
  group.queued = simulation_.now();
  group.round = round_;
  ++in_work_[round_];
  queue(group);
}

void FaultCore::queue(FaultGroup& group) {
  if (in_service_ == spec_.work_queue.max_active) return waiting_.push_back(&group);
  ++in_service_;
  simulation_.start(work(&group), work_name_.c_str());
}

FaultGroup& FaultCore::take_group() {
  FaultGroup& group = groups_.take();
  group.requests.clear();
  group.faults.clear();
  return group;
}

// A thread of the work queue: it serves groups until none waits.
sim::Process FaultCore::work(FaultGroup* group) {
  do {
    Worker worker(simulation_, cores_);
    co_await worker.enter();
    worker.charge(wake_up_());
    group->handled = worker.paid();
    group->last().fault.enter(group->handled, FaultStage::handle);
    ResponseCode code = ResponseCode::success;
    if (second_stage_ != nullptr) {
      code = co_await second_stage_->handle(*group, worker);
    } else {
      std::ranges::transform(group->requests, std::back_inserter(group->faults), fault_of);
      code = co_await strategy_->handle(*group->space, group->faults, worker);
    }
    group->last().fault.enter(worker.paid(), FaultStage::respond);
    worker.charge(submit_());
    co_await worker.pay();
    if (group->pending) {  // else it was answered when its device went
      const PageResponse response = answer(*group, code);
      co_await iommu_.respond(group->device, response);
    }
    group = next_after(*group);
  } while (group != nullptr);
}

FaultGroup* FaultCore::next_after(FaultGroup& served) {
  leave_round(served);
  groups_.give(served);
  if (waiting_.empty()) {
    --in_service_;
    return nullptr;
  }
  FaultGroup* const next = waiting_.front();
  waiting_.pop_front();
  return next;
}

void FaultCore::leave_round(const FaultGroup& group) {
  if (--in_work_[group.round] == 0 && group.round != round_) flushed_.set();
}

// Groups that are queued meanwhile belong to the other round; a second flush waits for the first.
sim::Task<> FaultCore::flush() {
  co_await flushing_.take();
  const std::uint8_t round = round_;
  round_ = 1 - round;
  flushed_.reset();
  if (in_work_[round] > 0) co_await flushed_.wait();
  flushing_.give();
}

sim::Task<> FaultCore::remove(DeviceIndex device) {
  discard_partial(clients_[device.value]);
  std::vector<PageResponse> responses;
  groups_.for_each([&](FaultGroup& group) {
    if (!group.pending || group.device != device) return;
    take_fault_back(group);
    responses.push_back(answer(group, ResponseCode::invalid));
  });
  for (const PageResponse& response : responses) co_await iommu_.respond(device, response);
}

// A thread says when it will have paid for what it does, which lies ahead of the clock. Of a group
// that is answered before, that does not happen any more, and what the thread goes on to do is no
// part of the fault.
void FaultCore::take_fault_back(FaultGroup& group) const {
  FaultTag& tag = group.requests.back().fault;
  const sim::Time now = simulation_.now();
  if (tag.live()) {
    sim::StageClock<FaultStage>& clock = tag.record->clock;
    const auto lies_ahead = [&](FaultStage stage) {
      return clock.stage() == stage && clock.entered() > now;
    };
    if (lies_ahead(FaultStage::respond)) clock.take_back(group.handled, FaultStage::handle);
    if (lies_ahead(FaultStage::handle)) clock.take_back(group.queued, FaultStage::work_queue);
    tag.enter(now, FaultStage::respond);
  }
  tag = {};
}

sim::Task<> FaultCore::reject(PageRequest last, ResponseCode code) {
  last.fault.enter(simulation_.now(), FaultStage::respond);
  FaultGroup& group = take_group();
  group.device = last.device;
  group.space = clients_[last.device.value].space;
  group.requests.push_back(last);
  const PageResponse response = answer(group, code);
  groups_.give(group);
  co_await iommu_.respond(last.device, response);
}

PageResponse FaultCore::answer(FaultGroup& group, ResponseCode code) {
  group.pending = false;
  const PageRequest& last = group.last();
  FaultCoreStats& stats = clients_[group.device.value].stats;
  for (const PageRequest& request : group.requests) {
    stats.requests_answered += request.counted;
  }
  if (last.counted) {
    stats.responses_success += code == ResponseCode::success;
    stats.responses_invalid += code == ResponseCode::invalid;
    stats.responses_failure += code == ResponseCode::failure;
  }
  journal_.note(simulation_.now(), kAnswer, last.page.value);
  if (watch_ != nullptr) watch_->answered(last);
  return {last.index, last.pasid, linux_response(code)};
}

void FaultCore::discard_partial() {
  for (Client& client : clients_) discard_partial(client);
}

void FaultCore::discard_partial(Client& client) {
  std::vector<PageRequest>& partial = client.partial;
  while (!partial.empty()) {
    const PageRequest first = partial.front();
    const auto same_group = [&](const PageRequest& r) { return r.index == first.index; };
    client.stats.requests_discarded += static_cast<std::uint64_t>(std::ranges::count_if(
        partial, [&](const PageRequest& r) { return same_group(r) && r.counted; }));
    client.stats.partial_groups_discarded += first.counted;
    journal_.note(simulation_.now(), kDiscard, first.page.value);
    std::erase_if(partial, same_group);
  }
}

std::uint64_t FaultCore::partial_requests() const {
  std::uint64_t sum = 0;
  for (const Client& client : clients_) sum += client.partial.size();
  return sum;
}

}  // namespace faultpath::models
