// Records of faults, by function.
#include "models/metrics/fault_log.hpp"

namespace faultpath::models {

FaultId FaultLog::begin(std::uint32_t function, sim::Time missed) {
  if (functions_.size() <= function) functions_.resize(function + 1);
  auto& records = functions_[function];
  if (!records) records = std::make_unique<sim::Pool<Record>>();
  Record& record = records->take();
  ++record.generation;
  record.clock.begin(missed, FaultStage::translate);
  return {function, static_cast<std::uint32_t>(records->number_of(record)), record.generation};
}

FaultId FaultLog::take_back(const FaultId& id, sim::Time at) {
  Record* const record = find(id);
  if (record == nullptr) return id;
  record->clock.forget_after(at);
  ++record->generation;
  return current(id);
}

FaultId FaultLog::current(const FaultId& id) const {
  return {id.function, id.slot, record(id).generation};
}

void FaultLog::release(const FaultId& id) {
  Record& released = record(id);
  ++released.generation;  // what still refers to it is stale
  functions_[id.function]->give(released);
}

}  // namespace faultpath::models
