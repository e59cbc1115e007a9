// Dispatching messages and commands to the units.
#include "models/iommu/iommu.hpp"

#include <algorithm>
#include <span>
#include <utility>
#include <vector>

#include "models/iommu/iommu_events.hpp"
#include "models/iommu/response_encoding.hpp"
#include "sim/ensure.hpp"
#include "sim/overloaded.hpp"

namespace faultpath::models {
namespace {

constexpr EntryKind kInvalidated{7, "invalidated"};
constexpr EntryKind kResponded{8, "group response"};
constexpr EntryKind kTimedOut{9, "invalidation timed out"};

// No invalidation request is about less than a unit of the device (PCIe 10.5.1).
PageRange whole_units(PageRange range, unsigned shift) {
  const std::uint64_t begin = range.first.value >> shift << shift;
  const std::uint64_t last = range.first.value + range.pages - 1;
  return {IovaPage{begin}, (((last >> shift) + 1) << shift) - begin};
}

GroupResponse encoded(IommuKind kind, const PageResponse& response) {
  return {response.index, response.pasid, wire_code(kind, response.code)};
}

IommuTraits traits_of(const IommuSpec& spec) {
  return {spec.levels.stage1, spec.interrupt, spec.access_dirty.dirty == DirtyUpdate::software};
}

}  // namespace

Iommu::Iommu(sim::Simulation& simulation, const IommuSpec& spec, const StatisticsWindow& window,
             std::unique_ptr<PageRequestQueue> queue, const ConfigurationFormat& format,
             std::string path, PageSize granule)
    : simulation_(simulation),
      path_(std::move(path)),
      granule_(granule),
      journal_(simulation, path_),
      kind_(spec.kind),
      traits_(traits_of(spec)),
      window_(window),
      faults_(setting(spec), stats_),
      translations_(setting(spec), format),
      ats_(setting(spec), translations_, faults_),
      requests_(setting(spec), std::move(queue), translations_, faults_, stats_),
      stalls_(setting(spec), translations_, requests_, faults_),
      ring_(simulation, path_, spec.invalidation, command_set(spec.kind), *this) {}

UnitSetting Iommu::setting(const IommuSpec& spec) {
  return {simulation_, path_, spec, window_, functions_, journal_, granule_};
}

// Where accesses stall, no device has a TLB.
void Iommu::attach(DeviceIndex device, Wire<DownMessage>& down, IoPageTable& table,
                   const FunctionTraits& traits) {
  ENSURE(translations_.is_nested() || table.guest == nullptr, "guest memory has a second stage");
  FunctionTraits own = traits;
  own.ats = traits.ats && !stalls_.stalls();
  functions_.attach(device, down, table, own);
  ring_.add_device(traits.invalidations);
}

void Iommu::attach(DeviceIndex device, Pasid pasid, IoPageTable& table) {
  ENSURE(translations_.is_nested() || table.guest == nullptr, "guest memory has a second stage");
  functions_.attach(device, pasid, table);
}

void Iommu::detach(DeviceIndex device, Pasid pasid) {
  functions_.detach(device, pasid);
  translations_.forget(functions_[device]);
}

void Iommu::receive(const UpMessage& message) {
  std::visit(sim::Overloaded{[this](const AtsRequest& request) { ats_.receive(request); },
                             [this](const PageRequest& request) { requests_.receive(request); },
                             [this](const DeviceInvalidationDone& done) { ring_.completed(done); },
                             [this](const UntranslatedAccess& access) { stalls_.receive(access); }},
             message);
}

void Iommu::apply(IommuAction action, DeviceIndex device) {
  const IommuActionInfo& info = info_of(action);
  requests_.queue().set(info.what, info.on, device);
  if (info.of_function()) translations_.forget(functions_[device]);
  functions_.set(info.what, info.on, device);
  if (action == IommuAction::remove_context) stalls_.terminate_stalls(device);
}

void Iommu::terminate_stream(DeviceIndex device) {
  if (!stalls_.stalls()) return;
  ++functions_[device].terminations;
  stalls_.terminate_stalls(device);
}

void Iommu::resume_stream(DeviceIndex device) {
  if (stalls_.stalls()) --functions_[device].terminations;
}

// VT-d's driver asks for it with every PASID (Linux, prq_to_iommu_prot() and below), AMD's as well;
// RESUME has a STAG and no PASID. A PRI device says what it needs in Status.PRG Response PASID
// Required, which the unmerged PRI series for SMMUv3 looks at, and RISC-V's DC.tc.PRPR follows.
bool Iommu::response_needs_pasid(const PageRequest& request) const {
  if (!request.pasid) return false;
  switch (kind_) {
    case IommuKind::vtd:
    case IommuKind::amd:
      return true;
    case IommuKind::smmu_stall:
      return false;
    case IommuKind::smmu_pri:
    case IommuKind::riscv:
      return functions_[request.device].response_pasid_required;
  }
  return true;
}

bool Iommu::respond_at_once(DeviceIndex device, const PageResponse& response) {
  return ring_.respond_at_once(device, encoded(kind_, response));
}

sim::Task<> Iommu::respond_in_turn(DeviceIndex device, PageResponse response) {
  co_await ring_.room();
  ring_.submit_response(device, encoded(kind_, response));
  if (!ring_.commands().response_waited) co_return;
  co_await ring_.room();
  CommandRing::Status status;
  ring_.submit_wait(status);
  if (status.value == CommandRing::Status::Value::pending) {
    co_await status.written.wait({"status of a wait descriptor", path_.c_str()});
  }
}

/// One invalidation of the IOTLB and, behind it, of device TLBs.
struct Iommu::Flush {
  IoPageTable* table;
  IovaPage first;
  std::uint64_t pages;
  std::optional<Originator> only{};  ///< this function or PASID; absent: all who are attached

