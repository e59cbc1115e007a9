// The loop of the thread.
#include "models/guest/vmm_thread.hpp"

#include <algorithm>
#include <utility>

namespace faultpath::models {

VmmThread::VmmThread(sim::Simulation& simulation, Processor& cores, std::uint32_t records,
                     VmmCosts& costs, sim::Semaphore* lock, std::string path)
    : simulation_(simulation),
      path_(std::move(path)),
      records_(records),
      costs_(costs),
      lock_(lock),
      worker_(cores) {
  simulation_.start_service(run(), path_.c_str());
}

sim::Process VmmThread::run() {
  for (;;) {
    while (!has_work()) co_await sleep();
    co_await take_lock();
    if (due() <= simulation_.now()) co_await sink_->tend(worker_);
    for (std::size_t i = 0; i < files_.size(); ++i) {
      if (may_read(files_[i])) co_await serve(files_[i]);
    }
    if (lock_ != nullptr) lock_->give();
  }
}

bool VmmThread::has_work() const {
  return std::ranges::any_of(files_, [&](const File& each) { return may_read(each); }) ||
         due() <= simulation_.now();
}

// It sleeps before it is connected.
sim::Time VmmThread::due() const { return sink_ != nullptr ? sink_->due() : sim::kEndOfTime; }

bool VmmThread::may_read(const File& from) const {
  const FaultFile& file = from.file->file;
  return file.readable() && file.first() != from.too_large;
}

// With a group that is too large in front it keeps its CPU.
sim::Task<> VmmThread::sleep() {
  woken_.reset();
  const bool turns_round =
      std::ranges::any_of(files_, [](const File& each) { return each.file->file.readable(); });
  if (!turns_round && worker_.on_core()) worker_.leave();
  co_await woken_.wait_until(due());
  if (turns_round) co_return;
  ++stats_.reader_wake_ups;
  co_await worker_.enter();
  worker_.charge(costs_.wake_up());
  co_await worker_.pay();
}

sim::Task<> VmmThread::take_lock() {
  if (lock_ == nullptr || lock_->try_take()) co_return;
  mark_unread(FaultStage::vmm_lock);
  worker_.leave();
  co_await lock_->take();
  co_await worker_.enter();
}

sim::Task<> VmmThread::serve(File& from) {
  GuestFile& file = *from.file;
  file.mark_unread(FaultStage::vmm_read);
  worker_.charge(costs_.read());
  co_await file.file.lock(worker_);
  batch_.clear();
  file.read(records_, batch_);
  if (batch_.empty()) {
    ++stats_.empty_reads;
    from.too_large = file.file.first();
  }
  file.file.unlock();
  if (batch_.empty() && sink_->takes_oversized()) co_return co_await reject_oversized(file);
  file.mark_unread(FaultStage::vmm_wake_up);
  const sim::Time read = simulation_.now();
  for (const FaultMessage& message : batch_) file.mark(message, read, FaultStage::vmm_queue);
  for (FaultMessage& message : batch_) {
    if (!file.file.waits_for(message)) continue;  // the guest has gone off it
    co_await sink_->deliver(file, std::move(message), worker_);
  }
}

// Another read(), with a buffer for this group alone.
sim::Task<> VmmThread::reject_oversized(GuestFile& file) {
  worker_.charge(costs_.read());
  co_await file.file.lock(worker_);
  if (file.file.readable() && file.file.first_size() > records_) {
    file.read(static_cast<std::uint32_t>(file.file.first_size()), batch_);
  }
  file.file.unlock();
  for (FaultMessage& message : batch_) co_await sink_->reject(file, std::move(message), worker_);
}

void VmmThread::mark_unread(FaultStage stage) const {
  for (const File& each : files_) each.file->mark_unread(stage);
}

}  // namespace faultpath::models
