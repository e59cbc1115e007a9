// What is set up in an IOMMU for each function: its context, its PASIDs, and their tables.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "models/base/messages.hpp"
#include "models/base/wire.hpp"
#include "models/iommu/iommu_stats.hpp"
#include "models/iommu/iommu_switch.hpp"
#include "models/iommu/walk/configuration_cache.hpp"
#include "models/memory/io_page_table.hpp"

namespace faultpath::models {

/// What the IOMMU is told of a function. One without ATS holds no translations.
struct FunctionTraits {
  bool ats = true;
  /// Some of its requests have no PASID, or its PASIDs have no tables of their own.
  bool uses_own_table = true;
  unsigned unit_order = 0;               ///< it is invalidated by whole units of 2^unit_order pages
  std::uint32_t invalidations = 32;      ///< that it accepts at a time, 1 to 32
  bool response_pasid_required = false;  ///< it finds its groups by PASID and index
};

/// One function: root or context entry, device table entry or stream table entry, with the tables
/// behind it and what the IOMMU counts of it.
struct FunctionEntry {
  FunctionEntry(Wire<DownMessage>& way_down, IoPageTable& own, const FunctionTraits& traits)
      : down(&way_down),
        table(&own),
        ats(traits.ats),
        response_pasid_required(traits.response_pasid_required),
        unit_shift(traits.unit_order) {}

  /// By which requests with this PASID are translated; null when it has no entry. Without tables
  /// for PASIDs the function has one table for all requests.
  IoPageTable* table_of(std::optional<Pasid> pasid) const {
    return pasid && !by_pasid.empty() ? table_of_entry(*pasid) : table;
  }

  Wire<DownMessage>* down;
  IoPageTable* table;  ///< of requests without PASID; of all, unless a PASID has one
  struct PasidEntry {
    Pasid pasid;
    IoPageTable* table;  ///< null: it had one, and the entry is not present any more
  };
  std::vector<PasidEntry> by_pasid;
  bool ats;
  bool response_pasid_required;
  unsigned unit_shift;  ///< pages of a smallest translation unit, as a power of two
  ConfigurationCache::Client configuration;
  bool present = true;             ///< else translation requests end as Unsupported Request
  bool pasids_present = true;      ///< else they succeed without permission
  bool page_requests = true;       ///< else faults do not stall, but are terminated (CD.S = 0)
  bool broken = false;             ///< has not answered an invalidation in time
  std::uint32_t terminations = 0;  ///< by software that keeps the stream out for a while
  std::uint32_t late_answers = 0;  ///< unsuccessful translations that are still to be delayed
  FunctionStats stats;

 private:
  IoPageTable* table_of_entry(Pasid pasid) const;
};

/// (function, PASID or none) to I/O page table. Every table keeps the list of those who are
/// attached to it, whom its invalidations must reach.
class FunctionTable {
 public:
  FunctionTable() = default;
  FunctionTable(const FunctionTable&) = delete;
  FunctionTable& operator=(const FunctionTable&) = delete;

  /// Functions are attached in the order of their index. `down` is the way to the device.
  void attach(DeviceIndex device, Wire<DownMessage>& down, IoPageTable& table,
              const FunctionTraits& traits);
  /// Gives a PASID of the function a table of its own. From the first on, a PASID that has none is
  /// not present. Requires that the PASID has none.
  void attach(DeviceIndex device, Pasid pasid, IoPageTable& table);
  /// The entry of the PASID is not present any more. Requires that it has a table.
  void detach(DeviceIndex device, Pasid pasid);

  FunctionEntry& operator[](DeviceIndex device) { return *functions_[device.value]; }
  const FunctionEntry& operator[](DeviceIndex device) const { return *functions_[device.value]; }

  /// What is no part of the tables (queue, its memory) has no effect.
  void set(IommuSwitch what, bool on, DeviceIndex device);
  /// False: every translation request is refused.
  bool on() const { return on_; }
  /// Nothing of the function is translated, whatever its tables hold.
  bool cut_off(const FunctionEntry& function) const {
    return !on_ || !function.present || !function.pasids_present || function.terminations > 0;
  }

 private:
  std::vector<std::unique_ptr<FunctionEntry>> functions_;  // by index
  bool on_ = true;
};

}  // namespace faultpath::models
