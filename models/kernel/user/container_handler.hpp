// The queues of a container: whose level a fault is of, and in which queue it lies.
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "models/cpu/work_queue.hpp"
#include "models/kernel/second_stage.hpp"
#include "models/kernel/user/fault_file.hpp"
#include "models/kernel/user/held_group.hpp"
#include "models/kernel/user/user_queue.hpp"
#include "sim/pool.hpp"
#include "sim/task.hpp"

namespace faultpath::models {

/// One queue for the second level, which all devices of the container share, and one for each table
/// of the first, its child. A stall record says which level is missing; for page requests the host
/// walks the first level by software, in a work item, since that reads guest memory. A group with
/// pages of both lies in two queues, a part in each. Without a second level the tables are the
/// container's own, and all groups lie in its queue.
/// Source: Brucker, Re: [PATCH V4 05/18] iommu/ioasid, 2021-04-07: "one queue for the parent and
/// one for each child"; who finds out the level is assumed.
class ContainerHandler final : public UserQueue {
 public:
  /// `second_stage` is null where it never misses.
  ContainerHandler(HeldGroups& groups, WorkQueue& work, FaultFile& own, SecondStage* second_stage)
      : groups_(groups), work_(work), own_(own), second_stage_(second_stage), queues_{&own} {}
  ContainerHandler(const ContainerHandler&) = delete;
  ContainerHandler& operator=(const ContainerHandler&) = delete;

  /// The first-level table has a queue of its own.
  void add_child(const IoPageTable& table, FaultFile& queue) {
    if (children_.emplace(&table, &queue).second) queues_.push_back(&queue);
  }

  void accept(IopfGroup& group) override;
  sim::Task<> answer_invalid(std::optional<AttachHandle> attachment, Worker& worker) override;
  void close() override;

 private:
  struct Item : WorkItem {
    ContainerHandler* handler = nullptr;
    IopfGroup* group = nullptr;
    sim::Task<> run(Worker& worker) override { return handler->walk(*this, worker); }
  };
  sim::Task<> walk(Item& item, Worker& worker);
  void enqueue(IopfGroup& group);

  HeldGroups& groups_;
  WorkQueue& work_;
  FaultFile& own_;
  SecondStage* second_stage_;
  std::map<const IoPageTable*, FaultFile*> children_;
  std::vector<FaultFile*> queues_;  ///< in the order in which they were made
  sim::Pool<Item> items_;
};

}  // namespace faultpath::models
