// The driver of AMD's peripheral page request log.
#pragma once

#include "models/iommu/queues/amd_ppr_log.hpp"
#include "models/kernel/prq/prq_thread.hpp"

namespace faultpath::models {

/// Source: Linux drivers/iommu/amd/ppr.c and init.c. Entries are freed one by one. A request
/// without PASID is answered FAILURE, whether it is the last of its group or not. After an overflow
/// the log is restarted; partial groups are kept, so that a stale one can be glued to a later
/// group.
class AmdDriver final : public PrqThread {
 public:
  AmdDriver(const PrqSetting& setting, AmdPprLog& log) : PrqThread(setting), log_(log) {}

 private:
  sim::Task<> run_once() override;
  sim::Task<> poll();

  AmdPprLog& log_;
};

}  // namespace faultpath::models
