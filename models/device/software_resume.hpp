// Partial completion: the device says how far it has come, and software submits the rest.
#pragma once

#include <cstdint>

#include "models/device/fault_asker.hpp"
#include "sim/distribution.hpp"

namespace faultpath::models {

/// The device neither waits nor asks. Its completion record says which page was absent; the process
/// touches that page as its CPU does, and submits a descriptor for what is left. Source: Linux
/// drivers/dma/idxd, work queues without block_on_fault: completion code PAGE_FAULT_NOBOF.
class SoftwareResume final : public FaultAsker {
 public:
  SoftwareResume(FunctionContext& function, const Neighbours& neighbours, const PartialSpec& spec);

  sim::Task<bool> ask(Question question) override;
  std::uint32_t most_pages() const override { return 1; }

 private:
  sim::Distribution notice_, submit_;
  sim::RandomStream notice_stream_, submit_stream_;
};

}  // namespace faultpath::models
