// Page reader: from file and swap to frames, the neighbours with the page.
#pragma once

#include <cstdint>
#include <vector>

#include "models/memory/memory_spec.hpp"
#include "models/memory/process_memory.hpp"
#include "models/memory/read_windows.hpp"
#include "sim/task.hpp"

namespace faultpath::models {

struct AreaFaultSetting;

/// Reads ahead only into frames that are free: it never reclaims for that. What comes along is in
/// the cache, but in no page table: it saves the next fault its I/O, not the fault.
class PageReader {
 public:
  explicit PageReader(const AreaFaultSetting& setting) : setting_(setting) {}

  /// Reads a page of a file, which has its frame, and the window around it in one request. The
  /// worker sleeps.
  sim::Task<> read_file(ProcessMemory& process, IovaPage page, Worker& worker);
  /// A page that a read has marked is used: begins to read what follows, and waits for nothing.
  void read_on(ProcessMemory& process, IovaPage page);
  /// Reads a page of swap likewise, each of the window by a request of its own; waits for that page
  /// alone.
  sim::Task<> read_swap(ProcessMemory& process, IovaPage page, Worker& worker);

 private:
  bool begin(ProcessMemory& process, IovaPage page, PageFlag source);
  void end(ProcessMemory& process, IovaPage page, bool ahead);
  sim::Process read_ahead(ProcessMemory& process, IovaPage page);
  std::vector<IovaPage> begin_others(ProcessMemory& process, ReadWindow window, IovaPage page);
  void mark(ProcessMemory& process, const std::vector<IovaPage>& read);
  sim::Process read_window(ProcessMemory& process, std::vector<IovaPage> pages);

  const AreaFaultSetting& setting_;
};

}  // namespace faultpath::models
