// Wiring a system and running it from attach to the last transfer.
#include "models/assembly/system.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "models/assembly/device_places.hpp"
#include "models/assembly/device_workloads.hpp"
#include "models/assembly/implications.hpp"
#include "models/assembly/iommu_kinds.hpp"
#include "models/assembly/operation_sizes.hpp"
#include "models/assembly/user_events.hpp"

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
  simulation.streams = hooks.streams;
  return simulation;
}

}  // namespace

System::System(const SystemSpec& spec, const RunHooks& hooks)
    : spec_(spec),
      hooks_(hooks),
      simulation_(simulation_spec(spec, hooks)),
      stop_(spec.run.stop),
      cores_(simulation_, spec.host.cores, kHost + "/cores"),
      iommu_(std::make_unique<Iommu>(
          simulation_, spec.iommu, records_.window, info_of(spec.iommu.kind).make_queue(spec.iommu),
          info_of(spec.iommu.kind).configuration, "iommu", spec.host.page_size)),
      mapping_(simulation_, records_.window, kHost + "/mappings", spec.host.mapping,
               spec.host.page_size),
      memory_(simulation_, spec.host, store_, cores_, records_.window, kHost + "/memory"),
      memory_users_({simulation_, spec_, store_, memory_, cores_, records_.window, kHost}),
      kernel_(make_host_kernel(spec_, {simulation_, cores_, *iommu_, memory_, mapping_})),
      guests_(spec_, guest_host(spec_, {simulation_, cores_, *iommu_, memory_, mapping_}, *kernel_,
                                store_, records_.window)),
      recovery_(simulation_, spec_, *iommu_, devices_) {
  watch_.start(*this, patience(spec_));
  tables_.emplace(
      spec_, store_,
      StrategyContext{simulation_, spec_.host, memory_, mapping_, *iommu_, cores_, records_.window,
                      sim::mean_of(spec.host.submit), iommu_->traits().software_sets_dirty,
                      info_of(spec.iommu.kind).arm_tables},
      guests_);
  kernel_->connect(watch_);
  kernel_->connect(records_.faults);
  kernel_->connect(recovery_);
  iommu_->connect(watch_);
  iommu_->connect(records_.faults);
  if (!guests_.empty()) {
    kernel_->connect(static_cast<ReportCost&>(guests_));
    guests_.connect(records_.faults);
    records_.metrics.used_stages = kFaultStages;
  }
  records_.levels.connect(levels(), records_.series);
  build_devices();
}

// Suspended processes hold cores, locks and places in lists of the models, which go first.
System::~System() { simulation_.end(); }

void System::build_devices() {
  if (spec_.run.by) records_.parts = part_plan(*spec_.run.by, spec_, tables_->plan());
  records_.latencies.resize(records_.parts ? records_.parts->names.size() : 1);
  if (spec_.topology) fabric_.emplace(simulation_.calendar(), *spec_.topology, places_of(spec_));
  for (std::size_t index = 0; index < spec_.devices.size(); ++index) {
    const DeviceSpec& spec = spec_.devices[index];
    known_.most_pages =
        std::max(known_.most_pages,
                 operation_sizes(spec, spec_.traces[index]).most_pages(spec_.host.page_size));
    for (std::uint32_t instance = 0; instance < spec.count; ++instance) {
      add_device(spec, index, instance);
    }
  }
  tables_->make_the_others();
}

void System::add_device(const DeviceSpec& spec, std::size_t index, std::uint32_t instance) {
  const DeviceIndex device{static_cast<std::uint32_t>(devices_.size())};
  const std::string path = path_of(spec, instance);
  const Plan::Device& planned = tables_->plan().devices[index];
  std::vector<HostTable> tables;  // of each context, or one for all
  for (std::uint32_t i = 0; i < planned.tables.size(); ++i) {
    tables.push_back(tables_->of(index, i, instance));
  }
  const Trace& trace = spec_.traces[index];
  auto workloads = workloads_of(
      spec, trace, instance,
      [&](const std::string& component, const char* purpose) {
        return simulation_.stream(component, purpose);
      },
      [&](std::uint32_t context) {
        return start_of(tables[tables.size() == 1 ? 0 : context].table->first(),
                        spec_.host.page_size);
      });
  const DeviceLinks links = links_for(spec, index);
  announce(stop_, spec, links, trace, may_lose(spec_, spec));
  // A strategy that acts on every use is told of it at the clock; resets by the kernel, and answers
  // that nobody waits for, come at any time.
  const auto sees_use = [](const HostTable& table) { return table.strategy->sees_use(); };
  const bool clocked = spec.reports_access && std::ranges::any_of(tables, sees_use);
  const auto* const paging = std::get_if<OdpSpec>(&tables.front().spec->kind);
  devices_.emplace_back(
      FunctionSoftware(cores_, kernel_->drains(), records_.faults, tables,
                       make_page_events(spec_, {simulation_, cores_, *iommu_, memory_, mapping_},
                                        *kernel_, records_.faults, watch_, tables.front(), path)),
      spec,
      FunctionPlan{.index = device,
                   .path = path,
                   .pasids = planned.pasids,
                   .untranslated = info_of(spec_.iommu.kind).stalls || !spec.ats.enabled,
                   .paging = paging != nullptr ? std::optional<PagingSpec>(*paging) : std::nullopt,
                   .lookahead = spec_.run.temporal_decoupling && !clocked && !resets(spec_) &&
                                !answers_each_refused_request(spec_),
                   .workloads = std::move(workloads),
                   .incidents = incidents_of(spec_, spec),
                   .nonfaultable = nonfaultable_among(spec, trace, spec_.host.page_size),
                   .links = links,
                   .page_size = spec_.host.page_size},
      FunctionWiring{.simulation = simulation_,
                     .stop = stop_,
                     .records = {spec.observed ? records_.window : records_.unobserved,
                                 records_.metrics, records_.latencies_of(index), records_.faults},
                     .interface = interface_of(spec)});
  if (instance == 0) known_.physical.emplace_back(spec.name, devices_.back().function.interface());
  guests_.add_function(tables.front().guest);
  join(device, index, *tables.front().table, tables.size() == 1);
  attach(device, spec_.devices[index], planned.pasids, tables);
  if (!spec.pri.enabled) iommu_->apply(IommuAction::disable_page_requests, device);
}

