// Page request unit: the queue of page requests, its interrupt, and the account of its overflows.
#pragma once

#include <memory>
#include <optional>

#include "models/base/journal.hpp"
#include "models/base/progress_watch.hpp"
#include "models/iommu/fault_record_unit.hpp"
#include "models/iommu/interrupt_policy.hpp"
#include "models/iommu/interrupt_target.hpp"
#include "models/iommu/iommu_stats.hpp"
#include "models/iommu/queues/page_request_queue.hpp"
#include "models/iommu/translation_unit.hpp"
#include "models/iommu/unit_setting.hpp"
#include "models/metrics/fault_log.hpp"
#include "sim/ring.hpp"

namespace faultpath::models {

/// What the queue of the kind says of a request is carried out here: it is stored, answered or
/// dropped, counted, and the interrupt is sent.
class PageRequestUnit {
 public:
  /// `stats` outlives this.
  PageRequestUnit(const UnitSetting& setting, std::unique_ptr<PageRequestQueue> queue,
                  TranslationUnit& translations, FaultRecordUnit& faults, IommuStats& stats);

  void connect(InterruptTarget& target);
  /// To be told of every group that the queue answers itself.
  void connect(ProgressWatch& watch) { watch_ = &watch; }
  /// Faults are marked in this log.
  void connect(FaultLog& log) { marks_.connect(log); }

  /// A page request, or the record of a fault of an untranslated access.
  Arrival::Fate receive(const PageRequest& request);
  /// Sends the page request interrupt.
  void interrupt();
  /// The driver has changed the queue's registers.
  void queue_changed();

  PageRequestQueue& queue() { return *queue_; }
  const PageRequestQueue& queue() const { return *queue_; }

 private:
  void free_entries(sim::Time now);
  void overflowed(const PageRequest& request);
  void queued(FunctionEntry& function, const PageRequest& request);
  void answered(FunctionEntry& function, const PageRequest& request, const Arrival& arrival);
  void dropped(FunctionEntry& function, const PageRequest& request);

  sim::Simulation& simulation_;
  const StatisticsWindow& window_;
  FunctionTable& functions_;
  TranslationUnit& translations_;
  FaultRecordUnit& faults_;
  IommuStats& stats_;
  std::unique_ptr<PageRequestQueue> queue_;
  std::unique_ptr<InterruptPolicy> interrupts_;  ///< none: by the rule of the kind
  InterruptTarget* target_ = nullptr;
  ProgressWatch* watch_ = nullptr;
  FaultMarks marks_;
  std::optional<sim::Time> overflow_since_;
  sim::Ring<sim::Time> entries_;  ///< since when each has been in use, the oldest first
  bool drops_translations_;       ///< of the page, when its request gets into the queue (VT-d)
  bool damps_;                    ///< delays unsuccessful translations behind its own answers (AMD)
  Journal& journal_;
};

}  // namespace faultpath::models
