// Translation unit: configuration cache, IOTLB, walk caches and walkers.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "models/base/journal.hpp"
#include "models/base/translation_cache.hpp"
#include "models/iommu/function_table.hpp"
#include "models/iommu/unit_setting.hpp"
#include "models/iommu/walk/configuration_cache.hpp"
#include "models/iommu/walk/nested_walker.hpp"
#include "models/iommu/walk/walk_timing.hpp"
#include "models/iommu/walk/walker.hpp"
#include "sim/distribution.hpp"
#include "sim/semaphore.hpp"
#include "sim/task.hpp"

namespace faultpath::models {

/// What one request looks for, and what the search has found out so far. It lives in the frame of
/// the request. Requires 1 to kMostTranslations wanted translations.
struct Lookup {
  Lookup(FunctionEntry& of, IovaPage first, std::optional<Pasid> with, bool writes,
         std::uint32_t translations = 1)
      : function(of),
        table(of.table_of(with)),
        page(first),
        pasid(with),
        write(writes),
        wanted(translations) {}

  /// The `place`-th page: the one that is asked for, then the first pages of the translations
  /// behind its own.
  IovaPage page_at(std::uint32_t place) const {
    return place == 0 ? page : IovaPage{(page.value / step + place) * step};
  }
  /// The table still is the one that the request is translated by.
  bool is_current() const { return table != nullptr && table == function.table_of(pasid); }

  FunctionEntry& function;
  IoPageTable* table;  ///< null: the PASID has no entry
  IovaPage page;
  std::optional<Pasid> pasid;
  bool write;
  std::uint32_t wanted;

  std::uint32_t count = 0;  ///< translations to find: those that one completion can hold, and the
                            ///< first that differs from them
  std::uint64_t step = 1;   ///< pages of each
  bool walks = false;       ///< one is not in the IOTLB
  std::array<bool, kMostTranslations> hit{};
  std::array<std::uint8_t, kMostTranslations> from{};  ///< as in NestedWalker::Walk
};

/// Without its configuration entries the IOMMU does not know under which domain to look. A walker
/// is taken for what has to be read only, when the caches have been looked up; one walker looks for
/// all translations of a request, one after the other.
class TranslationUnit {
 public:
  TranslationUnit(const UnitSetting& setting, const ConfigurationFormat& format);

  /// Looks up and walks. The caches say at the start of a walk what has to be read; the last entry
  /// is read at its end, by entry().
  sim::Task<> find(Lookup& lookup);
  /// What the table grants now at the `place`-th page, with its marks. Requires is_current().
  WalkResult entry(const Lookup& lookup, std::uint32_t place) const;
  /// Keeps a translation that is present in the IOTLB.
  void keep(const Lookup& lookup, IovaPage page, const PageTableEntry& entry);
  /// Into the journal: a request is answered.
  void note(IovaPage page, bool permitted);

  /// There is a second stage: behind the table of a function, or all that it has.
  bool is_nested() const { return nested_.has_value(); }

  /// IOTLB invalidation. Of a second stage it is the whole domain.
  void invalidate(IoPageTable& table, IovaPage first, std::uint64_t pages);
  /// Before a request gets into the queue (VT-d 6.5.3.1, table 27): the page alone, but with two
  /// stages all that the domain has cached.
  void invalidate_for_request(const IoPageTable& table, IovaPage page);
  /// Forgets the configuration entries of a function.
  void forget(FunctionEntry& function) { configuration_.forget(function.configuration); }

 private:
  sim::Duration look_up(Lookup& lookup);
  sim::Duration look_up(Lookup& lookup, IovaPage page);
  sim::Duration look_up_behind(Lookup& lookup);
  PageTableEntry expected(const IoPageTable& table, IovaPage page) const;
  sim::Duration configure(const Lookup& lookup, ConfigurationCache::Misses missing);
  sim::Duration walk(Lookup& lookup, std::uint32_t place);
  void forget_domain(std::uint32_t tag);
  bool has_two_stages(const IoPageTable& table) const {
    return nested_.has_value() && table.guest != nullptr;
  }
  bool counts() const { return window_.covers(simulation_.now()); }

  sim::Simulation& simulation_;
  const StatisticsWindow& window_;
  const char* path_;
  ConfigurationCache configuration_;
  TranslationCache iotlb_;
  Walker walker_;                       // one stage
  std::optional<NestedWalker> nested_;  // two
  std::string walkers_name_;
  sim::Semaphore walkers_;
  sim::Distribution lookup_;
  sim::RandomStream lookup_stream_;
  WalkTiming timing_;
  Journal& journal_;
};

}  // namespace faultpath::models
