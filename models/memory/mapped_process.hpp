// A process and one I/O page table over its memory.
#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "models/memory/io_page_table.hpp"
#include "models/memory/process_memory.hpp"

namespace faultpath::models {

/// For a process that has no other table.
struct MappedProcess {
  MappedProcess(PageStore& store, std::string name, std::uint32_t tag, Runs areas,
                const BackingSpec& backing)
      : process(store, std::move(name), std::move(areas), backing), table(store, process, tag) {}

  ProcessMemory process;
  IoPageTable table;
};

}  // namespace faultpath::models
