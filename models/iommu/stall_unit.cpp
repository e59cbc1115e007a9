// Untranslated accesses: lookup and walk, then stall or termination.
#include "models/iommu/stall_unit.hpp"

#include <cstdint>

namespace faultpath::models {
namespace {

std::optional<SmmuStallSpec> stall_spec(const IommuSpec& spec) {
  const auto* const own = spec.kind.get<SmmuStallSpec>();
  return own != nullptr ? std::optional(*own) : std::nullopt;
}

PageRequest record_of(const UntranslatedAccess& access) {
  PageRequest record;
  record.device = access.device;
  record.page = access.page;
  record.pasid = access.pasid;
  record.read = !access.write;
  record.write = access.write;
  return record;
}

}  // namespace

StallUnit::StallUnit(const UnitSetting& setting, TranslationUnit& translations,
                     PageRequestUnit& requests, FaultRecordUnit& faults)
    : simulation_(setting.simulation),
      functions_(setting.functions),
      translations_(translations),
      requests_(requests),
      faults_(faults),
      spec_(stall_spec(setting.spec)),
      path_(setting.path.c_str()),
      access_name_(setting.path + "/access"),
      retry_name_(setting.path + "/early retry"),
      storage_name_(setting.path + "/stall storage"),
      stalls_(spec_ && spec_->suppress_duplicates, path_),
      storage_(spec_ ? spec_->capacity : 1, storage_name_.c_str()),
      room_(storage_name_.c_str()) {}

void StallUnit::receive(const UntranslatedAccess& access) {
  simulation_.start(serve(access), access_name_.c_str());
}

sim::Process StallUnit::serve(UntranslatedAccess access) {
  AtsCompletion answer{.tag = access.tag};
  Held held;
  while (storage_.waiting() > 0) co_await room_.wait();
  bool done = false;
  while (!done) done = co_await attempt(access, held, answer);
  if (held.stag) leave(access, held);
  translations_.note(access.page, answer.readable);
  functions_[access.device].down->send(simulation_.now(), answer);
}

// Once through lookup, walk and, if it faults, a stall. False: it has to try again.
sim::Task<bool> StallUnit::attempt(UntranslatedAccess& access, Held& held, AtsCompletion& answer) {
  Lookup lookup(functions_[access.device], access.page, access.pasid, access.write);
  co_await translations_.find(lookup);
  WalkResult found;
  if (lookup.is_current()) found = translations_.entry(lookup, 0);
  std::optional<StallEnd> end;
  if (held.stag) end = stalls_.take_end(*held.stag);  // while the SMMU tried by itself
  if (end) co_return go_on(access, held, *end, answer);
  if (grant(lookup, found.entry, answer)) co_return true;
  if (!may_stall(access)) {
    log(access);
    terminate(answer, StallEnd::abort);
    co_return true;
  }
  answer.stalled = true;
  if (!held.stag) {
    const bool entered = co_await enter(access, held);
    if (!entered) co_return false;
  }
  report(access, found.miss, held);
  end = co_await stalls_.ended(*held.stag);
  if (!end) co_return false;
  co_return go_on(access, held, *end, answer);
}

bool StallUnit::grant(const Lookup& lookup, const PageTableEntry& entry, AtsCompletion& answer) {
  if (entry.present && !functions_.cut_off(lookup.function)) {
    answer.readable = true;
    answer.writable = entry.writable;
    translations_.keep(lookup, lookup.page, entry);
  }
  return lookup.write ? answer.writable : answer.readable;
}

// What is wrong with the configuration never stalls.
bool StallUnit::may_stall(const UntranslatedAccess& access) const {
  const FunctionEntry& function = functions_[access.device];
  return spec_ && spec_->model != StallModel::terminate_only && function.page_requests &&
         !functions_.cut_off(function) && function.table_of(access.pasid) != nullptr;
}

// Takes a place in the storage. False when the stream may not stall any more by then.
sim::Task<bool> StallUnit::enter(const UntranslatedAccess& access, Held& held) {
  co_await storage_.take();
  if (storage_.waiting() == 0) room_.notify_all();
  if (!may_stall(access)) {
    storage_.give();
    co_return false;
  }
  hold(access, held);
  co_return true;
}

// A command has ended the stall. True when the access is at its end with it.
bool StallUnit::go_on(UntranslatedAccess& access, Held& held, StallEnd how, AtsCompletion& answer) {
  storage_.give();
  if (how == StallEnd::terminated) {
    take_fault_back(access, held);
  } else {
    access.fault = marks_.current(access.fault);  // who has answered may have taken it back
  }
  held.stag.reset();
  marks_.enter(access.fault, simulation_.now(), FaultStage::retry);
  if (how == StallEnd::retry) return false;
  terminate(answer, how);
  return true;
}

// RAZ/WI: the client sees no error.
void StallUnit::terminate(AtsCompletion& answer, StallEnd how) const {
  const bool silent = spec_ && how == StallEnd::abort && spec_->terminate_as == TerminateAs::raz_wi;
  answer.readable = answer.writable = silent;
  answer.terminated = true;
}

// Of what is terminated without a stall; an SMMU's record may find no room.
void StallUnit::log(const UntranslatedAccess& access) {
  if (!stalls()) {
    return faults_.record({access.device, access.pasid, access.page, access.counted});
  }
  const bool recorded = requests_.receive(record_of(access)) == Arrival::Fate::queued;
  FunctionStats& stats = functions_[access.device].stats;
  stats.faults_logged += access.counted && recorded;
  stats.records_lost += access.counted && !recorded;
}

void StallUnit::hold(const UntranslatedAccess& access, Held& held) {
  held.stag = stalls_.hold({access.device, access.page, access.pasid});
  held.since = simulation_.now();
  held.suppressed = false;
  if (spec_->early_retry) simulation_.start(retry_early(*held.stag), retry_name_.c_str());
}

sim::Process StallUnit::retry_early(PrgIndex stag) {
  const std::uint32_t life = stalls_.life(stag);
  do {
    co_await simulation_.delay(*spec_->early_retry, {"early retry", path_});
  } while (stalls_.try_again(stag, life));
}

// Once for each stall, and not for one like another whose record is pending.
void StallUnit::report(const UntranslatedAccess& access, const WalkMiss& miss, Held& held) {
  if (stalls_.recorded(*held.stag)) return;
  FunctionStats& stats = functions_[access.device].stats;
  if (spec_->suppress_duplicates &&
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
  requests_.receive(record);
}

// An early retry has succeeded. Software still has to answer the record, if there is one, and until
// then the place is taken.
void StallUnit::leave(UntranslatedAccess& access, const Held& held) {
  if (!stalls_.recorded(*held.stag)) storage_.give();
  stalls_.leave(*held.stag);
  take_fault_back(access, held);
  marks_.enter(access.fault, simulation_.now(), FaultStage::retry);
}

// Software may have moved the fault on, even ahead of the clock, and still refers to it. From now
// on that is stale, and all that it did counts as waiting in the queue.
void StallUnit::take_fault_back(UntranslatedAccess& access, const Held& held) {
  access.fault = marks_.take_back(access.fault, held.since);
  marks_.enter(access.fault, held.since, FaultStage::queue);
}

void StallUnit::resume(DeviceIndex device, PrgIndex stag, ResponseCode code) {
  end(device, stag, code == ResponseCode::success ? StallEnd::retry : StallEnd::abort);
}

void StallUnit::end(DeviceIndex device, PrgIndex stag, StallEnd how) {
  const bool left = stalls_.has_left(stag);
  if (stalls_.end(device, stag, how) && left) storage_.give();
}

void StallUnit::terminate_stalls(DeviceIndex device) {
  for (std::size_t tag = 0; tag < stalls_.tags(); ++tag) {
    end(device, PrgIndex{static_cast<std::uint16_t>(tag)}, StallEnd::terminated);
  }
}

}  // namespace faultpath::models
