// What hardware does with the record of a fault that cannot be recovered: the rules of each kind.
#pragma once

#include <cstdint>
#include <optional>

#include "models/base/address.hpp"
#include "models/base/messages.hpp"

namespace faultpath::models {

/// What software learns of a request that the IOMMU has refused: nobody answers it.
struct FaultRecord {
  DeviceIndex device{};
  std::optional<Pasid> pasid;
  IovaPage page{};
  bool counted = true;  ///< it is part of the statistics
};

/// What becomes of a record.
struct Recording {
  bool stored = true;
  bool overflowed = false;  ///< it has set the overflow flag
  bool interrupt = false;   ///< a message-signalled interrupt is sent
};

/// Where an IOMMU records faults beside its page requests: instantaneous, without a clock. Software
/// begins, reads and frees the oldest record as long as there is one, and ends.
class PrimaryFaultQueue {
 public:
  virtual ~PrimaryFaultQueue() = default;

  virtual Recording record(const FaultRecord& fault) = 0;

  virtual std::uint32_t usable_entries() const = 0;
  virtual bool overflow() const = 0;

  // Registers, as the driver uses them.

  /// Clears what keeps a further interrupt from being sent, where the kind has such a bit.
  virtual void begin() = 0;
  /// Null when there is none.
  virtual const FaultRecord* oldest() const = 0;
  /// Requires an oldest record.
  virtual void free_oldest() = 0;
  /// Clears the overflow, and starts again what it has stopped.
  virtual void end() = 0;
};

}  // namespace faultpath::models
