// From reported requests to the answer of a group.
#include "models/kernel/iopf_core.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "models/base/response_codes.hpp"
#include "sim/ensure.hpp"

namespace faultpath::models {
namespace {

constexpr EntryKind kGroup{1, "group queued"};
constexpr EntryKind kAnswer{2, "group answered"};
constexpr EntryKind kDiscard{3, "partial group discarded"};
constexpr EntryKind kTimeOut{4, "group timed out"};
constexpr EntryKind kLost{5, "answer lost"};

Originator sender_of(const PageRequest& request) { return {request.device, request.pasid}; }

// A thread says when it will have paid for what it does, which lies ahead of the clock. Of a group
// that is answered before, that does not happen any more, and what the thread goes on to do is no
// part of the fault.
void take_fault_back(IopfGroup& group, const FaultMarks& marks, sim::Time now) {
  FaultId& fault = group.requests.back().fault;
  marks.enter(marks.take_back(fault, now), now, FaultStage::respond);
  fault = {};
}

sim::Task<> nothing() { co_return; }

}  // namespace

IopfCore::IopfCore(const IopfCoreSetting& setting)
    : path_(setting.host + "/fault core"),
      simulation_(setting.simulation),
      iommu_(setting.iommu),
      attachments_(setting.attachments),
      find_(info_of(setting.route).find),
      era_(rules_of(setting.era)),
      submit_(simulation_, setting.submit, path_, "submit"),
      hold_partial_(setting.spec.hold_partial),
      timeouts_(simulation_, setting.spec.timeout, groups_, overdue_),
      losses_(simulation_, setting.spec.lost, path_),
      journal_(simulation_, path_) {}

IopfCoreStats& IopfCore::stats_of(DeviceIndex device) {
  if (device.value >= stats_.size()) stats_.resize(device.value + 1);
  return stats_[device.value];
}

bool IopfCore::report(const PageRequest& request) {
  const Attachment* found = nullptr;
  if (request.last || era_.looks_up_every_request || !hold_partial_) {
    found = find_(attachments_, sender_of(request));
    if (found == nullptr || found->handler == nullptr) return false;
  }
  if (!request.last && hold_partial_) {
    partial_.keep(request);
    return true;
  }
  IopfGroup& group = hold_partial_ ? take_group(request) : forwarded_.add(request);
  group.attachment = *found;
  std::ranges::transform(group.requests, std::back_inserter(group.faults), fault_of);
  if (request.last) {  // complete: it waits for its answer
    IopfGroup& whole = group.whole != nullptr ? *group.whole : group;
    groups_.begin(whole, simulation_.now());
    stats_of(whole.device).requests_unanswered += whole.counted();
    timeouts_.begin(whole.device);
  }
  marks_.enter(request.fault, simulation_.now(), FaultStage::work_queue);
  journal_.note(simulation_.now(), kGroup, request.page.value);
  found->handler->accept(group);
  return true;
}

// With what came before the last, in the order in which it came.
IopfGroup& IopfCore::take_group(const PageRequest& last) {
  IopfGroup& group = groups_.take(last.device);
  partial_.take(last.device, last.index, group.requests);
  group.requests.push_back(last);
  return group;
}

void IopfCore::free(IopfGroup& group) {
  if (group.withheld) return;
  if (groups_.end(group)) timeouts_.stop(group.device);
  groups_.give(group);
}

void IopfCore::begin_handling(IopfGroup& group, sim::Time when) {
  marks_.enter(group.last().fault, when, FaultStage::handle);
}

void IopfCore::begin_response(IopfGroup& group, Worker& worker) {
  marks_.enter(group.last().fault, worker.paid(), FaultStage::respond);
  worker.charge(submit_());
}

IopfCore::Respond IopfCore::respond(IopfGroup& group, ResponseCode code) {
  return {*this, group, code};
}

bool IopfCore::Respond::await_ready() {
  if (core_.withholds(group_, code_)) return true;
  sim::Semaphore& lock = core_.lock(group_.device);
  if (lock.free() == 0) return false;
  const std::optional<PageResponse> response = core_.answer_of(group_, code_);
  if (!response) return true;
  sent_.emplace(core_.iommu_, group_.device, *response);
  if (sent_->await_ready()) return true;
  if (lock.try_take()) held_ = &lock;
  return false;
}

sim::Task<> IopfCore::respond_in_turn(IopfGroup& group, ResponseCode code) {
  const DeviceIndex device = group.device;
  const sim::SemaphoreUnit unit = co_await lock(device).hold();
  const std::optional<PageResponse> response = answer_of(group, code);
  if (response) co_await iommu_.respond(device, *response);
}

// Under the mutex. Nothing if the group has been answered, or the answer does not get through.
// iommu_page_response() takes the first on the list of pending requests that looks like it.
std::optional<PageResponse> IopfCore::answer_of(IopfGroup& group, ResponseCode code) {
  IopfCoreStats& stats = stats_of(group.device);
  const bool counted = group.last().counted;
  stats.late_responses += counted && !group.pending;
  IopfGroup* const answered = era_.responds_by_index ? groups_.oldest_like(group, iommu_) : &group;
  if (answered == nullptr || !answered->pending) return std::nullopt;
  if (answered != &group) {
    stats.misplaced_responses += counted;
    take_fault_back(*answered, marks_, simulation_.now());
  }
  const bool lost = losses_.loses(LostResponseSpec::Where::message);
  const Answer answer = settle(*answered, code);
  if (!lost) return count(answer);
  stats.lost_responses += answer.last.counted;
  journal_.note(simulation_.now(), kLost, answer.last.page.value);
  if (losses_.late()) simulation_.start(send_late(answer), path_.c_str());
  return std::nullopt;
}

// The handler has an answer and does not give it. Its group is kept here, as one that it has
// forgotten.
bool IopfCore::withholds(IopfGroup& group, ResponseCode code) {
  if (!group.pending || !losses_.loses(LostResponseSpec::Where::handler)) return false;
  group.withheld = true;
  stats_of(group.device).lost_responses += group.last().counted;
  journal_.note(simulation_.now(), kLost, group.last().page.value);
  if (losses_.late()) simulation_.start(respond_late(group, code), path_.c_str());
  return true;
}

sim::Process IopfCore::respond_late(IopfGroup& group, ResponseCode code) {
  co_await simulation_.delay(*losses_.late(), {"an answer that is late", path_.c_str()});
  group.withheld = false;
  co_await respond_in_turn(group, code);
  free(group);
}

sim::Process IopfCore::send_late(Answer answer) {
  co_await simulation_.delay(*losses_.late(), {"an answer that is late", path_.c_str()});
  co_await iommu_.respond(answer.device, count(answer));
}

sim::Task<> IopfCore::remove(DeviceIndex device) {
  discard_partial(device, {});
  if (!era_.removal_answers_pending) co_return;
  const sim::SemaphoreUnit unit = co_await lock(device).hold();
  std::vector<PageResponse> responses;
  for (IopfGroup* group : groups_.of(device)) {
    responses.push_back(answer_instead(*group, ResponseCode::invalid));
  }
  for (const PageResponse& response : responses) co_await iommu_.respond(device, response);
}

// In the place of its handler, whose answer is ignored when it comes.
PageResponse IopfCore::answer_instead(IopfGroup& group, ResponseCode code) {
  take_fault_back(group, marks_, simulation_.now());
  const PageResponse response = count(settle(group, code));
  if (group.withheld && !losses_.late()) {
    group.withheld = false;
    free(group);
  }
  return response;
}

void IopfCore::Overdue::timed_out(const IopfGroup& group) {
  core_.stats_of(group.device).timeouts += group.last().counted;
  core_.journal_.note(core_.simulation_.now(), kTimeOut, group.last().page.value);
}

void IopfCore::Overdue::give_up(DeviceIndex device, std::vector<IopfGroup*> groups,
                                ResponseCode code) {
  core_.simulation_.start(answer_all(device, std::move(groups), code), core_.path_.c_str());
}

// One that has been answered meanwhile is left out; its record may be that of another since.
sim::Process IopfCore::Overdue::answer_all(DeviceIndex device, std::vector<IopfGroup*> groups,
                                           ResponseCode code) {
  std::vector<std::uint64_t> serials;
  for (const IopfGroup* group : groups) serials.push_back(group->serial);
  for (std::size_t i = 0; i < groups.size(); ++i) {
    const sim::SemaphoreUnit unit = co_await core_.lock(device).hold();
    if (!groups[i]->pending || groups[i]->serial != serials[i]) continue;
    co_await core_.iommu_.respond(device, core_.answer_instead(*groups[i], code));
  }
  if (code == ResponseCode::failure && core_.reset_ != nullptr) core_.reset_->reset(device);
}

sim::Task<> IopfCore::refuse(const PageRequest& request, ResponseCode code) {
  if (era_.looks_up_every_request) return reject(request, ResponseCode::invalid);
  if (!request.last) {  // nobody waits for its answer
    ignore(request);
    return nothing();
  }
  if (!hold_partial_) discard_partial(request.device, request.index);
  if (era_.core_answers_unhandled) {
    return answer_at_once(take_group(request), ResponseCode::invalid);
  }
  discard_partial(request.device, request.index);
  return reject(request, code);
}

sim::Task<> IopfCore::reject(const PageRequest& request, ResponseCode code) {
  IopfGroup& group = groups_.take(request.device);
  group.requests.assign(1, request);
  return answer_at_once(group, code);
}

sim::Task<> IopfCore::answer_at_once(IopfGroup& group, ResponseCode code) {
  marks_.enter(group.last().fault, simulation_.now(), FaultStage::respond);
  const DeviceIndex device = group.device;
  const PageResponse response = count(settle(group, code));
  free(group);
  co_await iommu_.respond(device, response);
}

// The group is not pending any more.
IopfCore::Answer IopfCore::settle(IopfGroup& group, ResponseCode code) {
  const bool pended = group.pending;
  if (groups_.end(group)) timeouts_.stop(group.device);
  return {group.device, group.last(), group.counted(), code, pended};
}

// The answer is about to be sent.
PageResponse IopfCore::count(const Answer& answer) {
  const PageRequest& last = answer.last;
  IopfCoreStats& stats = stats_of(answer.device);
  stats.requests_answered += answer.counted;
  if (answer.pended) stats.requests_unanswered -= answer.counted;
  if (last.counted) {
    stats.responses_success += answer.code == ResponseCode::success;
    stats.responses_invalid += answer.code == ResponseCode::invalid;
    stats.responses_failure += answer.code == ResponseCode::failure;
  }
  journal_.note(simulation_.now(), kAnswer, last.page.value);
  if (watch_ != nullptr) watch_->answered(last);
  return {last.index, last.pasid, linux_response(answer.code)};
}

void IopfCore::discard_partial() {
  const std::uint32_t devices = std::max(partial_.devices(), forwarded_.devices());
  for (std::uint32_t i = 0; i < devices; ++i) discard_partial(DeviceIndex{i}, {});
}

void IopfCore::discard_partial(DeviceIndex device, std::optional<PrgIndex> index) {
  if (!index) {
    while (const auto oldest = partial_.oldest(device)) discard_partial(device, oldest);
    while (const auto oldest = forwarded_.oldest(device)) discard_partial(device, oldest);
    return;
  }
  std::vector<PageRequest> gone;
  partial_.take(device, *index, gone);
  forwarded_.recall(device, *index, gone);
  if (gone.empty()) return;
  IopfCoreStats& stats = stats_of(device);
  stats.requests_discarded +=
      static_cast<std::uint64_t>(std::ranges::count_if(gone, &PageRequest::counted));
  stats.partial_groups_discarded += gone.front().counted;
  journal_.note(simulation_.now(), kDiscard, gone.front().page.value);
}

}  // namespace faultpath::models
