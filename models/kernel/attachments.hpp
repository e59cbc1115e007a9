// Attachments: which I/O page table a function and its PASIDs use, and who handles faults on it.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "models/base/messages.hpp"
#include "models/memory/io_page_table.hpp"
#include "models/strategy/strategy.hpp"

namespace faultpath::models {

class FaultHandler;

/// Tells attachments apart that a function and PASID have had one after the other; from 1.
using AttachHandle = std::uint64_t;

/// What a function, or one PASID of it, is attached to (Linux, iommu_attach_handle).
struct Attachment {
  IoPageTable* table = nullptr;
  MemoryStrategy* strategy = nullptr;
  FaultHandler* handler = nullptr;  ///< none: its faults are nobody's
  bool reported = false;            ///< to user space
  AttachHandle handle = 0;          ///< given by Attachments::attach()
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
  /// Everything of a function that is attached, in the order in which it was.
  std::vector<Originator> of(DeviceIndex device) const;
  /// The indices of functions that have ever been attached are below.
  std::uint32_t functions() const { return static_cast<std::uint32_t>(functions_.size()); }
  /// The oldest that the function has, or null.
  const Attachment* first_of(DeviceIndex device) const;

 private:
  struct Entry {
    std::optional<Pasid> pasid;
    Attachment attachment;
  };
  std::vector<std::deque<Entry>> functions_;
  AttachHandle last_handle_ = 0;
};

}  // namespace faultpath::models
