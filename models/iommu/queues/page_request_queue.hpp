// What hardware does with a page request that reaches its queue: the rules each architecture fills.
#pragma once

#include <cstdint>

#include "models/base/messages.hpp"
#include "models/iommu/iommu_switch.hpp"

namespace faultpath::models {

/// What became of a page request, and what the IOMMU does about it at once.
struct Arrival {
  enum class Fate { queued, answered, dropped } fate = Fate::queued;
  ResponseCode code = ResponseCode::success;  ///< if answered, by the hardware itself
  bool carries_pasid = true;                  ///< if answered: with the request's PASID, if any
  bool overflowed = false;                    ///< this request has set the overflow flag
  bool interrupt = false;                     ///< a message-signalled interrupt is sent
  bool logged = false;                        ///< a non-recoverable fault is recorded
};

/// A request that is not stored: answered with `code` if it is the last of its group and no stop
/// marker, else dropped silently. The rule is the same in every architecture.
inline Arrival lost(const PageRequest& request, bool stop_marker, ResponseCode code) {
  const bool answer = request.last && !stop_marker;
  return {.fate = answer ? Arrival::Fate::answered : Arrival::Fate::dropped, .code = code};
}
inline Arrival lost(const PageRequest& request, ResponseCode code) {
  return lost(request, request.stop_marker(), code);
}

/// The hardware half of a page request queue: instantaneous, without a clock. The software half is
/// the driver of the same architecture, which knows the registers of the concrete class.
class PageRequestQueue {
 public:
  virtual ~PageRequestQueue() = default;

  /// A page request has arrived: stores, answers or drops it.
  virtual Arrival arrive(const PageRequest& request) = 0;
  /// The same for a request whose PASID has no entry. Most queues do not look at PASID entries:
  /// then the request is software's to refuse.
  virtual Arrival arrive_without_pasid_entry(const PageRequest& request) { return arrive(request); }

  /// Software switches something on or off; `device` counts only where it is of a function.
  /// Requires what the kind has (iommu_events.hpp).
  virtual void set(IommuSwitch what, bool on, DeviceIndex device) = 0;

  virtual std::uint32_t usable_entries() const = 0;
  /// Entries that hold a request which software has not released.
  virtual std::uint32_t occupied() const = 0;
  virtual bool overflow() const = 0;
  /// A request of `who` is stored.
  virtual bool holds(const Originator& who) const = 0;
  /// Nothing of the group of `request` comes behind it.
  virtual bool ends_group(const PageRequest& request) const { return request.last; }
  /// No pending bit of the kind is set that keeps a further interrupt from being sent.
  virtual bool may_interrupt() const = 0;
};

}  // namespace faultpath::models
