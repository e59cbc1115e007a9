// Lookup and replacement of configuration entries.
#include "models/iommu/walk/configuration_cache.hpp"

#include <algorithm>

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

std::uint32_t& ConfigurationCache::process_of(Client& client, std::optional<Pasid> pasid) {
  const std::size_t process = pasid ? pasid->value : 0;
  if (process < client.first_processes.size()) return client.first_processes[process];
  const std::size_t other = process - client.first_processes.size();
  if (client.other_processes.size() <= other) client.other_processes.resize(other + 1, kNone);
  return client.other_processes[other];
}

ConfigurationCache::Misses ConfigurationCache::look_up(Client& client, std::optional<Pasid> pasid) {
  Misses misses;
  if (!contexts_.use(client.context)) misses.device_tables = device_levels_;
  if (!has_process(pasid)) return misses;
  if (!process_entries_.use(process_of(client, pasid))) misses.process_tables = process_levels_;
  return misses;
}

void ConfigurationCache::forget(Client& client) {
  contexts_.forget(client.context);
  for (const std::uint32_t process : client.first_processes) process_entries_.forget(process);
  for (const std::uint32_t process : client.other_processes) process_entries_.forget(process);
}

bool ConfigurationCache::Lru::use(std::uint32_t& slot) {
  if (slot == kNone) slot = add();
  Slot& it = slots_[slot];
  const bool hit = it.cached;
  if (all_fit()) {
    it.cached = true;
    it.used = ++clock_;
    return hit;
  }
  if (slot == newest_) return true;
  if (hit) {
    unlink(slot);
  } else if (linked_ == capacity_) {
    forget(oldest_);
  }
  append(slot);
  return hit;
}

std::uint32_t ConfigurationCache::Lru::add() {
  if (slots_.size() == capacity_) link_all();
  slots_.emplace_back();
  return static_cast<std::uint32_t>(slots_.size() - 1);
}

void ConfigurationCache::Lru::link_all() {
  std::vector<std::uint32_t> cached;
  for (std::uint32_t slot = 0; slot < slots_.size(); ++slot) {
    if (slots_[slot].cached) cached.push_back(slot);
  }
  std::ranges::sort(cached, {}, [this](std::uint32_t slot) { return slots_[slot].used; });
  for (const std::uint32_t slot : cached) append(slot);
}

void ConfigurationCache::Lru::forget(std::uint32_t slot) {
  if (slot == kNone || !slots_[slot].cached) return;
  if (!all_fit()) unlink(slot);
  slots_[slot].cached = false;
}

void ConfigurationCache::Lru::unlink(std::uint32_t slot) {
  Slot& it = slots_[slot];
  (it.older == kNone ? oldest_ : slots_[it.older].newer) = it.newer;
  (it.newer == kNone ? newest_ : slots_[it.newer].older) = it.older;
  it.older = it.newer = kNone;
  --linked_;
}

void ConfigurationCache::Lru::append(std::uint32_t slot) {
  Slot& it = slots_[slot];
  it.cached = true;
  it.older = newest_;
  (newest_ == kNone ? oldest_ : slots_[newest_].newer) = slot;
  newest_ = slot;
  ++linked_;
}

}  // namespace faultpath::models
