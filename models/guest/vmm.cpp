// Exits and answers.
#include "models/guest/vmm.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

namespace faultpath::models {
namespace {

ResponseCode code_of(LinuxResponse response) {
  switch (response) {
    case LinuxResponse::success:
      return ResponseCode::success;
    case LinuxResponse::invalid:
      return ResponseCode::invalid;
    case LinuxResponse::failure:
      break;
  }
  return ResponseCode::failure;
}

void mark(const GuestFile* file, PrgIndex index, sim::Time now, FaultStage stage) {
  if (file != nullptr) file->mark(index, now, stage);
}

sim::Process run(sim::Task<> work, bool& done) {
  co_await std::move(work);
  done = true;
}

}  // namespace

Vmm::Vmm(const VmmSetting& setting)
    : setting_(setting),
      costs_(setting.simulation, setting.spec.costs, setting.path),
      groups_(setting.core),
      held_cpu_(setting.virtual_cpus),
      invalidations_(setting, costs_, stats_, limit_stats_),
      thread_(setting.simulation, setting.cores, setting.spec.records, costs_,
              setting.spec.fault_thread == FaultThread::main_loop ? &setting.lock : nullptr,
              setting.path + "/fault thread") {}

void Vmm::connect(FaultLog& log) {
  log_ = &log;
  for (GuestFile& file : files_) file.connect(log);
}

void Vmm::connect(VirtualIommu& viommu) {
  const GuestLimitsSpec& limits = setting_.spec.limits;
  if (!limits.concern_groups()) return thread_.connect(viommu);
  thread_.connect(limited_.emplace(setting_.simulation, limits, *this, viommu));
}

// Null if there is none.
GuestFile* Vmm::find(Originator who) {
  if (setting_.files_per_device) who.pasid.reset();
  const auto found = std::ranges::find(files_, who, &GuestFile::who);
  return found != files_.end() ? &*found : nullptr;
}

GuestFile& Vmm::file_of(Originator who) {
  if (GuestFile* const found = find(who)) return *found;
  if (setting_.files_per_device) who.pasid.reset();
  GuestFile& file =
      files_.emplace_back(setting_.simulation, groups_, answer_counts_,
                          fmt::format("{}/fault file {}", setting_.path, files_.size()), who);
  if (log_ != nullptr) file.connect(*log_);
  thread_.add(file);
  return file;
}

sim::Task<> Vmm::trap() {
  stats_.exits_user += counts();
  co_await setting_.virtual_cpus.spend(costs_.exit());
  co_await setting_.lock.take();
  co_await setting_.virtual_cpus.spend(costs_.access());
  setting_.lock.give();
}

sim::Task<> Vmm::answer(DeviceIndex device, PageResponse response) {
  GuestFile* const file = find({device, response.pasid});
  if (file != nullptr) file->take_back(response.index);
  mark(file, response.index, setting_.simulation.now(), FaultStage::guest_exit);
  stats_.exits_user += counts();
  co_await setting_.virtual_cpus.spend(costs_.exit());
  sim::SemaphoreUnit locked = co_await setting_.lock.hold();
  co_await setting_.virtual_cpus.spend(costs_.access());
  if (setting_.spec.answer == AnswerServed::later) {
    locked.release();
    bool done = false;
    setting_.simulation.start(run(answer_in_thread(file, response), done), setting_.path.c_str());
    while (!done) co_await trap();
    co_return;
  }
  Worker worker(held_cpu_);
  co_await worker.enter();
  co_await answer_all(file, response, worker);
}

sim::Task<> Vmm::kicked_answer(DeviceIndex device, PageResponse response, sim::Duration kick) {
  GuestFile* const file = find({device, response.pasid});
  if (file != nullptr) file->take_back(response.index);
  mark(file, response.index, setting_.simulation.now(), FaultStage::guest_exit);
  stats_.exits_kernel += counts();
  co_await setting_.virtual_cpus.spend(kick);
  co_await answer_in_thread(file, response);
}

// A thread of the VMM has to be woken.
sim::Task<> Vmm::answer_in_thread(GuestFile* file, PageResponse response) {
  Worker worker(setting_.cores);
  co_await worker.enter();
  worker.charge(costs_.wake_up());
  co_await worker.pay();
  const sim::SemaphoreUnit locked = co_await setting_.lock.hold();
  co_await answer_all(file, response, worker);
}

// The VMM finds the groups, and writes the answer of each.
sim::Task<> Vmm::answer_all(GuestFile* file, PageResponse response, Worker& worker) {
  mark(file, response.index, setting_.simulation.now(), FaultStage::vmm_answer);
  worker.charge(costs_.answer());
  co_await worker.pay();
  std::vector<FaultMessage> answered;
  if (file != nullptr) answered = file->take(response.index);
  stats_.answers_unmatched += answered.empty() && counts();
  for (const FaultMessage& message : answered) {
    const bool taken = co_await write(*file, message, code_of(response.code), worker);
    stats_.answers += taken && counts();
  }
}

sim::Task<bool> Vmm::write(GuestFile& file, const FaultMessage& message, ResponseCode code,
                           Worker& worker) {
  file.mark(message, worker.paid(), FaultStage::respond);
  worker.charge(costs_.respond());
  co_await file.file.lock(worker);
  const bool taken = co_await file.file.write({&message, &message, code}, worker);
  file.file.unlock();
  if (!taken && file.file.waits_for(message)) file.abandon(message);
  co_await worker.pay();
  co_return taken;
}

std::size_t Vmm::in_hand() const {
  std::size_t groups = limited_ ? limited_->delayed() : 0;
  for (const GuestFile& file : files_) groups += file.remembered() + file.abandoned();
  return groups;
}

sim::Task<sim::SemaphoreUnit> Vmm::request(Worker& worker) {
  stats_.exits_user += counts();
  worker.charge(costs_.exit());
  co_await worker.pay();
  sim::SemaphoreUnit locked = co_await setting_.lock.hold();
  worker.charge(costs_.access());
  co_await worker.pay();
  co_return locked;
}

void Vmm::forget(GuestFile& file) {
  file.forget_all();
  if (limited_) limited_->forget(file);
}

}  // namespace faultpath::models
