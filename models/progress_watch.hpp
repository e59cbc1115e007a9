// Progress watch: notices answers that go round and round without effect.
#pragma once

#include <cstdint>
#include <string>

#include "models/messages.hpp"

namespace faultpath::models {

/// Throws sim::StuckError when so many groups in a row have been answered, by software or by the
/// queue itself, while nothing in the whole system has been mapped, issued or completed. It looks
/// once in so many answers, so a run ends after at most twice as many. Until then it only counts.
class ProgressWatch {
 public:
  /// What grows when anybody gets anywhere.
  struct Totals {
    std::uint64_t mapped = 0, issued = 0, completed = 0;
    bool operator==(const Totals&) const = default;
  };
  struct Owner {
    Totals (*totals)(void* object) = nullptr;
    /// Which group was answered last, and what keeps it from an end.
    std::string (*report)(void* object, const PageRequest& last) = nullptr;
    void* object = nullptr;
  };

  /// Requires patience > 0.
  void start(const Owner& owner, std::uint64_t patience);
  /// `last` is the last request of the group.
  void answered(const PageRequest& last) {
    if (--left_ == 0) look(last);
  }

 private:
  void look(const PageRequest& last);

  Owner owner_;
  std::uint64_t patience_ = 0, left_ = 0;
  Totals seen_;
};

}  // namespace faultpath::models
