// Draining the VT-d page request queue.
#include "models/kernel/prq/vtd_driver.hpp"

namespace faultpath::models {

// PPR is cleared before the tail is read, or an arrival in between would go unnoticed.
sim::Task<> VtdDriver::run_once() {
  do {
    if (trap() != nullptr) co_await trap()->access(RegisterUse::begin_run, 1);
    queue_.clear_pending();
    if (trap() != nullptr) co_await trap()->access(RegisterUse::read_tail, 2);  // and the head
    const std::uint32_t tail = queue_.tail();
    for (std::uint32_t at = queue_.head(); at != tail; at = queue_.next(at)) {
      const PageRequest request = queue_.at(at);
      if (is_malformed(request)) {
        co_await refuse(request);
        continue;
      }
      co_await take(request);
      if (request.stop_marker() || report(request)) continue;
      co_await report_in_turn(request, ResponseCode::invalid);
    }
    if (trap() != nullptr) co_await trap()->access(RegisterUse::write_head, 1);
    queue_.set_head(tail);
  } while (looks_again() && queue_.head() != queue_.tail());
  if (trap() != nullptr) {  // PRS; if PRO is set also head, tail, and PRS again
    co_await trap()->access(RegisterUse::look_again, 1);
    if (queue_.overflow()) {
      co_await trap()->access(RegisterUse::look_again, 2);
      co_await trap()->access(RegisterUse::write_head, 1);
    }
  }
  recover_from_overflow();
  iommu_.queue_changed();
}

// Privileged access, and execution of what is read (Linux does not handle either), and addresses
// that do not extend the sign of the uppermost bit that the tables translate.
bool VtdDriver::is_malformed(const PageRequest& request) const {
  if (request.privileged && (request.read || request.write)) return true;
  if (request.execute && request.read) return true;
  const unsigned sign = 9 * iommu_.traits().stage1_levels - 1;
  const std::uint64_t upper = request.page.value >> sign;
  return upper != 0 && upper != (std::uint64_t{1} << (52 - sign)) - 1;
}

sim::Task<> VtdDriver::refuse(PageRequest request) {
  co_await process(request);
  if (request.last) {
    co_await core_.reject(request, ResponseCode::invalid);
  } else {
    core_.ignore(request);
  }
}

// If the queue is not empty yet, the flag stays: the pending interrupt runs the thread again.
void VtdDriver::recover_from_overflow() {
  if (!queue_.overflow() || queue_.head() != queue_.tail()) return;
  core_.discard_partial();
  queue_.clear_overflow();
}

}  // namespace faultpath::models
