// Caps, tokens and time-outs.
#include "models/guest/limited_delivery.hpp"

#include <algorithm>
#include <utility>

#include "models/guest/vmm.hpp"

namespace faultpath::models {

LimitedDelivery::LimitedDelivery(const sim::Simulation& simulation, const GuestLimitsSpec& spec,
                                 Vmm& vmm, VirtualIommu& viommu)
    : simulation_(simulation), spec_(spec), vmm_(vmm), viommu_(viommu) {
  if (spec_.injection) injection_.emplace(*spec_.injection);
}

sim::Task<> LimitedDelivery::deliver(GuestFile& file, FaultMessage message, Worker& worker) {
  if (spec_.pending_groups && vmm_.in_hand() >= *spec_.pending_groups) {
    vmm_.limit_stats().groups_limited += message.records.back().counted;
    co_await answer_invalid(file, message, worker);
    co_return;
  }
  const sim::Time now = simulation_.now();
  if (injection_ && (!delayed_.empty() || injection_->next(now) > now)) {
    vmm_.limit_stats().groups_delayed += message.records.back().counted;
    file.mark(message, now, FaultStage::vmm_limit);
    delayed_.push_back({&file, std::move(message)});
    co_return;
  }
  co_await ask(file, std::move(message), worker);
}

// From now on the guest has to answer.
sim::Task<> LimitedDelivery::ask(GuestFile& file, FaultMessage message, Worker& worker) {
  const sim::Time now = simulation_.now();
  if (injection_) injection_->take(now);
  if (spec_.timeout) timed_.push_back({&file, message, now + *spec_.timeout});
  co_await viommu_.deliver(file, std::move(message), worker);
}

sim::Task<> LimitedDelivery::reject(GuestFile& file, FaultMessage message, Worker& worker) {
  vmm_.limit_stats().groups_oversized += message.records.back().counted;
  co_await answer_invalid(file, message, worker);
}

sim::Task<> LimitedDelivery::answer_invalid(GuestFile& file, const FaultMessage& message,
                                            Worker& worker) {
  file.mark(message, worker.paid(), FaultStage::vmm_answer);
  worker.charge(vmm_.costs().answer());
  co_await vmm_.write(file, message, ResponseCode::invalid, worker);
}

sim::Time LimitedDelivery::due() {
  drop_answered();
  const sim::Time late = timed_.empty() ? sim::kEndOfTime : timed_.front().deadline;
  if (delayed_.empty()) return late;
  return std::min(late, injection_->next(simulation_.now()));
}

sim::Task<> LimitedDelivery::tend(Worker& worker) {
  for (drop_answered(); !timed_.empty() && timed_.front().deadline <= simulation_.now();
       drop_answered()) {
    Waiting late = std::move(timed_.front());
    timed_.pop_front();
    co_await time_out(std::move(late), worker);
  }
  while (!delayed_.empty() && injection_->next(simulation_.now()) <= simulation_.now()) {
    Waiting next = std::move(delayed_.front());
    delayed_.pop_front();
    co_await ask(*next.file, std::move(next.message), worker);
  }
}

// One that nobody has any more is being answered, by the thread of a virtual CPU. It gets as much
// time again, should that answer be refused.
sim::Task<> LimitedDelivery::time_out(Waiting late, Worker& worker) {
  if (!late.file->forget(late.message)) {
    late.deadline = simulation_.now() + *spec_.timeout;
    timed_.push_back(std::move(late));
    co_return;
  }
  late.file->take_back(late.message);
  vmm_.limit_stats().groups_timed_out += late.message.records.back().counted;
  co_await answer_invalid(*late.file, late.message, worker);
}

void LimitedDelivery::forget(const GuestFile& file) {
  std::erase_if(delayed_, [&](const Waiting& each) { return each.file == &file; });
}

void LimitedDelivery::drop_answered() {
  while (!timed_.empty() && !timed_.front().file->file.waits_for(timed_.front().message)) {
    timed_.pop_front();
  }
}

}  // namespace faultpath::models
