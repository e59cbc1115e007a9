// Guest router: whether a fault of a guest's device is the host's, of the second stage, or the
// guest's.
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "models/base/page_fault.hpp"
#include "models/cpu/work_queue.hpp"
#include "models/guest/guest_file.hpp"
#include "models/guest/vmm_costs.hpp"
#include "models/kernel/fault_handler.hpp"
#include "models/kernel/iopf_core.hpp"
#include "models/kernel/second_stage.hpp"
#include "models/kernel/user/held_group.hpp"
#include "models/strategy/strategy.hpp"
#include "sim/pool.hpp"
#include "sim/task.hpp"

namespace faultpath::models {

struct GuestRouterSetting {
  NestedSetting walk;  ///< how the host finds out what a request misses
  IopfCore& core;      ///< of the host
  WorkQueue& work;     ///< of the host
  VmmCosts& costs;
  HeldGroups& groups;        ///< of the VMM
  IoPageTable& table;        ///< the second stage
  MemoryStrategy& strategy;  ///< who maps it
};

/// Where the second stage is on demand. A page request tells only the address, so that a work item
/// of the host walks the guest's tables by software. Guest pages that are missing, of tables or of
/// data, are brought by the strategy of the second stage; the other requests are the guest's. A
/// group with both is answered when both parts have been: Success if both are.
/// Source: none in Linux, which pins the second stage; assumed.
class GuestRouter {
 public:
  explicit GuestRouter(const GuestRouterSetting& setting);
  GuestRouter(const GuestRouter&) = delete;
  GuestRouter& operator=(const GuestRouter&) = delete;

  /// In front of this file.
  FaultHandler& before(GuestFile& file);

 private:
  struct Entrance final : FaultHandler {
    Entrance(GuestRouter& to, GuestFile& of) : router(to), file(of) {}
    void accept(IopfGroup& group) override { router.accept(group, file); }
    GuestRouter& router;
    GuestFile& file;
  };
  struct Item : WorkItem {
    GuestRouter* router = nullptr;
    IopfGroup* group = nullptr;
    GuestFile* file = nullptr;
    sim::Task<> run(Worker& worker) override { return router->route(*this, worker); }
  };

  void accept(IopfGroup& group, GuestFile& file);
  sim::Task<> route(Item& item, Worker& worker);
  sim::Task<ResponseCode> bring(IopfGroup& group, std::vector<PageRequest> missing, Worker& worker);

  GuestRouterSetting setting_;
  SecondStage second_stage_;
  std::map<const GuestFile*, Entrance> entrances_;
  sim::Pool<Item> items_;
};

}  // namespace faultpath::models
