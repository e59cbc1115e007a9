// The messages on the link between a device and the IOMMU.
#pragma once

#include <cstdint>
#include <optional>
#include <variant>

#include "models/base/address.hpp"
#include "models/base/fault_id.hpp"

namespace faultpath::models {

/// Place of a device in the system; its requester ID.
struct DeviceIndex {
  std::uint32_t value = 0;
  constexpr auto operator<=>(const DeviceIndex&) const = default;
};

/// ATS translation request (PCIe 10.2.2), for one page or for several that follow each other.
struct AtsRequest {
  DeviceIndex device;
  std::uint32_t tag = 0;  ///< echoed in the completion
  IovaPage page;
  std::optional<Pasid> pasid;
  bool write = false;  ///< NW = 0: write permission is wanted
  /// Wanted, from the page on: the Length field in units of 8 bytes.
  std::uint8_t translations = 1;
};
/// Most translations of one request: a Read Completion Boundary of 128 bytes (assumed).
inline constexpr std::uint32_t kMostTranslations = 16;

/// A DMA access to one page with an untranslated address: the IOMMU translates it on its way, and
/// may stall it (Arm). The answer is an AtsCompletion, which stands for the data.
struct UntranslatedAccess {
  DeviceIndex device;
  std::uint32_t tag = 0;  ///< echoed in the answer
  IovaPage page;
  std::optional<Pasid> pasid;
  bool write = false;
  bool counted = false;
  FaultId fault;  ///< begun by the device, in case that the access faults
};

/// ATS translation completion. No permission at all is a successful answer, not an error
/// (VT-d 7.1.2). Translations of one completion follow each other, have one size and grant the
/// same.
struct AtsCompletion {
  std::uint32_t tag = 0;
  bool readable = false;
  bool writable = false;
  std::uint8_t order = 0;  ///< log2 of the pages of a translation: 0, 9 or 18
  bool stalled = false;    ///< an untranslated access that has faulted on its way
  bool refused = false;    ///< Unsupported Request: no translations for this function
  bool terminated =
      false;  ///< an untranslated access without a translation, even where it is RAZ/WI
  std::uint8_t translations = 1;  ///< at most as many as have been asked for
};

/// What a walk did not find.
struct WalkMiss {
  enum class Stage : std::uint8_t { unknown, first, second };
  static constexpr std::uint8_t kData = 0xff;

  Stage stage = Stage::unknown;
  /// In the second stage: the guest page of the first-stage table of this level, or kData for the
  /// page itself. Arm's event calls the two class TT and class IN.
  std::uint8_t table = kData;

  constexpr bool operator==(const WalkMiss&) const = default;
};

/// PCIe page request (PCIe 10.4.1).
struct PageRequest {
  DeviceIndex device;
  WalkMiss miss;  ///< known to a stall record; a page request does not say
  IovaPage page;
  std::optional<Pasid> pasid;
  PrgIndex index;
  bool read = false;
  bool write = false;
  bool last = false;
  bool privileged = false;  ///< with a PASID only
  bool execute = false;     ///< with a PASID only
  bool counted = false;     ///< of an operation that started after the warm-up
  FaultId fault;            ///< on the last request of a group

  /// A stop marker: last, but neither read nor write (PCIe 10.4.1.2.1). SMMUv3 wants a PASID too.
  bool stop_marker() const { return last && !read && !write; }
};

/// Who sends page requests: a device with all of its PASIDs, or one of them.
struct Originator {
  DeviceIndex device;
  std::optional<Pasid> pasid{};

  /// Is what `other` names all of it or a part of it?
  bool covers(const Originator& other) const {
    return other.device == device && (!pasid || other.pasid == pasid);
  }
  bool sent(const PageRequest& request) const { return covers({request.device, request.pasid}); }
  bool operator==(const Originator&) const = default;
};

/// Codes on the wire (PCIe 10.4.2). Other layers encode them differently.
enum class ResponseCode : std::uint8_t { success = 0x0, invalid = 0x1, failure = 0xf };

/// Page request group response. Carries no translation.
struct GroupResponse {
  PrgIndex index;
  std::optional<Pasid> pasid;
  ResponseCode code = ResponseCode::success;
};

/// Device TLB invalidation request and its completion.
struct DeviceInvalidation {
  std::uint32_t itag = 0;
  IovaPage first;
  std::uint64_t pages = 1;
  std::optional<Pasid> pasid{};  ///< of its translations alone; absent: of all that it holds
};
struct DeviceInvalidationDone {
  DeviceIndex device;
  std::uint32_t itag = 0;
};

/// Doorbell of the host: it has copied an operation out of the backup ring of the device.
struct BackupRingDoorbell {
  std::uint32_t tag = 0;  ///< of the operation, as the device has told the host
};

/// Doorbell of the host: the device goes on with an operation of which a page was absent.
struct ResumeDoorbell {
  std::uint32_t tag = 0;  ///< of the operation, as the device has told the host
};

using UpMessage = std::variant<AtsRequest, PageRequest, DeviceInvalidationDone, UntranslatedAccess>;
using DownMessage = std::variant<AtsCompletion, GroupResponse, DeviceInvalidation,
                                 BackupRingDoorbell, ResumeDoorbell>;

/// Bytes of a message on the link: TLP header of 16, prefix with PASID, framing (PCIe 2.2).
inline constexpr std::uint64_t kMessageBytes = 28;

/// What a message has beyond kMessageBytes: 8 bytes for each translation after the first.
template <class Message>
constexpr std::uint64_t further_bytes(const Message&) {
  return 0;
}
constexpr std::uint64_t further_bytes(const AtsCompletion& completion) {
  return 8 * (completion.translations - std::uint64_t{1});
}
constexpr std::uint64_t further_bytes(const DownMessage& message) {
  const auto* const completion = std::get_if<AtsCompletion>(&message);
  return completion != nullptr ? further_bytes(*completion) : 0;
}

}  // namespace faultpath::models
