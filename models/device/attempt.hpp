// An operation of a device on its way from its first issue to its end.
#pragma once

#include <cstdint>
#include <memory>

#include "models/device/dma_ticket.hpp"
#include "models/device/lookahead.hpp"
#include "models/device/operation.hpp"
#include "sim/time.hpp"

namespace faultpath::models {

/// Belongs to the process that takes care of the operation, and is moved to the next one.
struct Attempt {
  Operation operation;
  std::uint32_t context = 0;
  sim::Time issued{};                 ///< for the first time
  std::uint32_t retransmissions = 0;  ///< so far
  bool diverted = false;              ///< its data is in the backup ring
  sim::Time stored{};                 ///< diverted: when all of it has arrived there
  DmaTicket ticket{};                 ///< none where no policy acts on it
  Lookahead::Hold waiting{};          ///< from its first miss to its end
  /// Shared by who asks for its pages and who sends it again: they will not come, which the sender
  /// is told. Null where nobody tells it.
  std::shared_ptr<bool> refused{};
};

}  // namespace faultpath::models
