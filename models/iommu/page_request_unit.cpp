// What becomes of a page request at the queue.
#include "models/iommu/page_request_unit.hpp"

#include <utility>

namespace faultpath::models {
namespace {

constexpr EntryKind kQueued{3, "page request queued"};
constexpr EntryKind kAnswered{4, "page request answered automatically"};
constexpr EntryKind kDropped{5, "page request dropped"};
constexpr EntryKind kOverflow{6, "overflow"};

bool delays_translations(const IommuKindSpec& kind) {
  const auto* const amd = kind.get<AmdSpec>();
  return amd != nullptr && amd->response_delay > sim::Duration::zero();
}

}  // namespace

PageRequestUnit::PageRequestUnit(const UnitSetting& setting,
                                 std::unique_ptr<PageRequestQueue> queue,
                                 TranslationUnit& translations, FaultRecordUnit& faults,
                                 IommuStats& stats)
    : simulation_(setting.simulation),
      window_(setting.window),
      functions_(setting.functions),
      translations_(translations),
      faults_(faults),
      stats_(stats),
      queue_(std::move(queue)),
      drops_translations_(setting.spec.kind == IommuKind::vtd),
      damps_(delays_translations(setting.spec.kind)),
      journal_(setting.journal) {
  const InterruptPolicySpec& policy = setting.spec.interrupt;
  if (std::holds_alternative<InterruptPerKind>(policy)) return;
  interrupts_ =
      std::make_unique<InterruptPolicy>(simulation_, policy, *queue_, window_, stats.interrupts);
}

void PageRequestUnit::connect(InterruptTarget& target) {
  target_ = &target;
  if (interrupts_) interrupts_->connect(target);
}

Arrival::Fate PageRequestUnit::receive(const PageRequest& request) {
  FunctionEntry& function = functions_[request.device];
  if (interrupts_) interrupts_->before_arrival();
  const Arrival arrival = function.table_of(request.pasid) != nullptr
                              ? queue_->arrive(request)
                              : queue_->arrive_without_pasid_entry(request);
  if (arrival.overflowed) overflowed(request);
  if (arrival.logged) {
    faults_.record({request.device, request.pasid, request.page, request.counted});
  }
  switch (arrival.fate) {
    case Arrival::Fate::queued:
      queued(function, request);
      break;
    case Arrival::Fate::answered:
      answered(function, request, arrival);
      break;
    case Arrival::Fate::dropped:
      dropped(function, request);
      break;
  }
  if (interrupts_) {
    interrupts_->after_arrival(request, arrival);
  } else if (arrival.interrupt) {
    interrupt();
  }
  return arrival.fate;
}

void PageRequestUnit::overflowed(const PageRequest& request) {
  const sim::Time now = simulation_.now();
  journal_.note(now, kOverflow, request.page.value);
  overflow_since_ = now;
  stats_.queue_overflows += window_.covers(now);
}

void PageRequestUnit::queued(FunctionEntry& function, const PageRequest& request) {
  const sim::Time now = simulation_.now();
  const IoPageTable* const table = function.table_of(request.pasid);
  if (drops_translations_ && table != nullptr) {
    translations_.invalidate_for_request(*table, request.page);
  }
  journal_.note(now, kQueued, request.page.value);
  marks_.enter(request.fault, now, FaultStage::queue);
  stats_.queue_depth.set(now, queue_->occupied());
  entries_.push_back(now);
  stats_.entry_times.begin(now);
  free_entries(now);
}

void PageRequestUnit::answered(FunctionEntry& function, const PageRequest& request,
                               const Arrival& arrival) {
  const sim::Time now = simulation_.now();
  journal_.note(now, kAnswered, request.page.value);
  function.stats.auto_responses += request.counted;
  function.late_answers += damps_;
  marks_.enter(request.fault, now, FaultStage::respond);
  if (watch_ != nullptr) watch_->answered(request);
  const std::optional<Pasid> pasid = arrival.carries_pasid ? request.pasid : std::nullopt;
  function.down->send(now, GroupResponse{request.index, pasid, arrival.code});
}

void PageRequestUnit::dropped(FunctionEntry& function, const PageRequest& request) {
  const sim::Time now = simulation_.now();
  journal_.note(now, kDropped, request.page.value);
  function.stats.requests_dropped += request.counted;
  stats_.drops.add(now, sim::Duration::zero());
}

// In the order in which they were taken.
void PageRequestUnit::free_entries(sim::Time now) {
  for (; entries_.size() > queue_->occupied(); entries_.pop_front()) {
    stats_.entry_times.end(entries_.front(), now);
  }
}

void PageRequestUnit::interrupt() {
  stats_.interrupts += window_.covers(simulation_.now());
  target_->interrupt();
}

void PageRequestUnit::queue_changed() {
  const sim::Time now = simulation_.now();
  stats_.queue_depth.set(now, queue_->occupied());
  free_entries(now);
  if (!overflow_since_ || queue_->overflow()) return;
  if (window_.covers(*overflow_since_)) stats_.overflow_recovery.record(now - *overflow_since_);
  stats_.overflows.add(*overflow_since_, now);
  overflow_since_.reset();
}

}  // namespace faultpath::models
