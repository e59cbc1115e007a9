// Attaching functions and PASIDs to tables.
#include "models/iommu/function_table.hpp"

#include <algorithm>

#include "sim/ensure.hpp"

namespace faultpath::models {

IoPageTable* FunctionEntry::table_of_entry(Pasid pasid) const {
  const auto entry = std::ranges::find(by_pasid, pasid, &PasidEntry::pasid);
  return entry == by_pasid.end() ? nullptr : entry->table;
}

void FunctionTable::attach(DeviceIndex device, Wire<DownMessage>& down, IoPageTable& table,
                           const FunctionTraits& traits) {
  ENSURE(device.value == functions_.size(), "devices are attached in order");
  functions_.push_back(std::make_unique<FunctionEntry>(down, table, traits));
  if (traits.uses_own_table) table.attached.push_back({device, std::nullopt});
}

void FunctionTable::attach(DeviceIndex device, Pasid pasid, IoPageTable& table) {
  std::vector<FunctionEntry::PasidEntry>& entries = functions_[device.value]->by_pasid;
  const auto entry = std::ranges::find(entries, pasid, &FunctionEntry::PasidEntry::pasid);
  if (entry == entries.end()) {
    entries.push_back({pasid, &table});
  } else {
    ENSURE(entry->table == nullptr, "a PASID has one table");
    entry->table = &table;
  }
  table.attached.push_back({device, pasid});
}

void FunctionTable::detach(DeviceIndex device, Pasid pasid) {
  std::vector<FunctionEntry::PasidEntry>& entries = functions_[device.value]->by_pasid;
  const auto entry = std::ranges::find(entries, pasid, &FunctionEntry::PasidEntry::pasid);
  ENSURE(entry != entries.end() && entry->table != nullptr, "the PASID has a table");
  std::erase(entry->table->attached, Originator{device, pasid});
  entry->table = nullptr;
}

void FunctionTable::set(IommuSwitch what, bool on, DeviceIndex device) {
  switch (what) {
    case IommuSwitch::context:
      functions_[device.value]->present = on;
      return;
    case IommuSwitch::pasid_entries:
      functions_[device.value]->pasids_present = on;
      return;
    case IommuSwitch::page_requests:
      functions_[device.value]->page_requests = on;
      return;
    case IommuSwitch::iommu:
      on_ = on;
      return;
    case IommuSwitch::scalable_mode:
    case IommuSwitch::queue:
    case IommuSwitch::queue_memory:
      return;
  }
}

}  // namespace faultpath::models
