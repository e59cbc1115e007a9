// What the software of a machine sees of one IOMMU, of hardware or emulated.
#pragma once

#include <coroutine>
#include <cstdint>
#include <optional>

#include "models/base/messages.hpp"
#include "models/base/response_codes.hpp"
#include "models/iommu/interrupt_target.hpp"
#include "models/iommu/iommu_spec.hpp"
#include "models/iommu/queues/page_request_queue.hpp"
#include "models/iommu/register_trap.hpp"
#include "models/memory/iotlb_flush.hpp"
#include "sim/task.hpp"

namespace faultpath::models {

class FaultRecordUnit;

/// What software has to know of an IOMMU; it does not change during a run.
struct IommuTraits {
  std::uint32_t stage1_levels = 4;  ///< depth of first-stage tables, 3 to 5
  InterruptPolicySpec interrupt;    ///< when the page request interrupt is sent
  /// Software has to set dirty bits: a walk that wants to write gets read permission until then.
  bool software_sets_dirty = false;
};

/// Answer to a page request group in the codes of the kernel (Linux, struct iommu_page_response).
struct PageResponse {
  PrgIndex index;  ///< of a stall, its STAG
  std::optional<Pasid> pasid;
  LinuxResponse code = LinuxResponse::success;
};

/// One machine's kernel reaches its IOMMU through this interface alone. Two kernels in one
/// simulation have a port each; an emulated IOMMU implements it for the kernel of a guest.
class IommuPort : public IotlbFlush {
 public:
  IommuPort() = default;
  IommuPort(const IommuPort&) = delete;
  IommuPort& operator=(const IommuPort&) = delete;

  virtual const IommuTraits& traits() const = 0;
  /// The queue of page requests. Its registers are those of the concrete class, which only the
  /// driver of the same kind knows.
  virtual PageRequestQueue& queue() = 0;
  /// Who serves the driver's accesses to the registers of the queue; null: they take no time.
  virtual RegisterTrap* registers() { return nullptr; }
  /// Registers the receiver of the page request interrupt. Requires one call before the first
  /// request arrives.
  virtual void connect(InterruptTarget& target) = 0;
  /// The driver has written the head or the flags of the queue.
  virtual void queue_changed() = 0;
  /// The driver's write makes hardware send the page request interrupt again (RISC-V, ipsr.pip).
  virtual void interrupt() = 0;
  /// Records faults that cannot be recovered; null unless the scenario has a queue for them.
  virtual FaultRecordUnit* fault_records() { return nullptr; }
  /// Does the response to this request need its PASID? Where it does not, Linux before 6.9 finds
  /// the request by its index alone (IOMMU_FAULT_PAGE_RESPONSE_NEEDS_PASID).
  virtual bool response_needs_pasid(const PageRequest& request) const {
    return request.pasid.has_value();
  }

  class Respond;
  /// `co_await port.respond(device, response)`: page group response (VT-d 7.6.1); for a stall the
  /// RESUME command. The port encodes the code as its kind does. Goes on when software need not
  /// look after it any more: under VT-d with the status of a wait behind it, else when it is in the
  /// ring; at once, without a wait, where nobody else uses the ring and it costs nothing.
  Respond respond(DeviceIndex device, const PageResponse& response);

  /// IOTLB invalidation, then device TLB invalidation in every device of the table, then a wait;
  /// again, should the wait be aborted. Of a second stage it is the whole domain. Returns when all
  /// have completed. A device that does not answer in time is broken: software removes its context,
  /// so that nothing of it gets through any more, and what it had in use may be reused.
  sim::Task<> invalidate(IoPageTable& table, IovaPage first, std::uint64_t pages) override = 0;
  /// As invalidate(), of everything that the function's table holds, but in its device alone. A
  /// PASID has dropped what it had when it stopped: then it only orders (VT-d 7.10).
  virtual sim::Task<> invalidate_all(Originator who) = 0;

  /// Where accesses stall: the stream table entry terminates what comes, and CMD_STALL_TERM what
  /// stalls (IHI 0070, 4.7.2), until resume_stream(). Calls nest. Elsewhere nothing.
  virtual void terminate_stream(DeviceIndex device) = 0;
  virtual void resume_stream(DeviceIndex device) = 0;

 protected:
  ~IommuPort() = default;

 private:
  /// Responds if that takes no time and software need not wait; else false, and nothing else.
  virtual bool respond_at_once(DeviceIndex device, const PageResponse& response) = 0;
  /// The same with all waits.
  virtual sim::Task<> respond_in_turn(DeviceIndex device, PageResponse response) = 0;
};

/// Takes a coroutine frame only where the response has to wait.
class [[nodiscard]] IommuPort::Respond {
 public:
  Respond(IommuPort& port, DeviceIndex device, const PageResponse& response)
      : port_(port), device_(device), response_(response) {}

  bool await_ready() { return port_.respond_at_once(device_, response_); }
  template <class Promise>
  bool await_suspend(std::coroutine_handle<Promise> caller) {
    return in_turn_.emplace(port_.respond_in_turn(device_, response_)).await_suspend(caller);
  }
  void await_resume() {
    if (in_turn_) in_turn_->await_resume();
  }

 private:
  IommuPort& port_;
  DeviceIndex device_;
  PageResponse response_;
  std::optional<sim::Task<>> in_turn_;
};

inline IommuPort::Respond IommuPort::respond(DeviceIndex device, const PageResponse& response) {
  return {*this, device, response};
}

}  // namespace faultpath::models
