// Swap: the disk behind swap and files.
#pragma once

#include <cstdint>
#include <string>

#include "models/cpu/worker.hpp"
#include "models/memory/free_frames.hpp"
#include "models/memory/memory_spec.hpp"
#include "models/memory/page_store.hpp"
#include "sim/platform.hpp"
#include "sim/simulation.hpp"
#include "sim/task.hpp"

namespace faultpath::models {

/// A page at a time, as many at once as the queue is deep.
class Swap {
 public:
  /// `name` names the disk in SimGrid: no two of a simulation have the same.
  Swap(sim::Simulation& simulation, const SwapSpec& spec, const std::string& name,
       PageSize size = {});

  /// Reads a page of swap or of a file, which is busy meanwhile. The worker sleeps, unless
  /// swap is synchronous: then it copies the page itself.
  sim::Task<> read(Flags& page, FreeFrames& pool, Worker& worker);
  /// Reads so many bytes in one request.
  sim::Task<> fetch(std::uint64_t bytes);
  sim::Task<> write();
  /// Is there a place for another page? Else reclaim leaves anonymous memory alone (Linux,
  /// can_reclaim_anon_pages()).
  bool has_room() const { return used_ < places_; }
  /// The page has a place in swap from now on; it may have one already.
  void take_place(PageState& page);
  /// Its place, if it has one, is free.
  void give_place(PageState& page);
  /// A page has come back. While more than half of swap is taken its place is free at once, and the
  /// page is as good as never written (Linux, vm_swap_full()).
  void brought_back(PageState& page);
  /// The processor itself copies pages of swap; what one takes.
  bool is_synchronous() const { return spec_.synchronous; }
  sim::Duration copy_time() const { return copy_time_; }

 private:
  sim::Simulation& simulation_;
  const SwapSpec spec_;
  const std::uint64_t page_;  // bytes
  const sim::Duration copy_time_;
  const std::uint64_t places_;  // for a page each
  std::uint64_t used_ = 0;
  sim::PlatformDisk& disk_;
};

}  // namespace faultpath::models
