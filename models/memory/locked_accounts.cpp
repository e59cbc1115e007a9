// Charging pages to processes and users.
#include "models/memory/locked_accounts.hpp"

namespace faultpath::models {

std::uint64_t LockedAccounts::pin(ProcessMemory& process, std::uint32_t others) {
  if (counts_once() && (others > 0 || process.locked.whole)) return 0;
  add(process, 1);
  return 1;
}

std::uint64_t LockedAccounts::unpin(ProcessMemory& process, std::uint32_t others) {
  if (counts_once() && (others > 0 || process.locked.whole)) return 0;
  --process.locked.pages;
  --of_user_[process.locked.user];
  return 1;
}

std::uint64_t LockedAccounts::pin_whole(ProcessMemory& process) {
  const std::uint64_t counted = counts_once() ? process.locked.pages : 0;
  const std::uint64_t more = process.pages() - counted;
  process.locked.whole = true;
  add(process, more);
  return more;
}

void LockedAccounts::add(ProcessMemory& process, std::uint64_t pages) {
  process.locked.pages += pages;
  of_user_[process.locked.user] += pages;
}

std::uint64_t LockedAccounts::charged(const ProcessMemory& process) const {
  const bool of_user = counts_once() && spec_.rlimit_mode == RlimitMode::user;
  if (!of_user) return process.locked.pages;
  const auto found = of_user_.find(process.locked.user);
  return found == of_user_.end() ? 0 : found->second;
}

}  // namespace faultpath::models
