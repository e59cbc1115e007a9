// SimGrid's engine, its resources, and the way from an activity back to the coroutine that waits.
#include "sim/platform.hpp"

#include <signal.h>

#include <array>
#include <deque>
#include <list>
#include <simgrid/s4u.hpp>
#include <unordered_map>
#include <utility>
#include <vector>

#include "sim/ensure.hpp"
#include "sim/simgrid_calendar.hpp"
#include "sim/simulation.hpp"

namespace faultpath::sim {
namespace {

namespace sg = simgrid::s4u;

#ifdef FAULTPATH_SANITIZE
constexpr const char* kContexts = "--cfg=contexts/factory:thread";
#else
constexpr const char* kContexts = "--cfg=contexts/factory:raw";
#endif

/// SimGrid takes Ctrl-C to itself and ends the process; whoever uses it has decided about that.
class KeepsInterrupt {
 public:
  KeepsInterrupt() {
    sigset_t interrupt;
    sigemptyset(&interrupt);
    sigaddset(&interrupt, SIGINT);
    pthread_sigmask(SIG_BLOCK, &interrupt, &mask_);
    sigaction(SIGINT, nullptr, &action_);
  }
  ~KeepsInterrupt() {
    sigaction(SIGINT, &action_, nullptr);
    pthread_sigmask(SIG_SETMASK, &mask_, nullptr);
  }
  KeepsInterrupt(const KeepsInterrupt&) = delete;
  KeepsInterrupt& operator=(const KeepsInterrupt&) = delete;

 private:
  sigset_t mask_{};
  struct sigaction action_{};
};

// A transfer takes latency + bytes / bandwidth: no factors fitted to TCP, no acknowledgements that
// take bandwidth on the way back, no window.
std::unique_ptr<sg::Engine> make_engine() {
  static std::array<std::string, 6> texts{"faultpath",
                                          kContexts,
                                          "--log=root.thresh:error",
                                          "--cfg=network/model:CM02",
                                          "--cfg=network/crosstraffic:no",
                                          "--cfg=network/TCP-gamma:0"};
  static std::array<char*, texts.size() + 1> arguments{};
  ENSURE(arguments[0] == nullptr, "SimGrid has one engine a process");
  for (std::size_t i = 0; i < texts.size(); ++i) arguments[i] = texts[i].data();
  int count = static_cast<int>(texts.size());
  const KeepsInterrupt keeps;
  return std::make_unique<sg::Engine>(&count, arguments.data());
}

double simgrid_seconds(Duration d) { return static_cast<double>(d.count()) / 1e6; }
/// Rates are per SimGrid second, which is a microsecond.
double simgrid_rate(double per_second) { return per_second * 1e-6; }

}  // namespace

class PlatformDisk {
 public:
  DiskSpec spec;
  sg::Disk* disk = nullptr;
  std::uint32_t in_flight = 0;
  std::deque<void*> waiting;  // operations, first come first served
};

class PlatformHost {
 public:
  sg::Host* host = nullptr;
};

struct Platform::Impl final : SimgridCalendar::Observer, Grantor {
  struct Operation {
    Impl* impl;
    Request request;
    PromiseBase* waiter;  // null once its coroutine is gone
    sg::ActivityPtr activity;
    std::list<Operation>::iterator self;
  };

  explicit Impl(Simulation& owner) : simulation(owner), engine(make_engine()) {
    zone = sg::create_full_zone("platform");
    keeper_host = zone->create_host("keeper", 1.0);
    keeper_host->seal();
  }

  bool activities_in_flight() const override { return !operations.empty(); }
  void finished() override {
    if (keeper) std::exchange(keeper, nullptr)->resume();
  }
  void take_back(PromiseBase& waiter) override {
    for (Operation& operation : operations) {
      if (operation.waiter == &waiter) operation.waiter = nullptr;
    }
  }

  PlatformDisk* disk_of(const Operation& operation) const {
    const Kind kind = operation.request.kind;
    if (kind != Kind::read && kind != Kind::write) return nullptr;
    return static_cast<PlatformDisk*>(operation.request.resource);
  }

  void dispatch(Operation& operation) {
    PlatformDisk* const disk = disk_of(operation);
    if (disk == nullptr) return begin(operation, Duration::zero());
    if (disk->in_flight == disk->spec.queue_depth) return disk->waiting.push_back(&operation);
    ++disk->in_flight;
    begin(operation, disk->spec.latency);
  }

  void begin(Operation& operation, Duration latency) {
    Calendar& calendar = simulation.calendar();
    calendar.schedule_platform(calendar.now() + latency, {&Impl::start_activity, &operation});
  }

  static void start_activity(void* target) {
    auto& operation = *static_cast<Operation*>(target);
    operation.activity = operation.impl->make_activity(operation.request);
    operation.impl->by_activity[operation.activity.get()] = &operation;
    operation.activity->start();
  }

