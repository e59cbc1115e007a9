// Who receives the interrupt of a page request queue.
#pragma once

namespace faultpath::models {

/// An interrupt handler of the kernel, as request_threaded_irq() registers it.
class InterruptTarget {
 public:
  /// The message has left the IOMMU; its way to a core is the receiver's.
  virtual void interrupt() = 0;

 protected:
  ~InterruptTarget() = default;
};

}  // namespace faultpath::models
