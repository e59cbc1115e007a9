// The guests of a system.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <vector>

#include "models/assembly/system_spec.hpp"
#include "models/base/wire.hpp"
#include "models/guest/guest.hpp"
#include "models/kernel/prq/report_cost.hpp"
#include "models/metrics/fault_log.hpp"
#include "models/metrics/metrics.hpp"

namespace faultpath::models {

/// Every instance of every guest, and which function belongs to which.
class Guests final : public ReportCost {
 public:
  /// `spec` and what `host` refers to outlive this.
  Guests(const SystemSpec& spec, const GuestHost& host);
  Guests(const Guests&) = delete;
  Guests& operator=(const Guests&) = delete;

  bool empty() const { return guests_.empty(); }
  /// An instance of the guest at this place of the spec; `number` modulo its count.
  Guest& of(std::size_t place, std::uint64_t number);
  void connect(FaultLog& log);
  /// The function belongs to this guest. Functions are added in their order; null: to none.
  void add_function(Guest* guest) { of_function_.push_back(guest); }

  /// Where messages of the function go, which would go to `host`.
  Wire<UpMessage>::Deliver above(DeviceIndex device, Wire<UpMessage>::Deliver host);
  /// Migrations, and what broken guests do, begin with the devices and end with them.
  void start();
  void stop();

  /// What a fault file costs the host's interrupt thread, for the last request of a group.
  sim::Duration of(const PageRequest& request) override;

  /// Whole numbers of the instances of the guest at this place of the spec, and of the functions of
  /// `device`.
  Counters counters(std::size_t place) const;
  Counters counters_of(DeviceIndex device) const;
  /// Of all migrations, and of those of the guest at this place.
  MigrationStats migrations() const;
  MigrationStats migrations(std::size_t place) const;
  std::uint64_t ever_mapped() const;
  /// Aborts if a law of conservation does not hold: everything that a guest was given has an end.
  void check_conservation() const;
  std::uint64_t mapped_bytes() const;
  /// Partial groups of guests are dropped, as when their devices are removed.
  void discard_partial();
  /// Page requests in groups that their guest has lost, or refused to answer properly, and of which
  /// the devices wait for ever.
  bool lost_some() const;

 private:
  HostPool* pool_of(const GuestHost& host, const VirtualCpusSpec& spec);

  std::map<std::string, HostPool> pools_;  // that virtual CPUs of several guests share, by name
  std::deque<Guest> guests_;
  std::vector<std::size_t> first_;  // of each spec, in guests_
  std::vector<std::uint32_t> counts_;
  std::vector<Guest*> of_function_;
};

}  // namespace faultpath::models
