// Configuration caches: what must be read before a request of a device can be translated at all.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "models/base/address.hpp"
#include "models/iommu/iommu_spec.hpp"

namespace faultpath::models {

/// Levels of a configuration table that a kind of IOMMU can have, and has if nothing else is said.
struct TableDepth {
  std::uint32_t least = 1, standard = 1, most = 1;
};

/// How a kind of IOMMU finds out what translates a request. Entries are read once a level.
struct ConfigurationFormat {
  /// Whose requests lead through the tables of processes.
  enum class Processes {
    all,              ///< a request without PASID uses an entry of its own
    pasid_or_nested,  ///< else the device's entry names the table
    pasid,
  };

  TableDepth device;   ///< from the requester's ID to the device's context
  TableDepth process;  ///< from there and the PASID to the root of the first stage
  Processes processes = Processes::all;
  /// With two stages, the tables of processes are the guest's: reading one takes a walk of the
  /// second stage first. Else they are the host's.
  bool process_tables_in_guest = false;
};

/// Two fully associative caches with least-recently-used replacement: contexts by device, and
/// process entries by device and PASID (VT-d: context-cache and PASID-cache, 6.2.2, 6.2.3).
class ConfigurationCache {
 public:
  ConfigurationCache(const ConfigurationSpec& spec, const ConfigurationFormat& format, bool nested);

  /// What a device has in the caches. Kept by the owner, one for each device.
  struct Client {
    std::uint32_t context = kNone;
    std::array<std::uint32_t, 2> first_processes{kNone, kNone};  // by PASID; 0: without
    std::vector<std::uint32_t> other_processes;                  // by PASID - 2
  };
  /// Entries to read now.
  struct Misses {
    std::uint32_t device_tables = 0, process_tables = 0;
    std::uint32_t total() const { return device_tables + process_tables; }
  };
  /// Looks up what a request needs, and remembers it.
  Misses look_up(Client& client, std::optional<Pasid> pasid);
  /// Forgets the device, as an invalidation of its context does.
  void forget(Client& client);

  bool process_tables_in_guest() const { return process_tables_in_guest_; }

 private:
  static constexpr std::uint32_t kNone = 0xffffffff;

  /// Slots in the order of their last use. As long as all of them fit nothing has to give way, and
  /// the time of the last use will do; then they are linked, by index.
  class Lru {
   public:
    explicit Lru(std::uint32_t capacity) : capacity_(capacity) {}
    /// Uses the slot, made if there is none yet; false when it had to be fetched.
    bool use(std::uint32_t& slot);
    void forget(std::uint32_t slot);

   private:
    struct Slot {
      std::uint32_t older = kNone, newer = kNone;
      bool cached = false;
      std::uint64_t used = 0;  // while all slots fit
    };
    bool all_fit() const { return slots_.size() <= capacity_; }
    std::uint32_t add();
    void link_all();
    void unlink(std::uint32_t slot);
    void append(std::uint32_t slot);

    std::uint32_t capacity_;
    std::uint64_t clock_ = 0;
    std::uint32_t linked_ = 0;
    std::uint32_t oldest_ = kNone, newest_ = kNone;
    std::vector<Slot> slots_;
  };

  bool has_process(std::optional<Pasid> pasid) const;
  static std::uint32_t& process_of(Client& client, std::optional<Pasid> pasid);

  std::uint32_t device_levels_, process_levels_;
  ConfigurationFormat::Processes processes_;
  bool nested_;
  bool process_tables_in_guest_;
  Lru contexts_, process_entries_;
};

}  // namespace faultpath::models
