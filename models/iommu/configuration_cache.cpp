// Lookup and replacement of configuration entries.
#include "models/iommu/configuration_cache.hpp"

namespace faultpath::models {

ConfigurationCache::ConfigurationCache(const ConfigurationSpec& spec,
                                       const ConfigurationFormat& format, bool nested)
    : device_levels_(spec.device_levels.value_or(format.device.standard)),
      process_levels_(spec.process_levels.value_or(format.process.standard)),
      processes_(format.processes),
      nested_(nested),
      process_tables_in_guest_(nested && format.process_tables_in_guest),
      contexts_(spec.entries),
      process_entries_(spec.entries) {}

bool ConfigurationCache::has_process(std::optional<Pasid> pasid) const {
  switch (processes_) {
    case ConfigurationFormat::Processes::all:
      return true;
    case ConfigurationFormat::Processes::pasid_or_nested:
      return pasid.has_value() || nested_;
    case ConfigurationFormat::Processes::pasid:
      return pasid.has_value();
  }
  return true;
}

ConfigurationCache::Misses ConfigurationCache::look_up(Client& client, std::optional<Pasid> pasid) {
  Misses misses;
  if (!contexts_.use(client.context)) misses.device_tables = device_levels_;
  if (!has_process(pasid)) return misses;
  const std::size_t process = pasid ? pasid->value : 0;
  if (client.processes.size() <= process) client.processes.resize(process + 1, kNone);
  if (!process_entries_.use(client.processes[process])) misses.process_tables = process_levels_;
  return misses;
}

void ConfigurationCache::forget(Client& client) {
  contexts_.forget(client.context);
  for (const std::uint32_t process : client.processes) process_entries_.forget(process);
}

bool ConfigurationCache::Lru::use(std::uint32_t& slot) {
  if (slot == newest_ && slot != kNone) return true;
  if (slot == kNone) {
    slot = static_cast<std::uint32_t>(slots_.size());
    slots_.emplace_back();
  }
  const bool hit = slots_[slot].cached;
  if (hit) {
    unlink(slot);
  } else if (cached_ == capacity_) {
    forget(oldest_);
  }
  append(slot);
  return hit;
}

void ConfigurationCache::Lru::forget(std::uint32_t slot) {
  if (slot != kNone && slots_[slot].cached) unlink(slot);
}

void ConfigurationCache::Lru::unlink(std::uint32_t slot) {
  Slot& it = slots_[slot];
  (it.older == kNone ? oldest_ : slots_[it.older].newer) = it.newer;
  (it.newer == kNone ? newest_ : slots_[it.newer].older) = it.older;
  it = {};
  --cached_;
}

void ConfigurationCache::Lru::append(std::uint32_t slot) {
  slots_[slot] = {newest_, kNone, true};
  (newest_ == kNone ? oldest_ : slots_[newest_].newer) = slot;
  newest_ = slot;
  ++cached_;
}

}  // namespace faultpath::models
