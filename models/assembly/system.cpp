// Wiring a system and running it from attach to the last transfer.
#include "models/assembly/system.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "models/assembly/device_places.hpp"
#include "models/assembly/iommu_kinds.hpp"
#include "models/assembly/operation_sizes.hpp"
#include "models/assembly/reach.hpp"

namespace faultpath::models {
namespace {

/// Some tens of microseconds of a processor's time.
constexpr std::uint64_t kEventsBetweenLooks = 1024;

sim::SimulationSpec simulation_spec(const SystemSpec& spec, const RunHooks& hooks) {
  sim::SimulationSpec simulation;
  simulation.seed = spec.run.seed;
  simulation.replication = spec.run.replication;
  simulation.fingerprint = spec.run.fingerprint;
  simulation.trace = hooks.trace;
  return simulation;
}

// The IOMMU may refuse what an operation needs, or the device give it up.
bool may_lose(const SystemSpec& spec, const DeviceSpec& device) {
  const auto silent = [](const DeviceSpec& d) { return d.ats.ignores_invalidations; };
  return !spec.iommu.events.empty() || !device.pri.enabled ||
         terminates_every_fault(spec.iommu.kind) || std::ranges::any_of(spec.devices, silent) ||
         !device.ats.enabled || !device.nonfaultable.empty() || !device.stops.empty() ||
         make_fault_reaction(device)->may_lose();
}

// Between two operations, when the engine is the bottleneck. What loses operations can be faster:
// it begins a burst whenever the last one has failed.
sim::Duration interval_of(const DeviceLinks& links, std::uint64_t bytes, std::uint64_t burst,
                          bool losing) {
  const sim::Duration transfer = sim::transfer_time(bytes, links.bandwidth);
  if (!losing) return transfer;
  const auto failing = 2 * links.latency.count() / static_cast<std::int64_t>(burst);
  const double rate = 1.0 / static_cast<double>(transfer.count()) +
                      1.0 / static_cast<double>(std::max<std::int64_t>(failing, 1));
  return sim::Duration{static_cast<std::int64_t>(1.0 / rate)};
}

// Somebody's end or change is followed by invalidations.
bool drains(const SystemSpec& spec) {
  return !spec.iommu.events.empty() || std::ranges::any_of(spec.devices, [](const DeviceSpec& d) {
    return d.reset.every || !d.reset.at.empty() || !d.stops.empty() ||
           d.stop_at_end != StopAtEnd::never;
  });
}

// An answer to a fault comes with as many pages as are mapped forward from it.
std::uint64_t pages_an_answer(const StrategySpec& strategy) {
  return std::visit(
      [](const auto& kind) -> std::uint64_t {
        if constexpr (requires { kind.premap; }) return kind.premap;
        return 1;
      },
      strategy.kind);
}

/// Answers without any progress in between that are too many: well above those that can be on
/// their way at a time, which is one for each credit or stall tag. Fewer where each costs more.
std::uint64_t patience(const SystemSpec& spec) {
  constexpr std::uint64_t kPages = 200'000, kFewest = 20'000;  // assumed
  std::uint64_t groups = std::max(kFewest, kPages / pages_an_answer(spec.strategy));
  for (const DeviceSpec& device : spec.devices) {
    groups += std::uint64_t{device.count} * device.pri.allocation;
  }
  return groups;
}

std::vector<sim::Duration> reset_times(const ResetSpec& spec,
                                       std::optional<sim::Duration> duration) {
  std::vector<sim::Duration> times = spec.at;
  if (!spec.every || !duration) return times;
  for (sim::Duration left = *duration; left > *spec.every;) {
    left -= *spec.every;
    times.push_back(*duration - left);
  }
  return times;
}

// What one device undergoes, and when something happens to those that share its interface.
std::vector<Incident> incidents_of(const SystemSpec& spec, const DeviceSpec& device) {
  std::vector<Incident> incidents;
  const std::string& physical = device.virtual_function_of.value_or(device.name);
  for (const DeviceSpec& other : spec.devices) {
    if (other.virtual_function_of.value_or(other.name) != physical) continue;
    const bool own = &other == &device;
    const bool above = !own && other.name == physical;
    for (const sim::Duration at : reset_times(other.reset, spec.run.stop.duration)) {
      const Incident::Kind kind = own || above ? Incident::Kind::reset : Incident::Kind::none;
      incidents.push_back({.kind = kind,
                           .at = at,
                           .interface = own && !device.virtual_function_of,
                           .duration = other.reset.duration});
    }
    for (const ContextStopSpec& stop : other.stops) {
      incidents.push_back({.kind = own ? Incident::Kind::stop : Incident::Kind::none,
                           .at = stop.at,
                           .context = stop.context,
                           .marker = stop.marker});
    }
  }
  std::ranges::stable_sort(incidents, {}, &Incident::at);
  return incidents;
}

// At most so many operations at once, and one more in each interval: what StopControl must know.
void announce(StopControl& stop, const DeviceSpec& spec, const DeviceLinks& links,
              const Trace& trace, bool losing) {
  const WorkloadSpec& workload = spec.workload;
  const sim::Duration round_trip = 2 * links.latency;
  if (!workload.queue_depth) return stop.add_device(0, sim::Duration::zero(), round_trip);
  const std::uint64_t smallest = operation_sizes(spec, trace).smallest;
  const std::uint64_t burst = std::uint64_t{*workload.queue_depth} * spec.contexts;
  stop.add_device(burst, interval_of(links, smallest, burst, losing), round_trip);
}

// The recording is only looked at where somebody asks.
std::vector<PageRange> nonfaultable_among(const DeviceSpec& spec, const Trace& trace) {
  if (spec.nonfaultable.empty()) return {};
  return nonfaultable_of(spec.nonfaultable, reach_of(spec, trace));
}

}  // namespace

System::System(const SystemSpec& spec, const RunHooks& hooks)
    : spec_(spec),
      hooks_(hooks),
      simulation_(simulation_spec(spec, hooks)),
      stop_(spec.run.stop),
      cores_(simulation_, spec.host.cores, kHost + "/cores"),
      iommu_(std::make_unique<Iommu>(simulation_, spec.iommu, window_,
                                     info_of(spec.iommu.kind).make_queue(spec.iommu),
                                     info_of(spec.iommu.kind).configuration)),
      mapping_(simulation_, window_, kHost + "/mappings"),
      memory_(simulation_, spec.host, store_, cores_, window_, kHost + "/memory"),
      lock_writers_(simulation_, spec.host.mmap_lock, window_, kHost + "/mmap_lock") {
  kernel_ = make_host_kernel(spec_, {simulation_, cores_, *iommu_, memory_, mapping_});
  watch_.start(*this, patience(spec_));
  tables_.emplace(
      spec_, store_,
      StrategyContext{simulation_, spec_.host, memory_, mapping_, *iommu_, cores_, window_,
                      sim::mean_of(spec.host.submit), iommu_->traits().software_sets_dirty});
  kernel_->connect(watch_);
  kernel_->connect(fault_log_);
  iommu_->connect(watch_);
  iommu_->connect(fault_log_);
  build_devices();
}

// Suspended processes hold cores, locks and places in lists of the models, which go first.
System::~System() { simulation_.end(); }

void System::build_devices() {
  latencies_.resize(spec_.run.by_device ? spec_.devices.size() : 1);
  if (spec_.topology) fabric_.emplace(simulation_.calendar(), *spec_.topology, places_of(spec_));
  for (std::size_t index = 0; index < spec_.devices.size(); ++index) {
    const DeviceSpec& spec = spec_.devices[index];
    most_pages_ = std::max(most_pages_, operation_sizes(spec, spec_.traces[index]).most_pages());
    for (std::uint32_t instance = 0; instance < spec.count; ++instance) {
      add_device(spec, index, instance);
    }
  }
}

void System::add_device(const DeviceSpec& spec, std::size_t index, std::uint32_t instance) {
  const DeviceIndex device{static_cast<std::uint32_t>(devices_.size())};
  const std::string path = fmt::format("devices/{}.{}", spec.name, instance);
  const Plan::Device& planned = tables_->plan().devices[index];
  std::vector<HostTable> tables;  // of each context, or one for all
  for (std::uint32_t i = 0; i < planned.tables.size(); ++i) {
    tables.push_back(tables_->of(index, i, instance));
  }
  const Trace& trace = spec_.traces[index];
  std::vector<std::shared_ptr<TraceCursor>> cursors(spec.contexts);
  if (trace) cursors = make_cursors(trace, instance, spec.contexts, spec.workload.repeat);
  std::vector<std::unique_ptr<Workload>> workloads;
  for (std::uint32_t context = 0; context < spec.contexts; ++context) {
    const std::string stream = fmt::format("{}/context.{}", path, context);
    workloads.push_back(make_workload(
        {spec.workload, start_of(tables[tables.size() == 1 ? 0 : context].table->first()),
         simulation_.stream(stream, "workload"), cursors[context]}));
  }
  const DeviceLinks links = links_for(spec, index);
  announce(stop_, spec, links, trace, may_lose(spec_, spec));
  // A strategy that acts on every use is told of it at the clock.
  const auto sees_use = [](const HostTable& table) { return table.strategy->sees_use(); };
  const bool clocked = spec.reports_access && std::ranges::any_of(tables, sees_use);
  devices_.emplace_back(
      FunctionSoftware(cores_, kernel_->drains(), tables), spec,
      FunctionPlan{.index = device,
                   .path = path,
                   .pasids = planned.pasids,
                   .untranslated = info_of(spec_.iommu.kind).stalls || !spec.ats.enabled,
                   .lookahead = spec_.run.temporal_decoupling && !clocked,
                   .workloads = std::move(workloads),
                   .incidents = incidents_of(spec_, spec),
                   .nonfaultable = nonfaultable_among(spec, trace),
                   .links = links},
      FunctionWiring{.simulation = simulation_,
                     .stop = stop_,
                     .records = {spec.observed ? window_ : unobserved_, metrics_,
                                 latencies_[spec_.run.by_device ? index : 0], fault_log_},
                     .interface = interface_of(spec)});
  if (instance == 0) physical_.emplace_back(spec.name, devices_.back().function.interface());
  join(device, index, *tables.front().table, tables.size() == 1);
  attach(device, spec.contexts, planned.pasids, tables);
  if (!spec.pri.enabled) iommu_->apply(IommuAction::disable_page_requests, device);
}

// A function whose contexts are alike has one table for all of its PASIDs.
void System::attach(DeviceIndex device, std::uint32_t contexts, bool pasids,
                    const std::vector<HostTable>& tables) {
  if (!pasids) return models::attach(*kernel_, {device}, tables.front());
  for (std::uint32_t context = 0; context < contexts; ++context) {
    const Pasid pasid = pasid_of_context(context);
    const HostTable& table = tables[tables.size() == 1 ? 0 : context];
    models::attach(*kernel_, {device, pasid}, table);
    if (tables.size() > 1) iommu_->attach(device, pasid, *table.table);
  }
}

DeviceLinks System::links_for(const DeviceSpec& spec, std::size_t index) {
  if (!fabric_) return DeviceLinks(spec.link);
  const DeviceWay& way = fabric_->way(index);
  DeviceLinks links(way.own.message_link(way.own.up), way.own.message_link(way.own.down),
                    way.latency);
  links.to_shared = way.own.up;
  if (!way.shared.empty()) {
    links.shared = &fabric_->transfers(index, simulation_.calendar().new_rank());
  }
  return links;
}

void System::join(DeviceIndex device, std::size_t index, IoPageTable& table, bool one_table) {
  Function& added = devices_.back().function;
  const AtsSpec& ats = spec_.devices[index].ats;
  const FunctionTraits traits{.ats = !added.untranslated(),
                              .uses_own_table = one_table,
                              .unit_bits = ats.unit_bits(),
                              .invalidations = ats.invalidate_queue_depth};
  const auto deliver = Wire<UpMessage>::Deliver::to<&Iommu::receive>(*iommu_);
  if (fabric_) {
    iommu_->attach(device, fabric_->join(index, added.up(), added.down(), deliver), table, traits);
  } else {
    added.up().connect(deliver);
    iommu_->attach(device, added.down(), table, traits);
  }
}

// A virtual function has none of its own (PCIe 10.5.2).
std::shared_ptr<PageRequestInterface> System::interface_of(const DeviceSpec& spec) const {
  for (const auto& [name, interface] : physical_) {
    if (spec.virtual_function_of == name) return interface;
  }
  return nullptr;
}

RunOutcome System::run() {
  simulation_.start(attach_and_start(), "system");
  simulation_.calendar().observe(sim::handler_of<&System::look_around>(*this), kEventsBetweenLooks);
  try {
    simulation_.run();
  } catch (const sim::StuckError& stuck) {
    throw sim::StuckError(stuck.what() + unmatched_answers());
  }
  if (stop_.gave_up()) {
    throw sim::StuckError(fmt::format(
        "no progress: stop_after.faults is {}, but after {} faults none has come in a long time; "
        "does every page stay mapped?",
        *spec_.run.stop.faults, stop_.faults()));
  }
  kernel_->core().discard_partial();  // as when the devices are removed
  check_conservation();
  return outcome();
}

// The clock of the scenario starts when every space has been attached.
sim::Process System::attach_and_start() {
  attaching_ = tables_->all().size();
  for (const HostTable& table : tables_->all()) {
    simulation_.start(attach_table(table), "system/attach");
  }
  if (attaching_ > 0) co_await attached_.wait();
  start_devices();
}

sim::Process System::attach_table(HostTable table) {
  Worker worker(cores_);
  co_await worker.enter();
  const sim::Time begun = simulation_.now();
  co_await table.strategy->attach(*table.table, worker);
  co_await worker.pay();
  startup_.record(simulation_.now() - begun);
  if (--attaching_ == 0) attached_.set();
}

void System::start_devices() {
  epoch_ = simulation_.now();
  window_.from = epoch_ + spec_.run.warmup;
  window_.after_warmup = spec_.run.warmup > sim::Duration::zero();
  stop_.start(epoch_);
  series_.start(epoch_, followed(), spec_.run.level_series);
  if (spec_.run.warmup > sim::Duration::zero()) {
    simulation_.calendar().schedule(window_.from,
                                    sim::handler_of<&System::start_statistics>(*this));
  } else {
    start_statistics();
  }
  for (ProcessMemory& process : tables_->processes()) lock_writers_.start(process);
  start_events();
  running_ = devices_.size();
  const bool pausing = tables_->may_invalidate() || drains(spec_);
  for (AttachedFunction& device : devices_)
    device.function.start(sim::handler_of<&System::device_finished>(*this), pausing);
}

void System::start_statistics() {
  for (const NamedGauge& each : gauges()) each.gauge->start_statistics(simulation_.now());
}

void System::device_finished() {
  if (--running_ > 0) return;
  end_ = simulation_.now();
  for (const NamedGauge& each : gauges()) each.gauge->end_statistics(end_);
  tables_->stop();
  iommu_->finish();
  lock_writers_.stop();
  finished_.set();
}

}  // namespace faultpath::models
