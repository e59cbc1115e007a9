// Translation requests inside the IOMMU: lookup, walk, answer.
#include <utility>

#include "models/iommu/iommu.hpp"

namespace faultpath::models {
namespace {

constexpr EntryKind kTranslated{1, "translated"};
constexpr EntryKind kNoPermission{2, "no permission"};

}  // namespace

// Without its configuration entries the IOMMU does not know under which domain to look. A walker is
// taken for what has to be read only, when the caches have been looked up.
sim::Process Iommu::translate(AtsRequest request) {
  Port& port = *ports_[request.device.value];
  const sim::Duration lookup = lookup_(lookup_stream_);
  const auto missing = configuration_.look_up(port.configuration, request.pasid);
  const auto cached = iotlb_.find(port.space->tag(), request.page.value);
  const bool hit = cached && (cached->write || !request.write);
  (hit ? port.stats.iotlb_hits : port.stats.iotlb_misses) += window_.covers(simulation_.now());
  co_await simulation_.delay(lookup, {"IOTLB", ""});
  Walk walking;
  if (!hit || missing.total() > 0) {
    co_await walkers_.take();
    const sim::Duration reading = configure(port, missing);
    if (!hit) walking = walk(port, request.page, request.write);
    co_await simulation_.delay(reading + walking.reading, {"page-table walk", ""});
    walkers_.give();
  }
  complete(port, request, walking.from);
}

// The caches say at the start of a walk what has to be read; the last entry is read at its end.
Iommu::Walk Iommu::walk(Port& port, IovaPage page, bool write) {
  const AddressSpace& space = *port.space;
  NestedWalker::Walk begun;
  if (nested_) {
    begun = nested_->begin(space, page);
  } else {
    begun.reads = walker_.reads(space.tag(), page, space.peek(page));
  }
  const bool counted = window_.covers(simulation_.now());
  if (counted) port.stats.walk_reads += begun.reads;
  Walk walk{reads(begun.reads), begun.from};
  if (space.tracks_use || nested_) {
    const std::uint32_t marks = updates(space, page, write, begun.from);
    port.stats.table_updates += counted ? marks : 0;
    for (std::uint32_t i = 0; i < marks; ++i) walk.reading += entry_update_(update_stream_);
  }
  return walk;
}

std::uint32_t Iommu::updates(const AddressSpace& space, IovaPage page, bool write,
                             unsigned from) const {
  if (nested_) return updates_of_both(space, page, write, from);
  return space.needs_marks(page, write);
}

WalkResult Iommu::result(AddressSpace& space, IovaPage page, bool write, unsigned from) const {
  if (nested_) return walk_both(space, page, write, from);
  return {space.walk(page, write), {WalkMiss::Stage::first}};
}

// A process table of the guest lies behind the second stage.
sim::Duration Iommu::configure(Port& port, const ConfigurationCache::Misses& missing) {
  if (missing.total() == 0) return sim::Duration::zero();
  std::uint32_t second_stage = 0;
  for (unsigned level = 0; level < missing.process_tables; ++level) {
    if (!configuration_.process_tables_in_guest()) break;
    const GuestMemory& guest = *port.space->guest;
    second_stage += nested_->translate(port.space->tag(), guest, guest.process_table(level)).reads;
  }
  if (window_.covers(simulation_.now())) {
    port.stats.config_reads += missing.total();
    port.stats.walk_reads += second_stage;
  }
  return reads(missing.total() + second_stage);
}

sim::Duration Iommu::reads(std::uint32_t count) {
  if (memory_read_.is_constant()) return count * memory_read_.mean();
  sim::Duration sum{};
  for (std::uint32_t i = 0; i < count; ++i) sum += memory_read_(read_stream_);
  return sum;
}

void Iommu::note_translation(IovaPage page, bool permitted) {
  journal_.note(simulation_.now(), permitted ? kTranslated : kNoPermission, page.value);
}

// Without context or PASID entry there is nothing to walk.
bool Iommu::refuse(Port& port, const AtsRequest& request) {
  AtsCompletion completion{.tag = request.tag};
  completion.refused = off_ || port.refused;
  if (!completion.refused && !port.no_pasid) return false;
  configuration_.forget(port.configuration);  // what is not present is not cached
  port.stats.faults_logged += completion.refused && window_.covers(simulation_.now());
  note_translation(request.page, false);
  port.down->send(simulation_.now(), completion);
  return true;
}

void Iommu::complete(Port& port, const AtsRequest& request, unsigned from) {
  if (refuse(port, request)) return;
  AtsCompletion completion{.tag = request.tag};
  const PageTableEntry entry = result(*port.space, request.page, request.write, from).entry;
  if (entry.present) {
    completion.readable = true;
    completion.writable = entry.writable;
    completion.page_bits = entry.page_bits;
    iotlb_.insert({request.page.value, port.space->tag(), entry.page_bits, {true, entry.writable}});
  }
  note_translation(request.page, entry.present);
  deliver(port, completion);
}

// AMD damps devices that come back at once from an automatic answer: one late answer for each.
void Iommu::deliver(Port& port, const AtsCompletion& completion) {
  if (completion.readable || port.late_answers == 0) {
    return port.down->send(simulation_.now(), completion);
  }
  --port.late_answers;
  simulation_.start(deliver_late(*port.down, completion), "iommu/translation");
}

sim::Process Iommu::deliver_late(Wire<DownMessage>& down, AtsCompletion completion) {
  co_await simulation_.delay(spec_.amd.response_delay, {"ATS response timer", "iommu"});
  down.send(simulation_.now(), completion);
}

}  // namespace faultpath::models
