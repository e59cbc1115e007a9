// From a translation request to its completion.
#include "models/iommu/ats_unit.hpp"

#include <algorithm>

namespace faultpath::models {
namespace {

bool alike(const AtsCompletion& completion, const PageTableEntry& entry) {
  if (completion.readable != entry.present) return false;
  return !entry.present ||
         (completion.writable == entry.writable && completion.order == entry.order);
}

sim::Duration response_delay(const IommuKindSpec& kind) {
  const auto* const amd = kind.get<AmdSpec>();
  return amd != nullptr ? amd->response_delay : sim::Duration::zero();
}

}  // namespace

AtsUnit::AtsUnit(const UnitSetting& setting, TranslationUnit& translations, FaultRecordUnit& faults)
    : simulation_(setting.simulation),
      window_(setting.window),
      functions_(setting.functions),
      translations_(translations),
      faults_(faults),
      path_(setting.path.c_str()),
      name_(setting.path + "/translation"),
      response_delay_(response_delay(setting.spec.kind)) {}

void AtsUnit::receive(const AtsRequest& request) {
  simulation_.start(translate(request), name_.c_str());
}

sim::Process AtsUnit::translate(AtsRequest request) {
  FunctionEntry& function = functions_[request.device];
  Lookup lookup(function, request.page, request.pasid, request.write,
                std::max<std::uint32_t>(request.translations, 1));
  co_await translations_.find(lookup);
  if (refuse(lookup, request)) co_return;
  const AtsCompletion completion = completion_of(lookup, request);
  translations_.note(request.page, completion.readable);
  deliver(function, completion);
}

// Without context or PASID entry there is nothing to walk, and what is not present is not cached.
// An entry that has gone or changed during the walk counts as absent: the device asks again.
bool AtsUnit::refuse(const Lookup& lookup, const AtsRequest& request) {
  FunctionEntry& function = lookup.function;
  AtsCompletion completion{.tag = request.tag};
  completion.refused = !functions_.on() || !function.present;
  if (!completion.refused && function.pasids_present && lookup.is_current()) return false;
  translations_.forget(function);
  const sim::Time now = simulation_.now();
  if (completion.refused) {
    faults_.record({request.device, request.pasid, request.page, window_.covers(now)});
  }
  translations_.note(request.page, false);
  function.down->send(now, completion);
  return true;
}

// What has changed since the lookup counts as it is now.
AtsCompletion AtsUnit::completion_of(const Lookup& lookup, const AtsRequest& request) {
  AtsCompletion completion{.tag = request.tag, .translations = 0};
  for (std::uint32_t place = 0; place < lookup.count; ++place) {
    const PageTableEntry entry = translations_.entry(lookup, place).entry;
    if (place == 0) {
      completion.readable = entry.present;
      completion.writable = entry.present && entry.writable;
      if (entry.present) completion.order = entry.order;
    }
    if (entry.present) translations_.keep(lookup, lookup.page_at(place), entry);
    const bool step_holds = !entry.present || 1ULL << entry.order == lookup.step;
    if (place > 0 && (!alike(completion, entry) || !step_holds)) break;
    ++completion.translations;
    if (!step_holds) break;
  }
  return completion;
}

// AMD damps devices that come back at once from an automatic answer: one late answer for each.
void AtsUnit::deliver(FunctionEntry& function, const AtsCompletion& completion) {
  if (completion.readable || function.late_answers == 0) {
    return function.down->send(simulation_.now(), completion);
  }
  --function.late_answers;
  simulation_.start(deliver_late(*function.down, completion), name_.c_str());
}

sim::Process AtsUnit::deliver_late(Wire<DownMessage>& down, AtsCompletion completion) {
  co_await simulation_.delay(response_delay_, {"ATS response timer", path_});
  down.send(simulation_.now(), completion);
}

}  // namespace faultpath::models
