// The kinds of IOMMU, and what a scenario says of each that no other has.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <variant>

#include "sim/time.hpp"

namespace faultpath::models {

/// In the order of the table in iommu_kinds.cpp.
enum class IommuKind { vtd, smmu_pri, smmu_stall, amd, riscv };

struct VtdSpec {};

/// What only SMMUv3's PRI queue has: PASIDs on automatic responses (IHI 0070, 8.1).
struct SmmuPriSpec {
  bool pps = true;   ///< IDR3.PPS: such a response always carries the request's PASID
  bool ppar = true;  ///< STE.PPAR: without PPS, it does for this stream
};

/// What faults can do (IDR0.STALL_MODEL; encodings from memory).
enum class StallModel : std::uint8_t {
  both,            ///< stall, unless the stream's CD.S is 0
  terminate_only,  ///< they never stall
  stall_only,      ///< CD.S has to be 1
};
/// What the client of a terminated transaction sees.
enum class TerminateAs : std::uint8_t {
  abort,   ///< an error
  raz_wi,  ///< reads are zero and writes are ignored, without an error; not if IDR0.TERM_MODEL = 1
};

/// What only an SMMU that stalls has.
struct SmmuStallSpec {
  StallModel model = StallModel::both;
  /// Of a fault that does not stall, and of RESUME with Ac = 0 (Linux: abort). CMD_STALL_TERM
  /// aborts (assumed).
  TerminateAs terminate_as = TerminateAs::abort;
  /// From a stall to a retry without a command, and to the next; absent: none (3.12.2.2).
  std::optional<sim::Duration> early_retry;
  /// A fault like one whose record is pending gets none of its own, and ends by an early retry or
  /// CMD_STALL_TERM (3.12.2.1).
  bool suppress_duplicates = false;
  /// Transactions that it can hold, 1 to 65536; the tag has 16 bits (assumed). When it holds as
  /// many, the next that faults waits in front, and with it everything that comes later (assumed).
  std::uint32_t capacity = 1U << 16;
};

/// What only AMD's page request log has.
struct AmdSpec {
  /// PprAutoRspEn. Linux never enables it; then a device whose request is discarded waits for ever.
  bool auto_response = true;
  /// Entries from which requests are answered before the log is full; absent: only when it is.
  std::optional<std::uint32_t> early_threshold;
  /// The four bits of an automatic answer, as on the wire (register 2080h): 0 is Success, 1 Invalid
  /// Request, everything else Response Failure. Default assumed.
  std::uint32_t auto_code = 0;
  bool always = false;  ///< PprAutoRspAon: every request is discarded and answered so
  /// L1_ATS_RESP_CTRL_0: after an automatic answer the next unsuccessful translation response to
  /// its device comes so much later. 0 to 255 times 50 ns; 0: at once.
  sim::Duration response_delay{};
  bool block_stop_markers = false;  ///< BlkStopMrkEn: they do not enter the log
};

struct RiscvSpec {};

/// One kind, with its own keys. It can be assigned an IommuKind, which gives it the defaults of
/// that kind, and compares as one.
class IommuKindSpec {
 public:
  IommuKindSpec(IommuKind kind = IommuKind::vtd) {  // NOLINT: a kind is a spec with its defaults
    switch (kind) {
      case IommuKind::vtd:
        break;
      case IommuKind::smmu_pri:
        own_.emplace<SmmuPriSpec>();
        break;
      case IommuKind::smmu_stall:
        own_.emplace<SmmuStallSpec>();
        break;
      case IommuKind::amd:
        own_.emplace<AmdSpec>();
        break;
      case IommuKind::riscv:
        own_.emplace<RiscvSpec>();
        break;
    }
  }

  operator IommuKind() const { return static_cast<IommuKind>(own_.index()); }  // NOLINT
  std::size_t index() const { return own_.index(); }

  /// What the kind of `Own` has; null for another kind.
  template <class Own>
  const Own* get() const {
    return std::get_if<Own>(&own_);
  }
  /// The same to be changed. Another kind becomes this one, with its defaults.
  template <class Own>
  Own& as() {
    if (!std::holds_alternative<Own>(own_)) own_.emplace<Own>();
    return std::get<Own>(own_);
  }

 private:
  std::variant<VtdSpec, SmmuPriSpec, SmmuStallSpec, AmdSpec, RiscvSpec> own_;  // as IommuKind
};

/// No access ever stalls or asks for its page.
inline bool terminates_every_fault(const IommuKindSpec& kind) {
  const auto* const stall = kind.get<SmmuStallSpec>();
  return stall != nullptr && stall->model == StallModel::terminate_only;
}

}  // namespace faultpath::models
