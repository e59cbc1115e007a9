// Searching the device directory.
#include "models/iommu/queues/riscv_device_directory.hpp"

namespace faultpath::models {

std::optional<FaultCause> cause_of(DirectoryEnd end) {
  switch (end) {
    case DirectoryEnd::off:
      return FaultCause::all_inbound_disallowed;
    case DirectoryEnd::bare:
    case DirectoryEnd::too_wide:
      return FaultCause::transaction_type_disallowed;
    case DirectoryEnd::access_fault:
      return FaultCause::directory_access_fault;
    case DirectoryEnd::corrupted:
      return FaultCause::directory_corrupted;
    case DirectoryEnd::invalid:
      return FaultCause::directory_entry_invalid;
    case DirectoryEnd::misconfigured:
      return FaultCause::directory_entry_misconfigured;
    case DirectoryEnd::found:
      break;
  }
  return std::nullopt;
}

RiscvDeviceDirectory RiscvDeviceDirectory::with_all_devices(const RiscvDeviceContext& context) {
  RiscvDeviceDirectory directory(ContextFormat::extended);
  directory.mode_ = Mode::three_levels;
  directory.default_ = context;
  return directory;
}

bool RiscvDeviceDirectory::set_mode(Mode mode) {
  if (is_table(mode_) && is_table(mode)) return false;
  mode_ = mode;
  return true;
}

DirectoryLookup RiscvDeviceDirectory::find(StreamId device) const {
  if (mode_ == Mode::off) return {DirectoryEnd::off, {}, 0};
  if (mode_ == Mode::bare) return {DirectoryEnd::bare, {}, 0};
  if (device.value >> device_bits() != 0) return {DirectoryEnd::too_wide, {}, 0};
  if (reads_ == Reads::fail) return {DirectoryEnd::access_fault, {}, 1};
  if (reads_ == Reads::poisoned) return {DirectoryEnd::corrupted, {}, 1};
  return read(device);
}

DirectoryLookup RiscvDeviceDirectory::read(StreamId device) const {
  const unsigned levels = static_cast<unsigned>(mode_) - static_cast<unsigned>(Mode::one_level) + 1;
  const auto own = contexts_.find(device);
  if (own == contexts_.end() && !default_) return {DirectoryEnd::invalid, {}, levels};
  const RiscvDeviceContext& context = own == contexts_.end() ? *default_ : own->second;
  if (!context.valid) return {DirectoryEnd::invalid, {}, levels};
  if (context.misconfigured()) return {DirectoryEnd::misconfigured, {}, levels};
  return {DirectoryEnd::found, context, levels};
}

// RISC-V IOMMU 3.1.2: 128 base or 64 extended contexts in a page, 512 pointers above, 24 in all.
unsigned RiscvDeviceDirectory::device_bits() const {
  constexpr unsigned kPointerBits = 9;
  constexpr unsigned kDeviceBits = 24;
  const unsigned leaf_bits = format_ == ContextFormat::extended ? 6 : 7;
  if (mode_ == Mode::one_level) return leaf_bits;
  return mode_ == Mode::two_levels ? leaf_bits + kPointerBits : kDeviceBits;
}

}  // namespace faultpath::models
