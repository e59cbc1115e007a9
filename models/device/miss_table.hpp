// The translations that a device has asked for: found by page, so that nobody asks twice.
#pragma once

#include <cstdint>
#include <vector>

#include "models/base/address.hpp"
#include "models/base/fault_id.hpp"
#include "models/base/translation_cache.hpp"
#include "models/device/lookahead.hpp"
#include "sim/pool.hpp"
#include "sim/signal.hpp"

namespace faultpath::models {

struct TranslationWindow;

/// One page that is being translated for an operation. Others that need it join.
struct Miss {
  std::uint32_t tag = 0;  ///< its place in the table: the tag of its ATS requests
  std::uint32_t context = 0;
  IovaPage page;
  TranslationCache::Entry translation;
  bool granted = false;  ///< what the last completion said, for what is needed
  bool revoked = false;  ///< invalidated since: serves its operations, but is not kept
  bool counted = false;  ///< its requests are in the statistics
  /// With several translations a request: whether it has one of its own, or goes with an earlier
  /// one of its window.
  enum class Asked : std::uint8_t { no, itself, along } asked = Asked::no;
  FaultId fault;  ///< of an untranslated access, in case that it faults
  TranslationWindow* window = nullptr;
  Miss* next = nullptr;   ///< in its window, in order of pages
  Miss* chain = nullptr;  ///< in its bucket
  Occurrence settled{"translation of another operation"};
};

/// Pages of one operation that are translated together: at most as many as a group has requests.
struct TranslationWindow {
  Miss* first = nullptr;
  Miss* last = nullptr;
  std::uint32_t count = 0;
  std::uint32_t epoch = 0;  ///< resets before it
  std::uint32_t unanswered = 0;
  std::uint32_t denied = 0;  ///< completions without permission
  bool refused = false;      ///< one of them was Unsupported Request: asking again is in vain
  bool faulting = false;     ///< a page is absent, and is being asked for
  sim::Signal complete;
};

/// Misses outstanding, by (context, translation unit of the page). Records are reused. There are at
/// least as many buckets as misses, whatever was expected: an open loop has no bound.
class MissTable {
 public:
  /// A translation unit has 2^unit_order pages.
  explicit MissTable(std::uint32_t expected, unsigned unit_order = 0);

  /// The miss of the unit in which `page` lies.
  Miss* find(std::uint32_t context, IovaPage page);
  /// Requires that find() finds nothing. Without ATS, where nobody calls find(), there may be
  /// several of one page.
  Miss& add(std::uint32_t context, IovaPage page);
  void remove(Miss& miss);
  /// Marks what is being translated of these pages as revoked.
  void revoke(std::uint32_t context, IovaPage first, std::uint64_t pages);
  Miss& at(std::uint32_t tag) { return misses_[tag]; }
  const Miss& at(std::uint32_t tag) const { return misses_[tag]; }
  std::size_t size() const { return misses_.in_use(); }
  std::size_t buckets() const { return buckets_.size(); }

 private:
  std::size_t bucket(std::uint32_t context, IovaPage page) const {
    return ((page.value >> shift_) * 0x9e3779b97f4a7c15 >> 40 ^ context) & (buckets_.size() - 1);
  }
  void grow();
  bool together(IovaPage a, IovaPage b) const { return (a.value ^ b.value) >> shift_ == 0; }

  unsigned shift_;  // pages of a unit, as a power of two
  std::vector<Miss*> buckets_;
  sim::Pool<Miss> misses_;
};

}  // namespace faultpath::models
