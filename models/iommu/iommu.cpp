// Translation requests, page requests and invalidations inside the IOMMU.
#include "models/iommu/iommu.hpp"

#include <utility>

#include "sim/ensure.hpp"

namespace faultpath::models {
namespace {

constexpr EntryKind kTranslated{1, "translated"};
constexpr EntryKind kNoPermission{2, "no permission"};
constexpr EntryKind kQueued{3, "page request queued"};
constexpr EntryKind kAnswered{4, "page request answered automatically"};
constexpr EntryKind kDropped{5, "page request dropped"};
constexpr EntryKind kOverflow{6, "overflow"};
constexpr EntryKind kInvalidated{7, "invalidated"};
constexpr EntryKind kResponded{8, "group response"};

/// Root, context, PASID directory and PASID table entry (VT-d scalable mode).
constexpr std::uint32_t kConfigReads = 4;

const std::string kPath = "iommu";

template <class... F>
struct Overloaded : F... {
  using F::operator()...;
};

}  // namespace

Iommu::Iommu(sim::Simulation& simulation, const IommuSpec& spec, const StatisticsWindow& window,
             std::unique_ptr<PageRequestQueue> queue)
    : simulation_(simulation),
      spec_(spec),
      window_(window),
      queue_(std::move(queue)),
      iotlb_(spec.iotlb.entries, spec.iotlb.ways),
      walker_(spec),
      walkers_(spec.walkers, "page-table walkers"),
      lookup_(spec.lookup),
      memory_read_(spec.memory_read),
      iotlb_invalidation_(spec.invalidation.iotlb),
      lookup_stream_(simulation.stream(kPath, "lookup")),
      read_stream_(simulation.stream(kPath, "memory read")),
      invalidation_stream_(simulation.stream(kPath, "invalidation")),
      journal_(simulation, kPath) {}

void Iommu::attach(DeviceIndex device, Wire<DownMessage>& down, AddressSpace& space) {
  ENSURE(device.value == ports_.size(), "devices are attached in order");
  ports_.push_back(std::make_unique<Port>(down, space));
  space.devices.push_back(device);
}

void Iommu::receive(const UpMessage& message) {
  std::visit(Overloaded{[this](const AtsRequest& request) {
                          simulation_.start(translate(request), "iommu/translation");
                        },
                        [this](const PageRequest& request) { accept(request); },
                        [this](const DeviceInvalidationDone& done) { finish_invalidation(done); },
                        [this](const UntranslatedAccess& untranslated) {
                          simulation_.start(access(untranslated), "iommu/access");
                        }},
             message);
}

sim::Process Iommu::translate(AtsRequest request) {
  Port& port = *ports_[request.device.value];
  const sim::Duration lookup = lookup_(lookup_stream_);
  const auto cached = iotlb_.find(port.space->tag(), request.page.value);
  const bool counted = window_.covers(simulation_.now());
  if (cached && (cached->write || !request.write)) {
    stats_.iotlb_hits += counted;
    co_await simulation_.delay(lookup, {"IOTLB", ""});
  } else {
    stats_.iotlb_misses += counted;
    co_await walkers_.take();
    const sim::Duration reading = configure(port) + walk(port, request.page);
    co_await simulation_.delay(lookup + reading, {"page-table walk", ""});
    walkers_.give();
  }
  complete(port, request);
}

// The transaction stays here while software resolves its fault; a retry begins as if it had just
// arrived.
sim::Process Iommu::access(UntranslatedAccess access) {
  Port& port = *ports_[access.device.value];
  AddressSpace& space = *port.space;
  AtsCompletion answer{.tag = access.tag};
  for (;;) {
    const sim::Duration lookup = lookup_(lookup_stream_);
    const bool cached = iotlb_.hit(space.tag(), access.page.value, access.write);
    (cached ? stats_.iotlb_hits : stats_.iotlb_misses) += window_.covers(simulation_.now());
    if (!cached) co_await walkers_.take();
    const sim::Duration walking =
        cached ? sim::Duration::zero() : configure(port) + walk(port, access.page);
    co_await simulation_.delay(lookup + walking, {"page-table walk", ""});
    if (!cached) walkers_.give();
    const PageTableEntry entry = space.walk(access.page, access.write);
    answer.readable = entry.present;
    answer.writable = entry.present && (entry.writable || !access.write);
    if (entry.present) {
      iotlb_.insert({access.page.value, space.tag(), entry.page_bits, {true, entry.writable}});
      break;
    }
    answer.stalled = true;
    const PrgIndex stag = stall(access);
    const ResponseCode code = co_await stalls_.resumed(stag);
    access.fault.enter(simulation_.now(), FaultStage::retry);
    if (code != ResponseCode::success) break;
  }
  journal_.note(simulation_.now(), answer.readable ? kTranslated : kNoPermission,
                access.page.value);
  port.down->send(simulation_.now(), answer);
}

PrgIndex Iommu::stall(const UntranslatedAccess& access) {
  PageRequest record;
  record.device = access.device;
  record.page = access.page;
  record.pasid = access.pasid;
  record.index = stalls_.hold();
  record.read = !access.write;
  record.write = access.write;
  record.last = true;
  record.counted = access.counted;
  record.fault = access.fault;
  stats_.stalls += access.counted;
  accept(record);
  return record.index;
}

// The caches say at the start of a walk what has to be read; the last entry is read at its end.
sim::Duration Iommu::walk(Port& port, IovaPage page) {
  const PageTableEntry entry = port.space->peek(page);
  const std::uint32_t count = walker_.reads(port.space->tag(), page, entry);
  if (window_.covers(simulation_.now())) stats_.walk_reads += count;
  return reads(count);
}

sim::Duration Iommu::configure(Port& port) {
  if (std::exchange(port.configured, true)) return sim::Duration::zero();
  if (window_.covers(simulation_.now())) stats_.config_reads += kConfigReads;
  return reads(kConfigReads);
}

sim::Duration Iommu::reads(std::uint32_t count) {
  if (memory_read_.is_constant()) return count * memory_read_.mean();
  sim::Duration sum{};
  for (std::uint32_t i = 0; i < count; ++i) sum += memory_read_(read_stream_);
  return sum;
}

void Iommu::complete(Port& port, const AtsRequest& request) {
  const PageTableEntry entry = port.space->walk(request.page, request.write);
  AtsCompletion completion{.tag = request.tag};
  if (entry.present) {
    completion.readable = true;
    completion.writable = entry.writable;
    completion.page_bits = entry.page_bits;
    iotlb_.insert({request.page.value, port.space->tag(), entry.page_bits, {true, entry.writable}});
  }
  journal_.note(simulation_.now(), entry.present ? kTranslated : kNoPermission, request.page.value);
  port.down->send(simulation_.now(), completion);
}

void Iommu::accept(const PageRequest& request) {
  const sim::Time now = simulation_.now();
  const Port& port = *ports_[request.device.value];
  const Arrival arrival = queue_->arrive(request);
  if (arrival.overflowed) {
    journal_.note(now, kOverflow, request.page.value);
    overflow_since_ = now;
    stats_.queue_overflows += window_.covers(now);
  }
  switch (arrival.fate) {
    case Arrival::Fate::queued:
      if (spec_.kind == IommuKind::vtd) {  // implicit, before the queue write (VT-d 6.5.3.1)
        iotlb_.invalidate(port.space->tag(), request.page.value, 1);
        walker_.invalidate(port.space->tag(), request.page);
      }
      journal_.note(now, kQueued, request.page.value);
      request.fault.enter(now, FaultStage::queue);
      stats_.queue_depth.set(now, queue_->occupied());
      break;
    case Arrival::Fate::answered:
      journal_.note(now, kAnswered, request.page.value);
      stats_.auto_responses += request.counted;
      request.fault.enter(now, FaultStage::respond);
      port.down->send(
          now, GroupResponse{request.index, arrival.carries_pasid ? request.pasid : std::nullopt,
                             arrival.code});
      break;
    case Arrival::Fate::dropped:
      journal_.note(now, kDropped, request.page.value);
      stats_.requests_dropped += request.counted;
      break;
  }
  if (arrival.interrupt) target_->interrupt();
}

void Iommu::respond(DeviceIndex device, const GroupResponse& response) {
  const sim::Time now = simulation_.now();
  journal_.note(now, kResponded, std::uint64_t{device.value} << 16 | response.index.value);
  if (spec_.kind == IommuKind::smmu_stall) {
    stalls_.resume(response.index, response.code);
  } else {
    ports_[device.value]->down->send(now, response);
  }
}

void Iommu::queue_changed() {
  const sim::Time now = simulation_.now();
  stats_.queue_depth.set(now, queue_->occupied());
  if (overflow_since_ && !queue_->overflow()) {
    if (window_.covers(*overflow_since_)) stats_.overflow_recovery.record(now - *overflow_since_);
    overflow_since_.reset();
  }
}

sim::Task<> Iommu::invalidate(AddressSpace& space, IovaPage first, std::uint64_t pages) {
  const bool counted = window_.covers(simulation_.now());
  stats_.iotlb_invalidations += counted;
  co_await simulation_.delay(iotlb_invalidation_(invalidation_stream_), {"IOTLB", "iommu"});
  iotlb_.invalidate(space.tag(), first.value, pages);
  journal_.note(simulation_.now(), kInvalidated, first.value);
  if (spec_.kind == IommuKind::smmu_stall) co_return;  // no device has a TLB
  InvalidationWait wait;
  wait.remaining = static_cast<std::uint32_t>(space.devices.size());
  for (const DeviceIndex device : space.devices) {
    stats_.atc_invalidations += counted;
    const DeviceInvalidation request{.itag = 0, .first = first, .pages = pages};
    simulation_.start(invalidate_device(device, request, wait), "iommu/device invalidation");
  }
  if (wait.remaining > 0) {
    co_await wait.done.wait({"device TLB invalidation", "iommu"});
  }
}

sim::Process Iommu::invalidate_device(DeviceIndex device, DeviceInvalidation request,
                                      InvalidationWait& wait) {
  Port& port = *ports_[device.value];
  co_await port.itags.take();
  while (port.waits[request.itag] != nullptr) ++request.itag;
  port.waits[request.itag] = &wait;
  port.down->send(simulation_.now(), request);
}

void Iommu::finish_invalidation(const DeviceInvalidationDone& done) {
  Port& port = *ports_[done.device.value];
  InvalidationWait* const wait = std::exchange(port.waits[done.itag], nullptr);
  ENSURE_IN(kPath, wait != nullptr, "only an outstanding invalidation completes");
  port.itags.give();
  if (--wait->remaining == 0) wait->done.raise();
}

}  // namespace faultpath::models
