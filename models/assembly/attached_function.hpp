// A function of a device, and the host's software behind it.
#pragma once

#include <utility>

#include "models/base/access_observer.hpp"
#include "models/base/device_services.hpp"
#include "models/cpu/worker.hpp"
#include "models/device/function.hpp"
#include "models/kernel/prq/drain_procedure.hpp"
#include "models/memory/address_space.hpp"
#include "models/strategy/strategy.hpp"
#include "sim/time.hpp"

namespace faultpath::models {

/// What a function calls of the host: the strategy of its address space hears which pages it uses,
/// the kernel drains what it has asked for, and a thread copies out of its backup
/// ring.
class FunctionSoftware final : public AccessObserver, public DeviceServices {
 public:
  FunctionSoftware(Processor& processor, MemoryStrategy& strategy, DrainProcedure& drains,
                   AddressSpace& space)
      : processor_(processor), strategy_(strategy), drains_(drains), space_(space) {}

  const AddressSpace& space() const { return space_; }

  void used(std::optional<Pasid>, IovaPage page) override { strategy_.used(space_, page); }
  sim::Task<> quiesce(Originator who) override { return drains_.quiesce(who); }
  sim::Task<> copy_out(std::uint64_t bytes, double bandwidth) override {
    Worker worker(processor_);
    co_await worker.enter();
    worker.charge(sim::transfer_time(bytes, bandwidth));
    co_await worker.pay();
  }

 private:
  Processor& processor_;
  MemoryStrategy& strategy_;
  DrainProcedure& drains_;
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