// A function whose contexts are alike has one table for all of its PASIDs.
void System::attach(DeviceIndex device, const AttachedDeviceSpec& spec, bool pasids,
                    const std::vector<HostTable>& tables) {
  if (!pasids) return models::attach(*kernel_, {device}, tables.front());
  for (std::uint32_t context = 0; context < spec.contexts; ++context) {
    const Pasid pasid = pasid_of_context(context);
    const HostTable& table = tables[tables.size() == 1 ? 0 : context];
    models::attach(*kernel_, {device, pasid}, table,
                   spec.own_contexts.empty() ? ContextSpec{} : spec.own_contexts[context]);
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
  const FunctionTraits traits{
      .ats = !added.untranslated(),
      .uses_own_table = one_table,
      .unit_order = ats.unit_order(spec_.host.page_size),
      .invalidations = ats.invalidate_queue_depth,
      .response_pasid_required = spec_.devices[index].pri.response_pasid_required};
  const auto deliver =
      guests_.above(device, Wire<UpMessage>::Deliver::to<&Iommu::receive>(*iommu_));
  if (fabric_) {
    iommu_->attach(device, fabric_->join(index, added.up(), added.down(), deliver), table, traits);
  } else {
    added.up().connect(deliver);
    iommu_->attach(device, added.down(), table, traits);
  }
}

// A virtual function has none of its own (PCIe 10.5.2).
std::shared_ptr<PageRequestInterface> System::interface_of(const DeviceSpec& spec) const {
  for (const auto& [name, interface] : known_.physical) {
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
    std::string text = stuck.what();
    const std::string missing = missing_answers();
    if (!missing.empty() && !text.ends_with('\n')) text += '\n';
    throw sim::StuckError(text + missing);
  }
  if (stop_.gave_up()) {
    throw sim::StuckError(fmt::format(
        "no progress: stop_after.faults is {}, but after {} faults none has come in a long time; "
        "does every page stay mapped?",
        *spec_.run.stop.faults, stop_.faults()));
  }
  kernel_->core().discard_partial();  // as when the devices are removed
  guests_.discard_partial();
  check_conservation();
  return outcome();
}

// The clock of the scenario starts when every space has been attached.
sim::Process System::attach_and_start() {
  cycle_.attaching = tables_->all().size();
  for (const HostTable& table : tables_->all()) {
    simulation_.start(attach_table(table), "system/attach");
  }
  if (cycle_.attaching > 0) co_await cycle_.attached.wait();
  start_devices();
}

sim::Process System::attach_table(HostTable table) {
  Processor& cpus =
      table.guest != nullptr ? static_cast<Processor&>(table.guest->virtual_cpus()) : cores_;
  Worker worker(cpus);
  co_await worker.enter();
  const sim::Time begun = simulation_.now();
  co_await table.strategy->attach(*table.table, worker);
  co_await worker.pay();
  if (table.guest != nullptr) co_await table.guest->bind(*table.table, worker);
  records_.startup.record(simulation_.now() - begun);
  if (--cycle_.attaching == 0) cycle_.attached.set();
}

void System::start_devices() {
  cycle_.epoch = simulation_.now();
  records_.window.from = cycle_.epoch + spec_.run.warmup;
  records_.window.after_warmup = spec_.run.warmup > sim::Duration::zero();
  stop_.start(cycle_.epoch);
  records_.series.start(cycle_.epoch, followed(), spec_.run.level_series);
  if (spec_.run.warmup > sim::Duration::zero()) {
    simulation_.calendar().schedule(records_.window.from,
                                    sim::handler_of<&System::start_statistics>(*this));
  } else {
    start_statistics();
  }
  memory_users_.start(*tables_);
  start_events();
  start_user_events(simulation_, spec_, *kernel_);
  recovery_.start(*this, records_.levels);
  guests_.start();
  cycle_.running = devices_.size();
  const bool pausing = tables_->may_invalidate() || drains(spec_) || !guests_.empty();
  for (AttachedFunction& device : devices_)
    device.function.start(sim::handler_of<&System::device_finished>(*this), pausing);
}

void System::device_finished() {
  if (--cycle_.running > 0) return;
  const std::optional<sim::Time> standstill = recovery_.standstill();
  cycle_.end = standstill.value_or(simulation_.now());
  if (standstill) {
    records_.levels.end_as_kept();
  } else {
    records_.levels.end(cycle_.end);
  }
  tables_->stop();
  iommu_->finish();
  memory_users_.stop();
  guests_.stop();
  recovery_.stop();
}

}  // namespace faultpath::models
