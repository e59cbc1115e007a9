// Two machines in one simulation: kernels of different eras behind IOMMUs of different kinds.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "models/memory/mapped_process.hpp"
#include "tests/models/host_rig.hpp"

namespace faultpath::models {
namespace {

using sim::microseconds;

/// What a machine is made of. Costs of the fault path are random unless a test makes them constant.
struct MachineSpec {
  std::string path = "host";
  IommuKind kind = IommuKind::vtd;
  HostSpec host = small_system().host;
  FaultRoute route = FaultRoute::per_page_table;
  InterruptPolicySpec interrupt = InterruptPerKind{};
  std::uint32_t queue_entries = 64;
};

MachineSpec old_machine() {
  MachineSpec spec;
  spec.path = "old";
  spec.kind = IommuKind::vtd;
  spec.host.era = Era::v5_12;
  spec.route = FaultRoute::per_device;
  return spec;
}

MachineSpec new_machine() {
  MachineSpec spec;
  spec.path = "new";
  spec.kind = IommuKind::smmu_pri;
  spec.host.era = Era::v7_1;
  return spec;
}

/// A machine with one function, which uses one space under iopf, with PASID 1.
class Machine {
 public:
  static constexpr DeviceIndex kDevice{0};
  static constexpr Pasid kPasid{1};

  Machine(sim::Simulation& to, MachineSpec of) : spec(std::move(of)), simulation(to) {
    iommu_spec.kind = spec.kind;
    iommu_spec.queue_entries = spec.queue_entries;
    iommu_spec.interrupt = spec.interrupt;
    spec.host.interrupt.wake_up = sim::ExponentialSpec{microseconds(2)};
    spec.host.work_queue.wake_up = sim::ExponentialSpec{microseconds(1)};
    const IommuKindInfo& kind = info_of(spec.kind);
    cores.emplace(simulation, spec.host.cores, spec.path + "/cores");
    iommu.emplace(simulation, iommu_spec, window, kind.make_queue(iommu_spec), kind.configuration,
                  spec.path + "/iommu");
    mapping.emplace(simulation, window, spec.path + "/mappings");
    memory.emplace(simulation, spec.host, store, *cores, window, spec.path + "/memory");
    kernel.emplace(KernelSetting{.simulation = simulation,
                                 .path = spec.path,
                                 .spec = spec.host,
                                 .route = spec.route,
                                 .processor = *cores,
                                 .iommu = *iommu,
                                 .make_prq = kind.make_prq});
    strategy =
        make_strategy({"iopf", IopfSpec{}}, {simulation, spec.host, *memory, *mapping, *iommu,
                                             *cores, window, sim::mean_of(spec.host.submit)});
    memory->add(space.process());
    endpoint.emplace(simulation, *iommu, kDevice);
    iommu->attach(kDevice, endpoint->down, space);
    kernel->attach({kDevice, kPasid}, space, *strategy, HandlerKind::vfio);
  }

  void send(PageRequest request) {
    if (!request.pasid) request.pasid = kPasid;
    ++sent;
    iommu->receive(request);
  }
  /// A device that looks for its answers once a microsecond until it has so many.
  sim::Process await_answers(std::size_t count) {
    while (endpoint->responses.size() < count) co_await simulation.delay(microseconds(1));
    done = simulation.now();
  }
  sim::Process quiesce() {
    const Originator who{kDevice};
    co_await kernel->drains().quiesce(who);
    quiet = simulation.now();
  }
  std::vector<sim::Time> answered() const {
    std::vector<sim::Time> times;
    for (const auto& response : endpoint->responses) times.push_back(response.at);
    return times;
  }
  std::vector<ResponseCode> codes() const {
    std::vector<ResponseCode> codes;
    for (const auto& response : endpoint->responses) codes.push_back(response.message.code);
    return codes;
  }
  /// As the laws of a run, for this machine alone.
  void expect_its_laws_hold() {
    const IopfCoreStats core = kernel->core().stats(kDevice);
    const FunctionStats& hardware = iommu->stats(kDevice);
    EXPECT_EQ(sent, core.requests_answered + core.requests_discarded + hardware.auto_responses +
                        hardware.requests_dropped + kernel->core().partial_requests());
    EXPECT_EQ(iommu->queue().occupied(), 0U);
    EXPECT_EQ(kernel->core().groups(), 0U);
    EXPECT_EQ(kernel->work_queue().active(), 0U);
    EXPECT_EQ(static_cast<std::uint64_t>(mapping->stats().mapped_bytes.value()),
              space.mapped_pages() * kPageBytes);
    EXPECT_EQ(cores->pool().busy(), 0U);
  }

