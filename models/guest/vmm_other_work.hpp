// Other work of a VMM: what holds its lock besides faults and exits.
#pragma once

#include <cstdint>
#include <string>

#include "models/base/window.hpp"
#include "models/cpu/processor.hpp"
#include "models/cpu/random_cost.hpp"
#include "models/guest/vmm_spec.hpp"
#include "sim/distribution.hpp"
#include "sim/process.hpp"
#include "sim/semaphore.hpp"
#include "sim/simulation.hpp"

namespace faultpath::models {

struct VmmOtherWorkSetting {
  sim::Simulation& simulation;
  const VmmOtherWorkSpec& spec;
  Processor& cores;      ///< of the host
  sim::Semaphore& lock;  ///< of the VMM
  const StatisticsWindow& window;
  std::uint64_t& sections;  ///< where they are counted
  std::string path;
};

/// Sections arrive as a Poisson stream of the rate that is written, whatever the lock does
/// meanwhile, and queue for it together with the thread for faults and with exits, first come first
/// served. So a fault waits as a customer of M/D/1 does: rho * hold / (2 (1 - rho)) on the average
/// for a constant hold, rho = rate * hold, if faults are too rare to delay a section. It keeps no
/// run alive. Requires rho < 1.
class VmmOtherWork {
 public:
  explicit VmmOtherWork(const VmmOtherWorkSetting& setting);
  VmmOtherWork(const VmmOtherWork&) = delete;
  VmmOtherWork& operator=(const VmmOtherWork&) = delete;

  /// Sections arrive from now on, until stop().
  void start();
  void stop() { stopped_ = true; }

 private:
  sim::Process arrivals();
  sim::Process section();

  const VmmOtherWorkSetting setting_;
  RandomCost gap_, hold_;
  bool stopped_ = false;
};

}  // namespace faultpath::models
