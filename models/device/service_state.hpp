// Whether a function, and each of its contexts, is in use.
#pragma once

#include <cstdint>
#include <vector>

#include "models/device/lookahead.hpp"

namespace faultpath::models {

/// How an operation goes on after a wait.
enum class Course {
  on,           ///< as intended
  handed_over,  ///< another process takes care of it
  failed,       ///< it ends without the transfer of its data
  interrupted   ///< a reset came between: it begins again
};

/// Changed by the function's control, read by all other parts.
class ServiceState {
 public:
  explicit ServiceState(std::uint32_t contexts) : contexts_(contexts) {}

  /// Resets so far.
  std::uint32_t epoch() const { return epoch_; }
  /// False from a reset until software uses the function again.
  bool in_service() const { return in_service_; }
  /// Notified when the function is in service again.
  Occurrence& again_in_service() { return again_in_service_; }
  /// All work is done: the function only waits for its last transfer, and stops its PASIDs.
  bool ending() const { return ending_; }
  bool is_stopped(std::uint32_t context) const { return !stopped_.empty() && stopped_[context]; }
  /// Whether an operation of `context` that began under `epoch` may go on after a wait.
  Course after_wait(std::uint32_t context, std::uint32_t epoch) const {
    if (epoch != epoch_) return Course::interrupted;
    return given_up_ || is_stopped(context) ? Course::failed : Course::on;
  }

  void begin_reset() {
    ++epoch_;
    in_service_ = false;
  }
  /// Those who wait for it go on at this very time.
  void end_reset(Lookahead& lookahead) {
    in_service_ = true;
    lookahead.notify(again_in_service_);
  }
  /// For ever.
  void stop(std::uint32_t context) {
    if (stopped_.empty()) stopped_.resize(contexts_);
    stopped_[context] = true;
  }
  void end() { ending_ = true; }
  /// The run is over: operations fail after the wait that they are in.
  void give_up() { given_up_ = true; }
  bool has_given_up() const { return given_up_; }

 private:
  std::uint32_t epoch_ = 0;
  bool in_service_ = true;
  bool ending_ = false;
  bool given_up_ = false;
  std::uint32_t contexts_;
  std::vector<bool> stopped_;  // by context; empty until one is
  Occurrence again_in_service_{"function in service"};
};

}  // namespace faultpath::models
