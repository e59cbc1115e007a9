// Delivery, cookies, and whose group an answer is for.
#include "models/kernel/user/fault_file.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace faultpath::models {

FaultFile::FaultFile(HeldGroups& groups, UserAnswerCounts& counts, UserMatch match,
                     std::string path)
    : groups_(groups), counts_(counts), match_(match), path_(std::move(path)) {}

// What the record of a stall says of the stage is lost on the way: user space gets a page request
// like any other (Linux 7.1, arm-smmu-v3.c and eventq.c).
void FaultFile::accept(IopfGroup& group) {
  std::vector<PageRequest> records = group.requests;
  for (PageRequest& each : records) each.miss = {};
  deliver(groups_.hold(group, 1), std::move(records), false);
}

void FaultFile::deliver(HeldGroup& held, std::vector<PageRequest> records, bool second_stage) {
  undelivered_.push_back({&held, ++delivered_, second_stage, std::move(records)});
  wake_pollers();
}

void FaultFile::wake_pollers() {
  for (FilePoller* const poller : pollers_) poller->wake();
}

sim::Task<> FaultFile::lock(Worker& worker) {
  co_await worker.pay();
  if (mutex_.try_take()) co_return;
  worker.leave();
  co_await mutex_.take();
  co_await worker.enter();
}

void FaultFile::read(std::uint32_t records, std::vector<FaultMessage>& read) {
  while (!undelivered_.empty() && undelivered_.front().records.size() <= records) {
    Entry& entry = undelivered_.front();
    records -= static_cast<std::uint32_t>(entry.records.size());
    if (free_cookies_.empty()) {
      read_.emplace_back();
      free_cookies_.push(static_cast<std::uint32_t>(read_.size()));
    }
    const std::uint32_t cookie = free_cookies_.top();
    free_cookies_.pop();
    const IopfGroup& group = *entry.held->group;
    read.push_back({cookie, group.device, group.last().pasid, group.last().index,
                    std::move(entry.records), group.attachment, entry.second_stage, entry.serial});
    read_[cookie - 1] = std::move(entry);
    ++unanswered_;
    undelivered_.pop_front();
  }
}

sim::Task<bool> FaultFile::write(FaultAnswer answer, Worker& worker) {
  Entry* const found = answer.to == nullptr || closed_ ? nullptr : find(*answer.to);
  const PageRequest& handled = answer.handled->records.back();
  UserAnswerStats& counts = counts_[handled.device];
  if (found == nullptr || answer.code == ResponseCode::failure) {
    counts.responses_refused += handled.counted;
    co_return false;
  }
  HeldGroup& held = *found->held;
  counts.responses_misrouted += handled.counted && found->serial != answer.handled->serial;
  free_cookie(*found);
  co_await groups_.answer(held, answer.code, worker);
  co_return true;
}

FaultFile::Entry* FaultFile::find(const FaultMessage& message) {
  switch (match_) {
    case UserMatch::cookie:
      return read_entry(message.cookie);
    case UserMatch::device:
      return first_alike(message, true);
    case UserMatch::pasid_and_index:
      return first_alike(message, false);
  }
  return nullptr;
}

const FaultFile::Entry* FaultFile::read_entry(std::uint32_t cookie) const {
  if (cookie == 0 || cookie > read_.size()) return nullptr;
  const Entry& entry = read_[cookie - 1];
  return entry.held != nullptr ? &entry : nullptr;
}
FaultFile::Entry* FaultFile::read_entry(std::uint32_t cookie) {
  return const_cast<Entry*>(std::as_const(*this).read_entry(cookie));  // NOLINT: it is ours
}

bool FaultFile::waits_for(const FaultMessage& message) const {
  const Entry* const entry = read_entry(message.cookie);
  return entry != nullptr && entry->serial == message.serial;
}

// Pending groups are listed device by device: the first device that has one like this, and there
// the oldest.
FaultFile::Entry* FaultFile::first_alike(const FaultMessage& message, bool of_device) {
  Entry* first = nullptr;
  const auto rank = [](const Entry& entry) {
    return std::tuple(entry.held->group->device, entry.serial);
  };
  for (Entry& entry : read_) {
    if (entry.held == nullptr) continue;
    const IopfGroup& group = *entry.held->group;
    const bool alike = group.last().index == message.index && group.last().pasid == message.pasid &&
                       (!of_device || group.device == message.device);
    if (alike && (first == nullptr || rank(entry) < rank(*first))) first = &entry;
  }
  return first;
}

void FaultFile::free_cookie(Entry& entry) {
  entry.held = nullptr;
  free_cookies_.push(static_cast<std::uint32_t>(&entry - read_.data()) + 1);
  --unanswered_;
}

void FaultFile::begin_handling(const FaultMessage& message, Worker& worker) {
  if (waits_for(message)) groups_.begin_handling(*read_entry(message.cookie)->held, worker);
}

sim::Task<> FaultFile::answer_invalid(std::optional<AttachHandle> attachment, Worker& worker) {
  co_await lock(worker);
  while (const std::optional<Entry> entry = take(attachment)) {
    co_await groups_.answer(*entry->held, ResponseCode::invalid, worker);
  }
  unlock();
  wake_pollers();
}

// Those that have not been read come first, then the others in the order of their cookies.
std::optional<FaultFile::Entry> FaultFile::take(std::optional<AttachHandle> attachment) {
  const auto is_meant = [&](const Entry& entry) {
    return entry.held != nullptr &&
           (!attachment || entry.held->group->attachment.handle == *attachment);
  };
  const auto waiting = std::ranges::find_if(undelivered_, is_meant);
  if (waiting != undelivered_.end()) {
    Entry entry = std::move(*waiting);
    undelivered_.erase(waiting);
    return entry;
  }
  const auto read = std::ranges::find_if(read_, is_meant);
  if (read == read_.end()) return std::nullopt;
  Entry entry = *read;
  free_cookie(*read);
  return entry;
}

}  // namespace faultpath::models