  sg::ActivityPtr make_activity(const Request& request) const {
    const auto bytes = static_cast<sg_size_t>(request.amount);
    auto* const disk = static_cast<PlatformDisk*>(request.resource);
    auto* const host = static_cast<PlatformHost*>(request.resource);
    switch (request.kind) {
      case Kind::read:
        return disk->disk->io_init(bytes, sg::Io::OpType::READ);
      case Kind::write:
        return disk->disk->io_init(bytes, sg::Io::OpType::WRITE);
      case Kind::transfer: {
        const auto* const peer = static_cast<PlatformHost*>(request.peer);
        return sg::Comm::sendto_init(host->host, peer->host)->set_payload_size(bytes);
      }
      case Kind::execute:
        return sg::Exec::init()->set_flops_amount(request.amount)->set_host(host->host);
    }
    return nullptr;
  }

  void completed(const sg::Activity& activity) {
    const auto found = by_activity.find(&activity);
    if (found == by_activity.end()) return;
    Operation& operation = *found->second;
    by_activity.erase(found);
    Calendar& calendar = simulation.calendar();
    const Time at = std::max(calendar.now(), from_simgrid(sg::Engine::get_clock()));
    calendar.schedule(at, {&Impl::hand_back, &operation});
  }

  static void hand_back(void* target) {
    auto& operation = *static_cast<Operation*>(target);
    Impl& impl = *operation.impl;
    if (PlatformDisk* const disk = impl.disk_of(operation)) impl.next_on(*disk);
    if (operation.waiter != nullptr) {
      operation.waiter->granted_by(nullptr);
      operation.waiter->wake();
    }
    impl.operations.erase(operation.self);
  }

  void next_on(PlatformDisk& disk) {
    --disk.in_flight;
    if (disk.waiting.empty()) return;
    auto* const next = static_cast<Operation*>(disk.waiting.front());
    disk.waiting.pop_front();
    dispatch(*next);
  }

  Simulation& simulation;
  std::unique_ptr<sg::Engine> engine;
  sg::NetZone* zone = nullptr;
  sg::Host* keeper_host = nullptr;
  sg::ActorPtr keeper;
  std::list<Operation> operations;
  std::unordered_map<const sg::Activity*, Operation*> by_activity;  // looked up, never iterated
  std::deque<PlatformDisk> disks;
  std::deque<PlatformHost> hosts;
};

Platform::Platform(Simulation& simulation) : impl_(std::make_unique<Impl>(simulation)) {}
Platform::~Platform() = default;

PlatformDisk& Platform::add_disk(const std::string& name, const DiskSpec& spec) {
  PlatformDisk& disk = impl_->disks.emplace_back();
  disk.spec = spec;
  disk.disk = impl_->keeper_host->create_disk(name, simgrid_rate(spec.read_bandwidth),
                                              simgrid_rate(spec.write_bandwidth));
  disk.disk->seal();
  return disk;
}

PlatformHost& Platform::add_host(const std::string& name, const HostSpec& spec) {
  PlatformHost& host = impl_->hosts.emplace_back();
  host.host = impl_->zone->create_host(name, simgrid_rate(spec.speed));
  host.host->set_core_count(static_cast<int>(spec.cores))->seal();
  return host;
}

void Platform::connect(PlatformHost& a, PlatformHost& b, const std::string& name,
                       const LinkSpec& spec) {
  sg::Link* const link = impl_->zone->create_link(name, simgrid_rate(spec.bandwidth));
  link->set_latency(simgrid_seconds(spec.latency))->seal();
  impl_->zone->add_route(a.host->get_netpoint(), b.host->get_netpoint(), nullptr, nullptr,
                         {sg::LinkInRoute(link)}, true);
}

Platform::IoWait Platform::read(PlatformDisk& disk, std::uint64_t bytes) {
  return {*this, {Kind::read, &disk, nullptr, static_cast<double>(bytes)}};
}
Platform::IoWait Platform::write(PlatformDisk& disk, std::uint64_t bytes) {
  return {*this, {Kind::write, &disk, nullptr, static_cast<double>(bytes)}};
}
Platform::IoWait Platform::transfer(PlatformHost& from, PlatformHost& to, std::uint64_t bytes) {
  return {*this, {Kind::transfer, &from, &to, static_cast<double>(bytes)}};
}
Platform::IoWait Platform::execute(PlatformHost& host, double operations) {
  return {*this, {Kind::execute, &host, nullptr, operations}};
}

std::uint64_t Platform::in_flight() const { return impl_->operations.size(); }

void Platform::submit(const Request& request, PromiseBase& waiter) {
  auto& operations = impl_->operations;
  operations.push_back({impl_.get(), request, &waiter, nullptr, {}});
  operations.back().self = std::prev(operations.end());
  waiter.granted_by(impl_.get());
  waiter.wait_outside({"the platform", ""});
  impl_->dispatch(operations.back());
}

bool Platform::active() const { return impl_->activities_in_flight(); }

void Platform::run() {
  Impl& impl = *impl_;
  impl.zone->seal();
  const auto model = std::make_shared<SimgridCalendar>(impl.simulation.calendar(), impl);
  impl.engine->add_model(model);
  sg::Activity::on_completion_cb(
      [&impl](const sg::Activity& activity) { impl.completed(activity); });
  // Without a live actor the engine would end at once.
  impl.keeper = sg::Actor::create("keeper", impl.keeper_host, [] { sg::this_actor::suspend(); });
  impl.engine->run();
  if (model->failure()) std::rethrow_exception(model->failure());
}

}  // namespace faultpath::sim
