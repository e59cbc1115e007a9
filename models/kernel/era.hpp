// Eras of the kernel's I/O page fault core, by name; eras.hpp has the table of their rules.
#pragma once

namespace faultpath::models {

/// The first version of Linux of each.
enum class Era { v5_1, v5_12, v6_7, v6_9, v6_11, v7_1 };

}  // namespace faultpath::models
