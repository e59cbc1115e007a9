// Lruvec: the lists from which reclaim takes frames.
#pragma once

#include <array>
#include <cstdint>

#include "models/base/address.hpp"
#include "models/memory/frame_table.hpp"
#include "models/memory/lists_spec.hpp"

namespace faultpath::models {

/// Frames that are resident and not pinned, each list with the oldest first. A frame on an inactive
/// list that has been used goes to an active one; where an active list is longer than its inactive
/// one by more than the balance allows, its oldest go back. Source: Linux, struct lruvec.
class Lruvec {
 public:
  Lruvec(FrameTable& frames, const ListsSpec& spec, PageSize size = {});

  std::uint64_t size() const;
  /// A frame that is used for the first time, or that has lost its last pin. `of_file`: its page
  /// comes from a file, and goes there.
  void add(FrameNumber frame, bool of_file);
  /// A frame whose page was here before, and has come back soon.
  void add_active(FrameNumber frame, bool of_file);
  /// Takes a frame off the list that it is on, if it is on one.
  void remove(FrameNumber frame);

  /// The oldest inactive frame, off its list; kNoFrame if there is none. `deactivated(frame)` hears
  /// of each that goes back from an active list. Unless `both` it is one of a file, where those
  /// have lists of their own.
  template <class Deactivated>
  FrameNumber pop_oldest(Deactivated deactivated, bool both = true) {
    for (std::size_t type = 0; type < types_; ++type) {
      while (is_unbalanced(type)) {
        const FrameNumber frame = active_[type].pop_front();
        deactivated(frame);
        push_inactive(frame);
      }
    }
    return pop_inactive(both);
  }
  /// Does a frame that pop_oldest() gave stay? Then it is on a list again; it may be active now.
  /// `used`: since reclaim last looked.
  bool stays(FrameNumber frame, bool used, bool dirty);
  /// Puts a frame that pop_oldest() gave back to the end of its list.
  void put_back(FrameNumber frame) { push_inactive(frame); }
  /// Reclaim has begun to write so many pages of the type of `frame`, whose frame it took.
  void note_written(FrameNumber frame);

  /// Frames that a page which comes back could have displaced: all but the inactive list that it
  /// was on. Source: Linux, workingset_test_recent().
  std::uint64_t beside_inactive(bool of_file) const;
  std::uint64_t active() const;

  /// Active frames for each inactive one, of `pages` in both lists. Source: Linux,
  /// inactive_is_low().
  static std::uint64_t active_ratio(std::uint64_t pages, PageSize size = {});
  /// Parts of the scans of anonymous pages and of files. Costs: pages written and looked at in
  /// vain. Source: Linux, get_scan_count().
  struct Shares {
    double anonymous = 0.0, file = 0.0;
  };
  static Shares scan_shares(std::uint32_t swappiness, std::uint64_t anonymous_cost,
                            std::uint64_t file_cost);

 private:
  using Lists = std::array<FrameList, 2>;  // anonymous, of files

  std::size_t type_of(FrameNumber frame) const;
  bool is_unbalanced(std::size_t type) const;
  void push_inactive(FrameNumber frame);
  void push_active(FrameNumber frame);
  FrameNumber pop_inactive(bool both);
  std::size_t next_type(bool both);
  void note_cost(std::size_t type, std::uint64_t cost);

  FrameTable& frames_;
  ListsSpec spec_;
  PageSize size_;
  std::size_t types_;
  Lists inactive_, active_;
  std::array<std::uint64_t, 2> costs_{};
  double turn_ = 0.0;  // of files
};

}  // namespace faultpath::models
