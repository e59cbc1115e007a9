// Platform: SimGrid's fluid resources (disks, links, hosts) as awaitables of the kernel.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "sim/promise_base.hpp"
#include "sim/semaphore.hpp"
#include "sim/time.hpp"

namespace faultpath::sim {

class Simulation;

/// A disk with a latency of its own, whose bandwidth SimGrid shares among the requests in flight.
struct DiskSpec {
  Duration latency = microseconds(80);  ///< before the transfer, each request (assumed: NVMe)
  double read_bandwidth = 3e9;          ///< bytes/s, shared by all reads
  double write_bandwidth = 3e9;         ///< bytes/s, shared by all writes; both together get
                                        ///< the larger of the two
  std::uint32_t queue_depth = 64;       ///< requests in flight; more wait first come first served
};

/// A host as SimGrid knows it: for millisecond load, and as an end of a link.
struct HostSpec {
  unsigned cores = 1;
  double speed = 1e9;  ///< operations/s of a core
};

/// A link between two hosts, shared by the transfers on it.
struct LinkSpec {
  Duration latency = microseconds(1);
  double bandwidth = 12.5e9;  ///< bytes/s
};

/// Opaque to everybody but the platform: SimGrid's headers stay in platform.cpp.
class PlatformDisk;
class PlatformHost;

/// Times of the platform are doubles of microseconds: exact to a picosecond for the first 2.3 hours
/// of simulated time, to 16 ps at 40 hours; calendar times are exact throughout.
///
/// A SimGrid activity costs 6 us of wall time with tens in flight on a resource: bulk work only.
class Platform {
 public:
  explicit Platform(Simulation& simulation);
  ~Platform();

  /// Names are unique. The objects live as long as the platform. All are added before run().
  PlatformDisk& add_disk(const std::string& name, const DiskSpec& spec);
  PlatformHost& add_host(const std::string& name, const HostSpec& spec);
  void connect(PlatformHost& a, PlatformHost& b, const std::string& name, const LinkSpec& spec);

  /// `co_await platform.read(disk, bytes)`: queue, latency, transfer.
  class IoWait;
  IoWait read(PlatformDisk& disk, std::uint64_t bytes);
  IoWait write(PlatformDisk& disk, std::uint64_t bytes);
  /// `co_await platform.transfer(from, to, bytes)` over the links between two connected hosts.
  IoWait transfer(PlatformHost& from, PlatformHost& to, std::uint64_t bytes);
  /// `co_await platform.execute(host, operations)` on the processor sharing of a host.
  IoWait execute(PlatformHost& host, double operations);

  /// Activities that are started and not complete.
  std::uint64_t in_flight() const;
  /// An operation has begun and has not ended.
  bool active() const;
  /// Runs the calendar and the platform until both have nothing left. Called by Simulation::run().
  void run();

 private:
  struct Impl;
  enum class Kind { read, write, transfer, execute };
  struct Request;
  void submit(const Request& request, PromiseBase& waiter);

  std::unique_ptr<Impl> impl_;
};

/// What is to be done; plain data, so that awaiters need no destructor.
struct Platform::Request {
  Kind kind;
  void* resource;
  void* peer;
  double amount;
};

class Platform::IoWait {
 public:
  IoWait(Platform& platform, const Request& request) : platform_(platform), request_(request) {}
  bool await_ready() const noexcept { return false; }
  template <class Promise>
  void await_suspend(std::coroutine_handle<Promise> self) {
    platform_.submit(request_, self.promise());
  }
  void await_resume() const noexcept {}

 private:
  Platform& platform_;
  Request request_;
};

}  // namespace faultpath::sim
