// T5: the time to pin memory, and what the mmap lock does to several threads that pin.
#pragma once

#include <string>
#include <vector>

#include "analysis/published/row.hpp"

namespace faultpath::analysis {

struct PinTimeRow {
  std::string memory;  ///< kind of pages and whether they are there: `thp absent`
  double gib = 0.0;
  double threads = 1.0;
  double counted_pages = 512.0;  ///< pages of 4 KiB for each write section of the lock
  RowUse use = RowUse::predict;
  std::optional<Printed> seconds{};
};

/// One thread takes c G^p for G GiB: c is that of the kind of memory, and p, which is near 1, is
/// that of the machine. Without two sizes of one kind among the rows to fit p is 1.
///
/// N threads divide that among them, and pay for each other:
///     T(N) = c G^p / N + batches (N - 1) (s + h 512 / counted),
/// a batch being 512 pages that a thread pins under the lock for reading. A write section waits for
/// all readers and holds back those who come, so that all N meet at the lock; it is handed over
/// from one to the next, and each hand-over costs h for every thread that waits. A round of N
/// sections so costs h N (N - 1) in turn, and there is one for N batches. s is the same for
/// what threads share beside the lock, once a batch. Where that outweighs the division, more
/// threads are slower. This is the law of Gunther (1993) with coherency alone; h and s are the
/// least squares of the rows of several threads, relative to their times, and not negative. Where
/// all of these count equally many pages, s is 0.
PublishedReport fit_pin_time(const std::vector<PinTimeRow>& rows);

}  // namespace faultpath::analysis
