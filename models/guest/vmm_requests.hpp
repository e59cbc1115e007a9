// VMM requests: what strategies of a guest's kernel ask the VMM for.
#pragma once

#include <cstdint>

#include "models/guest/vmm.hpp"
#include "models/strategy/guest_exits.hpp"

namespace faultpath::models {

/// An exit to the VMM for each request. What it unmaps it invalidates on the host.
class VmmRequests final : public GuestExits, private IotlbFlush {
 public:
  explicit VmmRequests(Vmm& vmm) : vmm_(vmm) {}

  sim::Task<Service> request(Worker& worker, std::uint64_t) override {
    Service service;
    service.lock.emplace(co_await vmm_.request(worker));
    co_return service;
  }
  IotlbFlush& caches() override { return *this; }

 private:
  sim::Task<> invalidate(IoPageTable& table, IovaPage first, std::uint64_t pages) override {
    return vmm_.invalidations().invalidate_in_exit(table, first, pages);
  }

  Vmm& vmm_;
};

}  // namespace faultpath::models
