// Untranslated accesses inside the IOMMU: lookup and walk, then stall or termination.
#include "models/iommu/iommu.hpp"

namespace faultpath::models {
/// The stall that an access is in, if it is, and its fault's clock from before.
struct Iommu::Held {
  std::optional<PrgIndex> stag;
  sim::Time since{};
  sim::StageClock<FaultStage> clock{};
  bool suppressed = false;  ///< it has been without a record
};

// The transaction stays here while software resolves its fault; a retry begins as if it had just
// arrived. With the storage for stalls full it waits for a place, and keeps later ones out.
sim::Process Iommu::access(UntranslatedAccess access) {
  const Port& port = *ports_[access.device.value];
  AtsCompletion answer{.tag = access.tag};
  Held held;
  while (stall_storage_.waiting() > 0) co_await room_to_stall_.wait();
  for (;;) {
    const WalkResult found = co_await walk_for(access);
    std::optional<StallEnd> end;
    if (held.stag) end = stalls_.take_end(*held.stag);  // while the SMMU tried by itself
    if (!end && found.entry.present && !cut_off(port)) grant(access, found.entry, answer);
    if (!end && (access.write ? answer.writable : answer.readable)) break;
    if (!end && !may_stall(port)) {
      log(access);
      terminate(answer, StallEnd::abort);
      break;
    }
    if (!end) {
      answer.stalled = true;
      if (!held.stag) {
        co_await stall_storage_.take();
        if (stall_storage_.waiting() == 0) room_to_stall_.notify_all();
        if (!may_stall(port)) {  // any more
          stall_storage_.give();
          continue;
        }
        hold(access, held);
      }
      report(access, found.miss, held);
      end = co_await stalls_.ended(*held.stag);
    }
    if (!end) continue;
    stall_storage_.give();
    if (*end == StallEnd::terminated) take_clock_back(access, held);
    held.stag.reset();
    access.fault.enter(simulation_.now(), FaultStage::retry);
    if (*end == StallEnd::retry) continue;
    terminate(answer, *end);
    break;
  }
  if (held.stag) leave(access, held);
  note_translation(access.page, answer.readable);
  port.down->send(simulation_.now(), answer);
}

sim::Task<WalkResult> Iommu::walk_for(UntranslatedAccess access) {
  Port& port = *ports_[access.device.value];
  AddressSpace& space = *port.space;
  const sim::Duration lookup = lookup_(lookup_stream_);
  const auto missing = configuration_.look_up(port.configuration, access.pasid);
  const bool hit = iotlb_.hit(space.tag(), access.page.value, access.write);
  const bool reads = !hit || missing.total() > 0;
  (hit ? port.stats.iotlb_hits : port.stats.iotlb_misses) += window_.covers(simulation_.now());
  co_await simulation_.delay(lookup, {"IOTLB", ""});
  Walk walking;
  if (reads) {
    co_await walkers_.take();
    const sim::Duration reading = configure(port, missing);
    if (!hit) walking = walk(port, access.page, access.write);
    co_await simulation_.delay(reading + walking.reading, {"page-table walk", ""});
    walkers_.give();
  }
  co_return result(space, access.page, access.write, walking.from);
}

void Iommu::grant(const UntranslatedAccess& access, const PageTableEntry& entry,
                  AtsCompletion& answer) {
  const std::uint32_t tag = ports_[access.device.value]->space->tag();
  answer.readable = true;
  answer.writable = entry.writable;
  iotlb_.insert({access.page.value, tag, entry.page_bits, {true, entry.writable}});
}

bool Iommu::may_stall(const Port& port) const {
  return spec_.kind == IommuKind::smmu_stall && spec_.stall.model != StallModel::terminate_only &&
         !port.no_stalls && !cut_off(port);
}

// RAZ/WI: the client sees no error.
void Iommu::terminate(AtsCompletion& answer, StallEnd how) const {
  const bool silent = spec_.kind == IommuKind::smmu_stall && how == StallEnd::abort &&
                      spec_.stall.terminate_as == TerminateAs::raz_wi;
  answer.readable = answer.writable = silent;
  answer.terminated = true;
}

// Of what is terminated without a stall; an SMMU's record may find no room.
void Iommu::log(const UntranslatedAccess& access) {
  bool recorded = true;
  if (spec_.kind == IommuKind::smmu_stall) {
    recorded = accept(record_of(access)) == Arrival::Fate::queued;
  }
  FunctionStats& stats = ports_[access.device.value]->stats;
  stats.faults_logged += access.counted && recorded;
  stats.records_lost += access.counted && !recorded;
}

PageRequest Iommu::record_of(const UntranslatedAccess& access) {
  PageRequest record;
  record.device = access.device;
  record.page = access.page;
  record.pasid = access.pasid;
  record.read = !access.write;
  record.write = access.write;
  return record;
}

void Iommu::hold(const UntranslatedAccess& access, Held& held) {
  held.stag = stalls_.hold({access.device, access.page, access.pasid});
  held.since = simulation_.now();
  if (access.fault.record != nullptr) held.clock = access.fault.record->clock;
  held.suppressed = false;
  if (spec_.stall.early_retry) simulation_.start(retry_early(*held.stag), "iommu/early retry");
}

sim::Process Iommu::retry_early(PrgIndex stag) {
  const std::uint32_t life = stalls_.life(stag);
  do {
    co_await simulation_.delay(*spec_.stall.early_retry, {"early retry", "iommu"});
  } while (stalls_.try_again(stag, life));
}

// Once for each stall, and not for one like another whose record is pending.
void Iommu::report(const UntranslatedAccess& access, const WalkMiss& miss, Held& held) {
  if (stalls_.recorded(*held.stag)) return;
  FunctionStats& stats = ports_[access.device.value]->stats;
  if (spec_.stall.suppress_duplicates &&
      stalls_.is_pending({access.device, access.page, access.pasid})) {
    stats.stalls_suppressed += access.counted && !held.suppressed;
    held.suppressed = true;
    return;
  }
  stalls_.record(*held.stag);
  PageRequest record = record_of(access);
  record.miss = miss;
  record.index = *held.stag;
  record.last = true;
  record.counted = access.counted;
  record.fault = access.fault;
  stats.stalls += access.counted;
  accept(record);
}

// An early retry has succeeded. Software still has to answer the record, if there is one, and until
// then the place is taken.
void Iommu::leave(UntranslatedAccess& access, const Held& held) {
  if (!stalls_.recorded(*held.stag)) stall_storage_.give();
  stalls_.leave(*held.stag);
  take_clock_back(access, held);
  access.fault.enter(simulation_.now(), FaultStage::retry);
}

// Software may have moved the fault on, even ahead of the clock, and still refers to it. From now
// on that is stale, and all that it did counts as waiting in the queue.
void Iommu::take_clock_back(UntranslatedAccess& access, const Held& held) {
  FaultTag& tag = access.fault;
  if (tag.record == nullptr || tag.record->serial != tag.serial) return;
  tag.serial = ++tag.record->serial;
  tag.record->clock = held.clock;
  tag.enter(held.since, FaultStage::queue);
}

void Iommu::end_stall(DeviceIndex device, PrgIndex stag, StallEnd how) {
  const bool left = stalls_.has_left(stag);
  if (stalls_.end(device, stag, how) && left) stall_storage_.give();
}

void Iommu::terminate_stream(DeviceIndex device) {
  if (spec_.kind != IommuKind::smmu_stall) return;
  ++ports_[device.value]->terminations;
  terminate_stalls(device);
}

void Iommu::resume_stream(DeviceIndex device) {
  if (spec_.kind == IommuKind::smmu_stall) --ports_[device.value]->terminations;
}

// CMD_STALL_TERM, behind a stream table entry that terminates what comes (4.7.2).
void Iommu::terminate_stalls(DeviceIndex device) {
  for (std::size_t tag = 0; tag < stalls_.tags(); ++tag) {
    end_stall(device, PrgIndex{static_cast<std::uint16_t>(tag)}, StallEnd::terminated);
  }
}

}  // namespace faultpath::models
