// Attachments: which I/O page table a function and its PASIDs use, and who handles faults on it.
#pragma once

#include <deque>
#include <optional>
#include <vector>

#include "models/base/messages.hpp"
#include "models/memory/io_page_table.hpp"
#include "models/strategy/strategy.hpp"

namespace faultpath::models {

class FaultHandler;

/// What a function, or one PASID of it, is attached to (Linux, iommu_attach_handle).
struct Attachment {
  IoPageTable* table = nullptr;
  MemoryStrategy* strategy = nullptr;
  FaultHandler* handler = nullptr;  ///< none: its faults are nobody's
};

/// The attachments of all functions behind one IOMMU.
class Attachments {
 public:
  /// Requires that `who` has no attachment yet. Without a PASID it is that of requests without one.
  void attach(Originator who, const Attachment& attachment);
  /// Requires that `who` is attached.
  void detach(Originator who);
  /// That of exactly this function and PASID, or null. Valid until the next detach() of the
  /// function.
  const Attachment* find(const Originator& who) const;
  /// The oldest that the function has, or null.
  const Attachment* first_of(DeviceIndex device) const;

 private:
  struct Entry {
    std::optional<Pasid> pasid;
    Attachment attachment;
  };
  std::vector<std::deque<Entry>> functions_;
};

}  // namespace faultpath::models
