// Areas: the declared areas of a process, and what a fault has to know of each (its VMAs).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "models/base/address.hpp"
#include "models/base/area_spec.hpp"
#include "models/base/runs.hpp"

namespace faultpath::models {

/// What the kernel remembers of the reads of an area, to size the next.
struct ReadHistory {
  /// Of a file: misses less hits, at least 0 (Linux, file_ra_state.mmap_miss).
  std::uint32_t misses = 0;
  /// Of a file: where the read after the last begins (Linux, file_ra_state.start + size), and the
  /// page whose use begins it.
  IovaPage behind{}, mark{};
  /// Of swap: the page of the last fault, pages of its window, and how many that were read ahead
  /// have been used since (Linux, vma->swap_readahead_info).
  IovaPage previous{};
  std::uint32_t window = 0, hits = 4;  // SWAP_RA: 4 hits before the first fault
};

struct Area {
  std::string name;
  Runs::Run pages;          ///< addresses
  std::uint64_t there = 0;  ///< pages up to the end of the file
  Backing kind{};
  bool shared = false;
  bool writable = true;
  AreaSpec::Huge huge{};
  AreaSpec::Advice advice{};
  std::vector<std::uint64_t> folios;  ///< pages of each, the largest first
  bool userfaultfd = false;
  bool mlock = false;
  ReadHistory history;

  IovaPage first() const { return {pages.first}; }
  IovaPage end() const { return {pages.first + there}; }
  /// Reclaim does not spare what is used.
  bool ignores_use() const { return advice != AreaSpec::Advice::normal; }
  bool has_huge_pages() const { return huge != AreaSpec::Huge::never; }
  bool is_private_anonymous() const { return kind == Backing::anonymous && !shared; }
};

/// The areas of a process, ascending; none: they are not declared, and every page of the process
/// may be read and written.
class Areas {
 public:
  Areas() = default;
  /// Areas without a place follow the one before them. Requires that none overlap.
  explicit Areas(const std::vector<AreaSpec>& specs, PageSize size = {});

  /// The addresses of each, in the order of `specs`, beyond the end of a file too.
  static std::vector<Runs::Run> places(const std::vector<AreaSpec>& specs, PageSize size = {});

  bool declared() const { return !areas_.empty(); }
  const std::vector<Area>& all() const { return areas_; }
  /// The pages that are there: beyond the end of a file are none (SIGBUS).
  Runs pages() const;
  /// The area around an address; null if there is none.
  const Area* find(IovaPage page) const;
  Area* find(IovaPage page) {
    return const_cast<Area*>(static_cast<const Areas*>(this)->find(page));
  }
  /// May the page be read, or written? Requires that it is a page of the process.
  bool permits(IovaPage page, bool write) const { return !write || find(page)->writable; }

  bool ran_elsewhere = false;    ///< the process runs on other CPUs than the one that unmaps
  std::uint32_t sharers = 0;     ///< children that share the private pages since a fork
  std::uint64_t left_to_them{};  ///< frames that only they have, because of copies on write

 private:
  std::vector<Area> areas_;
  mutable std::size_t recent_ = 0;
};

}  // namespace faultpath::models
