// From reported requests to the answer of a group.
#include "models/kernel/iopf_core.hpp"

#include <algorithm>
#include <iterator>

#include "models/base/response_codes.hpp"
#include "sim/ensure.hpp"

namespace faultpath::models {
namespace {

constexpr EntryKind kGroup{1, "group queued"};
constexpr EntryKind kAnswer{2, "group answered"};
constexpr EntryKind kDiscard{3, "partial group discarded"};

Originator sender_of(const PageRequest& request) { return {request.device, request.pasid}; }

}  // namespace

IopfCore::IopfCore(const IopfCoreSetting& setting)
    : path_(setting.host + "/fault core"),
      simulation_(setting.simulation),
      iommu_(setting.iommu),
      attachments_(setting.attachments),
      find_(info_of(setting.route).find),
      era_(rules_of(setting.era)),
      submit_(simulation_, setting.submit, path_, "submit"),
      journal_(simulation_, path_) {}

IopfCore::Client& IopfCore::client(DeviceIndex device) {
  if (device.value >= clients_.size()) clients_.resize(device.value + 1);
  return clients_[device.value];
}

bool IopfCore::report(const PageRequest& request) {
  const Attachment* found = nullptr;
  if (request.last || era_.looks_up_every_request) {
    found = find_(attachments_, sender_of(request));
    if (found == nullptr || found->handler == nullptr) return false;
  }
  if (!request.last) {
    client(request.device).partial.push_back(request);
    return true;
  }
  IopfGroup& group = take_group(request);
  group.attachment = *found;
  std::ranges::transform(group.requests, std::back_inserter(group.faults), fault_of);
  group.pending = true;
  group.queued = simulation_.now();
  group.serial = ++accepted_;
  marks_.enter(request.fault, group.queued, FaultStage::work_queue);
  journal_.note(group.queued, kGroup, request.page.value);
  found->handler->accept(group);
  return true;
}

// With what came before the last, in the order in which it came.
IopfGroup& IopfCore::take_group(const PageRequest& last) {
  IopfGroup& group = groups_.take();
  group.device = last.device;
  group.requests.clear();
  group.faults.clear();
  std::vector<PageRequest>& partial = client(last.device).partial;
  const auto same_group = [&](const PageRequest& other) { return other.index == last.index; };
  std::ranges::copy_if(partial, std::back_inserter(group.requests), same_group);
  std::erase_if(partial, same_group);
  group.requests.push_back(last);
  return group;
}

void IopfCore::free(IopfGroup& group) {
  group.pending = false;
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
  IopfGroup* const answered = era_.responds_by_index ? pending_like(group) : &group;
  if (answered == nullptr || !answered->pending) return {};
  return {iommu_, answered->device, answer(*answered, code)};
}

// iommu_page_response(): the first on the list of pending requests.
IopfGroup* IopfCore::pending_like(const IopfGroup& group) {
  IopfGroup* oldest = nullptr;
  groups_.for_each([&](IopfGroup& other) {
    const bool alike = other.pending && other.device == group.device &&
                       other.last().index == group.last().index &&
                       other.last().pasid == group.last().pasid;
    if (alike && (oldest == nullptr || other.serial < oldest->serial)) oldest = &other;
  });
  return oldest;
}

sim::Task<> IopfCore::remove(DeviceIndex device) {
  discard_partial(client(device));
  if (!era_.removal_answers_pending) co_return;
  std::vector<PageResponse> responses;
  groups_.for_each([&](IopfGroup& group) {
    if (!group.pending || group.device != device) return;
    take_fault_back(group);
    responses.push_back(answer(group, ResponseCode::invalid));
  });
  for (const PageResponse& response : responses) co_await iommu_.respond(device, response);
}

// A thread says when it will have paid for what it does, which lies ahead of the clock. Of a group
// that is answered before, that does not happen any more, and what the thread goes on to do is no
// part of the fault.
void IopfCore::take_fault_back(IopfGroup& group) const {
  FaultId& fault = group.requests.back().fault;
  const sim::Time now = simulation_.now();
  marks_.enter(marks_.take_back(fault, now), now, FaultStage::respond);
  fault = {};
}

sim::Task<> IopfCore::refuse(const PageRequest& request, ResponseCode code) {
  if (era_.looks_up_every_request) return reject(request, ResponseCode::invalid);
  if (era_.core_answers_unhandled) {
    return answer_at_once(take_group(request), ResponseCode::invalid);
  }
  discard_partial(client(request.device), request.index);
  return reject(request, code);
}

sim::Task<> IopfCore::reject(const PageRequest& request, ResponseCode code) {
  IopfGroup& group = groups_.take();
  group.device = request.device;
  group.requests.assign(1, request);
  return answer_at_once(group, code);
}

sim::Task<> IopfCore::answer_at_once(IopfGroup& group, ResponseCode code) {
  marks_.enter(group.last().fault, simulation_.now(), FaultStage::respond);
  const DeviceIndex device = group.device;
  const PageResponse response = answer(group, code);
  free(group);
  co_await iommu_.respond(device, response);
}

PageResponse IopfCore::answer(IopfGroup& group, ResponseCode code) {
  group.pending = false;
  const PageRequest& last = group.last();
  IopfCoreStats& stats = client(group.device).stats;
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

void IopfCore::discard_partial() {
  for (Client& each : clients_) discard_partial(each);
}

void IopfCore::discard_partial(Client& client) {
  while (!client.partial.empty()) discard_partial(client, client.partial.front().index);
}

void IopfCore::discard_partial(Client& client, PrgIndex index) {
  std::vector<PageRequest>& partial = client.partial;
  const auto same_group = [&](const PageRequest& request) { return request.index == index; };
  const auto first = std::ranges::find_if(partial, same_group);
  if (first == partial.end()) return;
  client.stats.requests_discarded += static_cast<std::uint64_t>(std::ranges::count_if(
      partial, [&](const PageRequest& r) { return same_group(r) && r.counted; }));
  client.stats.partial_groups_discarded += first->counted;
  journal_.note(simulation_.now(), kDiscard, first->page.value);
  std::erase_if(partial, same_group);
}

std::uint64_t IopfCore::partial_requests() const {
  std::uint64_t sum = 0;
  for (const Client& each : clients_) sum += each.partial.size();
  return sum;
}

}  // namespace faultpath::models
