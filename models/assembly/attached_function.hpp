// A function of a device, and the host's software behind it.
#pragma once

#include <utility>

#include "models/base/access_observer.hpp"
#include "models/base/device_services.hpp"
#include "models/cpu/worker.hpp"
#include "models/device/function.hpp"
#include "models/kernel/fault_driver.hpp"
#include "models/memory/address_space.hpp"
#include "models/strategy/strategy.hpp"
#include "sim/core_pool.hpp"

namespace faultpath::models {

/// What a function calls of the host: the strategy of its address space hears which pages it uses,
/// the driver of the IOMMU drains what it has asked for, and a thread copies out of its backup
/// ring.
class FunctionSoftware final : public AccessObserver, public DeviceServices {
 public:
  FunctionSoftware(sim::Simulation& simulation, sim::CorePool& cores, MemoryStrategy& strategy,
                   FaultDriver& driver, AddressSpace& space)
      : simulation_(simulation),
        cores_(cores),
        strategy_(strategy),
        driver_(driver),
        space_(space) {}

  const AddressSpace& space() const { return space_; }

  void used(std::optional<Pasid>, IovaPage page) override { strategy_.used(space_, page); }
  sim::Task<> quiesce(Originator who) override { return driver_.quiesce(who); }
  sim::Task<> copy_out(std::uint64_t bytes, double bandwidth) override {
    Worker worker(simulation_, cores_);
    co_await worker.enter();
    worker.charge(sim::transfer_time(bytes, bandwidth));
    co_await worker.pay();
  }

 private:
  sim::Simulation& simulation_;
  sim::CorePool& cores_;
  MemoryStrategy& strategy_;
  FaultDriver& driver_;
  AddressSpace& space_;
};

/// The software outlives the function that calls it.
struct AttachedFunction {
  AttachedFunction(const FunctionSoftware& host, const DeviceSpec& spec, FunctionPlan plan,
                   FunctionWiring wiring)
      : software(host), function(spec, std::move(plan), wired(wiring, spec)) {}

  FunctionSoftware software;
  Function function;

 private:
  FunctionWiring& wired(FunctionWiring& wiring, const DeviceSpec& spec) {
    wiring.services = &software;
    if (spec.reports_access) wiring.observer = &software;
    return wiring;
  }
};

}  // namespace faultpath::models
