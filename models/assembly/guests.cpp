// Making guests, adding up what they count, and their laws.
#include "models/assembly/guests.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "models/assembly/stat_rows.hpp"
#include "sim/ensure.hpp"

namespace faultpath::models {
namespace {

void merge(MigrationStats& sum, const MigrationStats& other) {
  for (const auto& row : StatRows<MigrationStats>::kDistributions) {
    (sum.*row.member).merge(other.*row.member);
  }
}

}  // namespace

Guests::Guests(const SystemSpec& spec, const GuestHost& host) {
  for (const GuestMachineSpec& guest : spec.guests) {
    first_.push_back(guests_.size());
    counts_.push_back(guest.count);
    for (std::uint32_t i = 0; i < guest.count; ++i) {
      guests_.emplace_back(host, guest, fmt::format("guests/{}.{}", guest.name, i),
                           pool_of(host, guest.vcpus));
    }
  }
}

HostPool* Guests::pool_of(const GuestHost& host, const VirtualCpusSpec& spec) {
  if (!spec.overcommit) return nullptr;
  const OvercommitSpec& pool = *spec.overcommit;
  return &pools_.try_emplace(pool.pool, host.simulation, pool.cores, pool.slice, host.window)
              .first->second;
}

Guest& Guests::of(std::size_t place, std::uint64_t number) {
  return guests_[first_[place] + number % counts_[place]];
}

void Guests::connect(FaultLog& log) {
  for (Guest& guest : guests_) guest.connect(log);
}

Wire<UpMessage>::Deliver Guests::above(DeviceIndex device, Wire<UpMessage>::Deliver host) {
  Guest* const guest = of_function_[device.value];
  return guest != nullptr ? guest->viommu().above(host) : host;
}

void Guests::start() {
  for (Guest& guest : guests_) {
    guest.start();
    if (guest.migration() != nullptr) guest.migration()->start();
  }
}

void Guests::stop() {
  for (Guest& guest : guests_) {
    guest.stop();
    if (guest.migration() != nullptr) guest.migration()->stop();
  }
}

MigrationStats Guests::migrations(std::size_t place) const {
  MigrationStats sum;
  for (std::size_t i = 0; i < counts_[place]; ++i) {
    const Migration* const migration = guests_[first_[place] + i].migration();
    if (migration != nullptr) merge(sum, migration->stats());
  }
  return sum;
}

MigrationStats Guests::migrations() const {
  MigrationStats sum;
  for (std::size_t place = 0; place < counts_.size(); ++place) merge(sum, migrations(place));
  return sum;
}

sim::Duration Guests::of(const PageRequest& request) {
  Guest* const guest = of_function_[request.device.value];
  return guest != nullptr && request.last ? guest->enqueue_cost() : sim::Duration::zero();
}

Counters Guests::counters(std::size_t place) const {
  Counters sum;
  for (std::size_t i = 0; i < counts_[place]; ++i) {
    const Guest& guest = guests_[first_[place] + i];
    add_counts(sum, guest.vmm().stats());
    add_counts(sum, guest.vmm().limit_stats());
    add_counts(sum, guest.behaviour());
    add_counts(sum, guest.vmm().reader());
    add_counts(sum, guest.virtual_cpus().stats());
    add_counts(sum, guest.virtual_cpus().time_stats());
    if (guest.migration() != nullptr) add_counts(sum, guest.migration()->stats());
    add_counts(sum, guest.memory().stats());
    add_counts(sum, guest.mapping().stats());
    add_counts(sum, guest.memory().area_stats());
    add_counts(sum, guest.memory().cgroup_stats());
    add_counts(sum, guest.memory().oom_stats());
  }
  return sum;
}

Counters Guests::counters_of(DeviceIndex device) const {
  Counters sum;
  const Guest* const guest = of_function_[device.value];
  if (guest == nullptr) return sum;
  add_counts(sum, guest->vmm().answers(device));
  add_counts(sum, guest->viommu().stats(device));
  if (guest->viommu().bypasses_host()) add_counts(sum, guest->kernel().core().stats(device));
  return sum;
}

std::uint64_t Guests::ever_mapped() const {
  std::uint64_t pages = 0;
  for (const Guest& guest : guests_) pages += guest.mapping().ever_mapped();
  return pages;
}

std::uint64_t Guests::mapped_bytes() const {
  std::uint64_t bytes = 0;
  for (const Guest& guest : guests_) {
    bytes += static_cast<std::uint64_t>(guest.mapping().stats().mapped_bytes.value());
  }
  return bytes;
}

void Guests::discard_partial() {
  for (Guest& guest : guests_) guest.kernel().core().discard_partial();
}

bool Guests::lost_some() const {
  return std::ranges::any_of(guests_,
                             [](const Guest& guest) { return guest.vmm().unanswered() > 0; });
}

void Guests::check_conservation() const {
  for (const Guest& guest : guests_) {
    const Vmm& vmm = guest.vmm();
    ENSURE(guest.viommu().queue_is_empty(), "the queue of a guest is empty in the end");
    ENSURE(guest.kernel().core().groups() == 0, "a guest's handlers have no group in the end");
    ENSURE(guest.kernel().core().partial_requests() == 0, "a guest's groups have an end");
    ENSURE(guest.kernel().work_queue().active() == 0, "a guest's work queue has ended");
    std::size_t read = 0, abandoned = 0;
    for (const GuestFile& file : vmm.files()) {
      read += file.file.unanswered();
      abandoned += file.abandoned();
    }
    ENSURE(vmm.in_hand() == read, "the VMM knows of every group that it has not answered");
    ENSURE(vmm.unanswered() == 0 || vmm.totals().lost + abandoned > 0 ||
               vmm.reader().empty_reads > 0 || BrokenAnswers::concerns(guest.spec().behaviour),
           "a group without an answer has been lost in the guest");
  }
}

}  // namespace faultpath::models