  MachineSpec spec;
  sim::Simulation& simulation;
  IommuSpec iommu_spec;
  StatisticsWindow window{sim::Time{}};
  PageStore store;
  MappedProcess space_process{store, "space", 0, Runs(0, 1000), {}};
  IoPageTable& space = space_process.table;
  std::optional<Cores> cores;
  std::optional<Iommu> iommu;
  std::optional<IoMapping> mapping;
  std::optional<Memory> memory;
  std::optional<Kernel> kernel;
  std::unique_ptr<MemoryStrategy> strategy;
  std::optional<Endpoint> endpoint;
  std::uint64_t sent = 0;
  std::optional<sim::Time> quiet, done;
};

/// Machines in one simulation, in the order of their specs.
class Site : public Timed<Site> {
 public:
  explicit Site(const std::vector<MachineSpec>& specs) {
    for (const MachineSpec& spec : specs) machines.emplace_back(simulation, spec);
  }
  ~Site() { simulation.end(); }
  void send_at(sim::Time when, std::size_t machine, const PageRequest& request) {
    at(when, [this, machine, request] { machines[machine].send(request); });
  }
  /// Ten groups of two requests, 500 ns apart.
  void send_groups(std::size_t machine) {
    for (std::uint16_t i = 0; i < 10; ++i) {
      const sim::Time when = at_ns(500 * i);
      send_at(when, machine, page_request(2 * std::uint64_t{i}, i, false));
      send_at(when, machine, page_request(2 * std::uint64_t{i} + 1, i));
    }
  }
  void quiesce_at(sim::Time when, std::size_t machine) {
    at(when, [this, machine] { simulation.start(machines[machine].quiesce(), "quiesce"); });
  }

