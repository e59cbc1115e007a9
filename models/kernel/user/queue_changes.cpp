// Detaching, replacing, closing and destroying.
#include "models/kernel/user/queue_changes.hpp"

namespace faultpath::models {

sim::Task<> QueueChanges::apply(UserAction action, DeviceIndex device) {
  Worker worker(processor_);
  co_await worker.enter();
  switch (action) {
    case UserAction::detach:
      co_await detach(device, worker);
      break;
    case UserAction::replace_same_file:
      co_await replace(device, true, worker);
      break;
    case UserAction::replace_new_file:
      co_await replace(device, false, worker);
      break;
    case UserAction::close:
      for (UserQueue* const queue : user_.first_queues(device)) queue->close();
      break;
    case UserAction::destroy:
      co_await destroy(device, worker);
      break;
  }
  co_await worker.pay();
}

std::vector<QueueChanges::Found> QueueChanges::found(DeviceIndex device) const {
  std::vector<Found> all;
  for (const Originator& who : attachments_.of(device)) {
    const Attachment& attachment = *attachments_.find(who);
    UserQueue* const queue = user_.queue_of(attachment);
    if (queue != nullptr) all.push_back({who, attachment, queue});
  }
  return all;
}

sim::Task<> QueueChanges::detach(DeviceIndex device, Worker& worker) {
  const std::vector<Found> all = found(device);
  for (const Found& each : all) {
    attachments_.detach(each.who);
    co_await each.queue->answer_invalid(each.attachment.handle, worker);
  }
}

sim::Task<> QueueChanges::replace(DeviceIndex device, bool same_file, Worker& worker) {
  const std::vector<Found> all = found(device);
  for (const Found& each : all) {
    UserQueue* const queue = same_file ? each.queue : &user_.add_file(*each.attachment.table);
    Attachment next = each.attachment;
    next.handler = queue;
    attachments_.detach(each.who);
    attachments_.attach(each.who, next);
    co_await queue->answer_invalid(each.attachment.handle, worker);
  }
}

sim::Task<> QueueChanges::destroy(DeviceIndex device, Worker& worker) {
  const std::vector<UserQueue*> queues = user_.first_queues(device);
  for (UserQueue* const queue : queues) {
    const std::vector<Found> users = found_in(*queue);
    for (const Found& each : users) attachments_.detach(each.who);
    queue->close();
    co_await queue->answer_invalid(std::nullopt, worker);
  }
}

std::vector<QueueChanges::Found> QueueChanges::found_in(const UserQueue& queue) const {
  std::vector<Found> all;
  for (std::uint32_t device = 0; device < attachments_.functions(); ++device) {
    for (const Found& each : found(DeviceIndex{device})) {
      if (each.queue == &queue) all.push_back(each);
    }
  }
  return all;
}

}  // namespace faultpath::models
