// From a group to one queue, or to two.
#include "models/kernel/user/container_handler.hpp"

#include <utility>
#include <vector>

namespace faultpath::models {

void ContainerHandler::accept(IopfGroup& group) {
  if (second_stage_ == nullptr || second_stage_->miss_is_known()) return enqueue(group);
  Item& item = items_.take();
  item.handler = this;
  item.group = &group;
  work_.queue(item);
}

sim::Task<> ContainerHandler::walk(Item& item, Worker& worker) {
  IopfGroup& group = *item.group;
  items_.give(item);
  for (PageRequest& request : group.requests) {
    request.miss = second_stage_->find(*group.attachment.table, request, worker);
  }
  co_await worker.pay();
  enqueue(group);
}

void ContainerHandler::enqueue(IopfGroup& group) {
  const auto child = children_.find(group.attachment.table);
  if (child == children_.end()) return own_.accept(group);
  std::vector<PageRequest> first, second;
  for (const PageRequest& request : group.requests) {
    const bool of_second =
        second_stage_ != nullptr && request.miss.stage == WalkMiss::Stage::second;
    (of_second ? second : first).push_back(request);
  }
  HeldGroup& held = groups_.hold(group, first.empty() || second.empty() ? 1 : 2);
  if (!second.empty()) own_.deliver(held, std::move(second), true);
  if (!first.empty()) child->second->deliver(held, std::move(first), false);
}

sim::Task<> ContainerHandler::answer_invalid(std::optional<AttachHandle> attachment,
                                             Worker& worker) {
  for (FaultFile* const queue : queues_) co_await queue->answer_invalid(attachment, worker);
}

void ContainerHandler::close() {
  for (FaultFile* const queue : queues_) queue->close();
}

}  // namespace faultpath::models
