// An entry of the table that a coIOMMU guest shares with its host.
#pragma once

#include <cstdint>

namespace faultpath::models {

/// The leaf of crosvm's DMA tracking table: bit 31 says that the host has pinned the page, bit 30
/// that the guest has used it since the host looked; below is how often the guest has it mapped.
class TrackingEntry {
 public:
  explicit TrackingEntry(std::uint32_t& word) : word_(word) {}

  bool pinned() const { return (word_ & kPinned) != 0; }
  /// Pinned, and neither mapped nor used since the host looked.
  bool is_idle() const { return word_ == kPinned; }

  // The guest's.
  void map() {
    ++word_;
    word_ |= kAccessed;
  }
  void unmap() { --word_; }

  // The host's.
  void pin() { word_ |= kPinned; }
  /// Unpins if it is idle, as an atomic compare and exchange.
  bool unpin_if_idle() {
    if (!is_idle()) return false;
    word_ = 0;
    return true;
  }
  void clear_accessed() { word_ &= ~kAccessed; }

 private:
  static constexpr std::uint32_t kPinned = 1U << 31, kAccessed = 1U << 30;
  std::uint32_t& word_;
};

}  // namespace faultpath::models
