// Several translations in one request: what goes along with it, and what its completion brings.
#include <algorithm>

#include "models/device/device.hpp"

namespace faultpath::models {

// A request reaches as many units on; what of the window lies among them goes along.
void Device::request_several(TranslationWindow& window, sim::Time at) {
  const std::uint64_t reach = std::uint64_t{spec_.ats.translations_per_request} << unit_shift_;
  std::uint64_t end = 0;
  for (Miss* miss = window.first; miss != nullptr; miss = miss->next) {
    if (miss->asked != Miss::Asked::along || miss->page.value < end) continue;
    ask_from(*miss, at);
    end = unit_of(miss->page).value + reach;
  }
}

// The translations follow each other from that of `first` on. What has gone along and is not among
// them is asked for again; what the operation does not need is kept for others.
void Device::spread(Miss& first, const AtsCompletion& completion) {
  const unsigned shift = std::max(completion.page_bits - kPageBits, unit_shift_);
  const std::uint64_t begin = first.page.value >> shift << shift;
  const std::uint64_t end = begin + (std::uint64_t{completion.translations} << shift);
  for (Miss* miss = first.next; miss != nullptr; miss = miss->next) {
    if (miss->asked == Miss::Asked::itself) break;
    if (miss->asked == Miss::Asked::no) continue;
    if (miss->page.value >= end) {
      ask_from(*miss, now());
      break;
    }
    answer(*miss, completion);
  }
  const bool usable = completion.page_bits >= kPageBits + unit_shift_;
  if (!completion.readable || !usable || first.window->epoch != epoch_) return;
  for (std::uint64_t page = begin; page < end; page += 1ULL << shift) {
    if (misses_.find(first.context, IovaPage{page}) != nullptr) continue;
    atc_.insert({page,
                 cache_tag(first.context),
                 completion.page_bits,
                 {completion.readable, completion.writable}});
  }
}

}  // namespace faultpath::models
