// The device directory of a RISC-V IOMMU: from a device id to its context, or to why there is none.
#pragma once

#include <cstdint>
#include <map>
#include <optional>

#include "models/base/address.hpp"
#include "models/iommu/riscv_fault_cause.hpp"

namespace faultpath::models {

// Sections are those of the RISC-V IOMMU architecture specification as of 2026, where the data
// structures are chapter 3; in version 1.0 of 2023 each chapter has one less.

/// What a device context lets a device do (RISC-V IOMMU 3.1.3.1, tc).
struct RiscvDeviceContext {
  bool valid = true;
  bool ats = true;             ///< EN_ATS
  bool page_requests = true;   ///< EN_PRI
  bool response_pasid = true;  ///< PRPR: Success and Invalid answers carry the request's PASID
  bool faults_hidden = false;  ///< DTF: faults of this device's transactions are not logged
  bool reserved_bits = false;  ///< a bit that must be zero is set

  /// RISC-V IOMMU 3.1.4, as far as these fields are concerned.
  bool misconfigured() const {
    return reserved_bits || (page_requests && !ats) || (response_pasid && !page_requests);
  }
};

/// Where the search for a context ended, in the order in which it looks (RISC-V IOMMU 3.3.1).
enum class DirectoryEnd {
  off,           ///< nothing may pass
  bare,          ///< nothing is translated, so there are no contexts
  too_wide,      ///< the device id has more bits than the levels resolve
  access_fault,  ///< a read of the directory failed
  corrupted,     ///< a read of the directory returned poisoned data
  invalid,       ///< V = 0, or the context was never written
  misconfigured,
  found,
};

/// The cause that is logged when a search ends there; none if it found the context.
std::optional<FaultCause> cause_of(DirectoryEnd end);

struct DirectoryLookup {
  DirectoryEnd end = DirectoryEnd::found;
  RiscvDeviceContext context;  ///< only if found
  unsigned reads = 0;          ///< of directory entries
};

/// Contexts behind ddtp. The tables of all depths hold the same contexts; nothing is cached.
class RiscvDeviceDirectory {
 public:
  enum class Mode : std::uint8_t { off, bare, one_level, two_levels, three_levels };  ///< ddtp
  enum class Reads { good, fail, poisoned };
  /// A context has 32 bytes, or 64 when the IOMMU can translate MSIs (capabilities.MSI_FLAT); a
  /// page of the directory then resolves one bit of the device id less.
  enum class ContextFormat { base, extended };

  /// Mode off, no valid context.
  explicit RiscvDeviceDirectory(ContextFormat format) : format_(format) {}
  /// Three levels in which every device that has no context of its own has this one.
  static RiscvDeviceDirectory with_all_devices(const RiscvDeviceContext& context);

  Mode mode() const { return mode_; }
  /// False, without effect, from one depth of table to another: the specification leaves that open.
  bool set_mode(Mode mode);
  void set_reads(Reads reads) { reads_ = reads; }
  void write(StreamId device, const RiscvDeviceContext& context) { contexts_[device] = context; }

  DirectoryLookup find(StreamId device) const;

 private:
  static bool is_table(Mode mode) { return mode >= Mode::one_level; }
  unsigned device_bits() const;
  DirectoryLookup read(StreamId device) const;

  ContextFormat format_;
  Mode mode_ = Mode::off;
  Reads reads_ = Reads::good;
  std::optional<RiscvDeviceContext> default_;
  std::map<StreamId, RiscvDeviceContext> contexts_;
};

}  // namespace faultpath::models