  sim::Simulation simulation;
  std::deque<Machine> machines;
};

/// When a lone request of time 0 is answered: what is drawn depends on the machine's path alone.
sim::Time answer_of_one(const Machine& machine) {
  const HostSpec& host = machine.spec.host;
  const auto draw = [&](const char* component, const sim::DistributionSpec& spec) {
    sim::RandomStream stream = machine.simulation.stream(machine.spec.path + component, "wake-up");
    return sim::Distribution(spec)(stream);
  };
  return sim::Time{} + sim::mean_of(host.interrupt.delivery) +
         draw("/interrupt thread", host.interrupt.wake_up) +
         sim::mean_of(host.interrupt.per_request) + draw("/fault core", host.work_queue.wake_up) +
         sim::mean_of(host.page_fault.minor) + host.map_cost.map_4k + sim::mean_of(host.submit);
}

}  // namespace

// It answers as if it were alone.
TEST(TwoKernels, EachDrawsFromTheStreamsOfItsPath) {
  Site site({old_machine(), new_machine()});
  for (std::size_t machine = 0; machine < 2; ++machine) {
    site.send_at(at_ns(0), machine, page_request(1, 1));
  }
  site.simulation.run();
  for (const Machine& machine : site.machines) {
    EXPECT_THAT(machine.answered(), testing::ElementsAre(answer_of_one(machine)))
        << machine.spec.path;
  }
}

// Equal but for their paths, two machines draw different numbers.
TEST(TwoKernels, TheirStreamsDiffer) {
  MachineSpec twin = old_machine();
  twin.path = "twin";
  Site site({old_machine(), twin});
  for (std::size_t machine = 0; machine < 2; ++machine) site.send_groups(machine);
  site.simulation.run();
  const auto first = site.machines[0].answered();
  const auto second = site.machines[1].answered();
  ASSERT_EQ(first.size(), second.size());
  for (std::size_t i = 0; i < first.size(); ++i) EXPECT_NE(first[i], second[i]) << i;
}

TEST(TwoKernels, EachDrainsItsOwnDeviceAndEnds) {
  Site site({old_machine(), new_machine()});
  for (std::size_t machine = 0; machine < 2; ++machine) {
    site.send_groups(machine);
    site.send_at(at_ns(5'000), machine, page_request(100, 11, false));  // its last never comes
    site.quiesce_at(at_ns(5'100), machine);
  }
  site.simulation.run();
  for (Machine& machine : site.machines) {
    ASSERT_TRUE(machine.quiet.has_value()) << machine.spec.path;
    for (const sim::Time answer : machine.answered()) EXPECT_LT(answer, *machine.quiet);
    EXPECT_EQ(machine.kernel->core().partial_requests(), 0U) << machine.spec.path;
    machine.expect_its_laws_hold();
  }
}

// A drain of one does not wait for the other, whose handler is slow.
TEST(TwoKernels, ADrainOfOneDoesNotWaitForTheOther) {
  MachineSpec slow = new_machine();
  slow.host.page_fault.minor = constant(sim::milliseconds(5));
  Site site({old_machine(), slow});
  for (std::size_t machine = 0; machine < 2; ++machine) site.send_groups(machine);
  site.quiesce_at(at_ns(100), 0);
  site.simulation.run();
  EXPECT_LT(*site.machines[0].quiet, site.machines[1].answered().front());
}

// Two polling threads: each has a timer that is always due some time.
TEST(TwoKernels, PollingInBothDoesNotKeepTheRunAlive) {
  MachineSpec first = old_machine(), second = new_machine();
  first.interrupt = InterruptPolled{microseconds(10)};
  second.interrupt = InterruptPolled{microseconds(7)};
  Site site({first, second});
  for (std::size_t machine = 0; machine < 2; ++machine) {
    site.send_groups(machine);
    site.simulation.start(site.machines[machine].await_answers(10), "device");
  }
  site.simulation.run();
  sim::Time last{};
  for (Machine& machine : site.machines) {
    ASSERT_TRUE(machine.done.has_value()) << machine.spec.path;
    EXPECT_EQ(machine.answered().size(), 10U) << machine.spec.path;
    machine.expect_its_laws_hold();
    last = std::max(last, *machine.done);
  }
  EXPECT_LE(site.simulation.now(), last + microseconds(20)) << "a look of each is under way";
}

TEST(TwoKernels, TheLawsHoldForEachWhenItsQueueOverflows) {
  MachineSpec first = old_machine(), second = new_machine();
  first.queue_entries = second.queue_entries = 8;
  Site site({first, second});
  for (std::uint16_t i = 0; i < 60; ++i) {
    for (std::size_t machine = 0; machine < 2; ++machine) {
      site.send_at(at_ns(100 * i), machine, page_request(i, i / 2, i % 2 == 1));
    }
  }
  site.simulation.run();
  for (Machine& machine : site.machines) {
    EXPECT_GT(machine.iommu->stats(Machine::kDevice).requests_dropped, 0U) << machine.spec.path;
    machine.expect_its_laws_hold();
  }
}

// 5.12 has one handler for the device; 7.1 tells PASIDs apart, and answers for one without a table.
TEST(TwoKernels, EachKeepsTheRulesOfItsEra) {
  Site site({old_machine(), new_machine()});
  PageRequest stranger = page_request(3, 1);
  stranger.pasid = Pasid{9};
  for (std::size_t machine = 0; machine < 2; ++machine) site.send_at(at_ns(0), machine, stranger);
  site.simulation.run();
  EXPECT_THAT(site.machines[0].codes(), testing::ElementsAre(ResponseCode::success));
  EXPECT_THAT(site.machines[1].codes(), testing::ElementsAre(ResponseCode::invalid));
}

}  // namespace faultpath::models