  bool reaches(const Originator& attached) const {
    if (!only) return true;
    return attached.device == only->device &&
           (!attached.pasid || !only->pasid || attached.pasid == only->pasid);
  }
};

sim::Task<> Iommu::invalidate(IoPageTable& table, IovaPage first, std::uint64_t pages) {
  return flush({&table, first, pages});
}

// Behind a PASID that has gone there is no table: then by that of the function, which orders as
// well. Of a function with PASIDs every table, one after the other.
sim::Task<> Iommu::invalidate_all(Originator who) {
  const FunctionEntry& function = functions_[who.device];
  if (who.pasid || function.by_pasid.empty()) {
    IoPageTable* const own = function.table_of(who.pasid);
    IoPageTable& table = own != nullptr ? *own : *function.table;
    co_await flush({&table, table.first(), who.pasid ? 0 : table.span(), who});
    co_return;
  }
  std::vector<IoPageTable*> tables{function.table};
  for (const FunctionEntry::PasidEntry& entry : function.by_pasid) {
    if (entry.table != nullptr) tables.push_back(entry.table);
  }
  for (std::size_t i = 0; i < tables.size(); ++i) {
    if (std::ranges::find(tables, tables[i]) != tables.begin() + static_cast<std::ptrdiff_t>(i)) {
      continue;  // has been flushed
    }
    co_await flush({tables[i], tables[i]->first(), tables[i]->span(), who});
  }
}

sim::Task<> Iommu::flush(Flush what) {
  using Value = CommandRing::Status::Value;
  const bool counted = window_.counts(simulation_.now());
  stats_.iotlb_invalidations += counted;
  // Devices know the addresses of the first stage only: with a guest page goes all that they hold.
  IoPageTable& table = *what.table;
  const std::span<IoPageTable* const> above = table.first_stages;
  const std::span<IoPageTable* const> reached = above.empty() ? std::span(&what.table, 1) : above;
  Value end = Value::aborted;
  while (end == Value::aborted) {
    co_await ring_.room();
    ring_.submit_iotlb(table, what.first, what.pages);
    for (std::size_t t = 0; t < reached.size(); ++t) {
      const IoPageTable& each = *reached[t];
      const PageRange range =
          above.empty() ? PageRange{what.first, what.pages} : PageRange{each.first(), each.span()};
      for (std::size_t i = 0; i < each.attached.size(); ++i) {
        const Originator attached = each.attached[i];
        FunctionEntry& function = functions_[attached.device];
        if (!what.reaches(attached) || function.broken || !function.ats) continue;
        function.stats.atc_invalidations += counted;
        co_await ring_.room();
        const PageRange units = whole_units(range, function.unit_shift);
        ring_.submit_device_tlb(attached, units.first, units.pages);
      }
    }
    co_await ring_.room();
    CommandRing::Status status;
    ring_.submit_wait(status);
    if (status.value == Value::pending) {
      co_await status.written.wait({"device TLB invalidation", path_.c_str()});
    }
    end = status.value;
  }
}

void Iommu::invalidate_iotlb(IoPageTable& table, IovaPage first, std::uint64_t pages) {
  translations_.invalidate(table, first, pages);
  journal_.note(simulation_.now(), kInvalidated, first.value);
}

void Iommu::post(DeviceIndex device, const DeviceInvalidation& request) {
  functions_[device].down->send(simulation_.now(), request);
}

void Iommu::post(DeviceIndex device, const GroupResponse& response) {
  const sim::Time now = simulation_.now();
  journal_.note(now, kResponded, std::uint64_t{device.value} << 16 | response.index.value);
  if (stalls_.stalls()) {
    stalls_.resume(device, response.index, response.code);
  } else {
    functions_[device].down->send(now, response);
  }
}

void Iommu::timed_out(DeviceIndex device) {
  const sim::Time now = simulation_.now();
  FunctionEntry& function = functions_[device];
  function.stats.timeouts += window_.covers(now);
  journal_.note(now, kTimedOut, device.value);
  function.broken = true;
  function.present = false;
  if (info_of(IommuAction::remove_context).exists_in(kind_)) {
    requests_.queue().set(IommuSwitch::context, false, device);
  }
}

}  // namespace faultpath::models
