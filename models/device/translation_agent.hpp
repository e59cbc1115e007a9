// The translation agent of a function: its address translation cache and what it has asked for.
#pragma once

#include <cstdint>

#include "models/base/access_observer.hpp"
#include "models/base/translation_cache.hpp"
#include "models/base/wire.hpp"
#include "models/device/attempt.hpp"
#include "models/device/fault_recorder.hpp"
#include "models/device/function_context.hpp"
#include "models/device/miss_table.hpp"
#include "models/device/service_state.hpp"
#include "sim/distribution.hpp"

namespace faultpath::models {

class DmaEngine;

/// Looks up the pages of operations, asks the IOMMU for those that miss (ATS, PCIe 10.2), and lets
/// go of what is invalidated. Without ATS nothing is cached: each access goes up untranslated and
/// is translated on its way.
class TranslationAgent {
 public:
  struct Neighbours {
    const ServiceState& service;
    FaultRecorder& faults;
    Lookahead& lookahead;
    const DmaEngine& engine;
    Wire<UpMessage>& up;
    AccessObserver* observer;  ///< null: access is not reported
  };

  TranslationAgent(FunctionContext& function, const Neighbours& neighbours);

  /// Looks up the pages of an operation in order, up to the first that misses, which it returns;
  /// the page after the last when all of them hit.
  IovaPage skip_hits(const Operation& operation, std::uint32_t context, bool counted) {
    const IovaPage first = operation.first_page(function_.page_size);
    const IovaPage last = operation.last_page(function_.page_size);
    IovaPage page = first;
    if (!function_.untranslated) {
      const std::uint32_t tag = function_.cache_tag(context);
      while (page <= last && atc_.hit(tag, page.value, operation.write)) {
        if (observer_ != nullptr) report_use(context, page);
        page = page + 1;
      }
    }
    if (counted) count_accesses(page.value - first.value, page <= last);
    return page;
  }

  /// Takes misses from `page` on into the window, up to the size of a group; returns the page to go
  /// on with. Pages from `uncounted` on have not been looked up before.
  IovaPage collect(TranslationWindow& window, const Attempt& attempt, IovaPage page,
                   IovaPage& uncounted);
  /// Asks at `at` for every page of the window that is not granted. The window's signal is raised
  /// when all answers have come.
  void request(TranslationWindow& window, const Operation& operation, bool counted, sim::Time at);
  /// Ends the window: keeps its translations if `keep`, and lets those go on who wait for them.
  void settle(TranslationWindow& window, bool keep);
  /// The miss of another operation for this page. Requires that there is one.
  Miss& miss_of(std::uint32_t context, IovaPage page) { return *misses_.find(context, page); }

  /// An answer of the IOMMU.
  void complete(const AtsCompletion& completion);
  /// Forgets the translations, and answers when every use of them has ended (VT-d 7.7).
  sim::Process invalidate(DeviceInvalidation request);
  /// Lets go of the translations of a context.
  void forget(std::uint32_t context) { atc_.invalidate_tag(function_.cache_tag(context)); }

 private:
  void count_accesses(std::uint64_t hits, std::uint64_t misses) {
    function_.stats.page_accesses += hits + misses;
    if (function_.untranslated) return;
    function_.stats.atc_hits += hits;
    function_.stats.atc_misses += misses;
  }
  bool lookup(const Operation& operation, std::uint32_t context, IovaPage page) {
    if (function_.untranslated) return false;
    const bool hit = atc_.hit(function_.cache_tag(context), page.value, operation.write);
    if (hit && observer_ != nullptr) report_use(context, page);
    return hit;
  }
  void report_use(std::uint32_t context, IovaPage page);
  IovaPage unit_of(IovaPage page) const { return {page.value & ~((1ULL << unit_shift_) - 1)}; }
  bool asks_for_several() const { return function_.spec.ats.translations_per_request > 1; }
  bool is_usable(const AtsCompletion& completion) const { return completion.order >= unit_shift_; }
  void request_several(TranslationWindow& window, sim::Time at);
  void ask_from(Miss& miss, sim::Time at);
  void send_access(Miss& miss, bool counted, sim::Time at);
  void answer(Miss& miss, const AtsCompletion& completion);
  void end_access(Miss& miss, const AtsCompletion& completion);
  void spread(Miss& first, const AtsCompletion& completion);
  void keep_others(const Miss& first, const AtsCompletion& completion);

  FunctionContext& function_;
  MissTable misses_;
  TranslationCache atc_;
  unsigned unit_shift_;  // pages of a translation unit, as a power of two
  AccessObserver* observer_;
  const ServiceState& service_;
  FaultRecorder& faults_;
  Lookahead& lookahead_;
  Wire<UpMessage>& up_;
  const DmaEngine& engine_;
  sim::Distribution invalidation_;
  sim::RandomStream invalidation_stream_;
};

}  // namespace faultpath::models
