// Premapping: the run of pages that one fault maps (VFIO IOPF RFC v2 3/6).
#pragma once

#include <cstdint>

#include "models/memory/io_page_table.hpp"

namespace faultpath::models {

/// Pages from `page` on, forward only and not aligned, that a fault maps: at most `most`, up to the
/// first that is mapped already or the end of the table. Zero when `page` itself is mapped.
std::uint64_t premap_run(const IoPageTable& table, IovaPage page, std::uint32_t most);

}  // namespace faultpath::models
