// Fault causes of the RISC-V IOMMU, as its fault queue and its ATS answers know them.
#pragma once

#include <cstdint>

namespace faultpath::models {

/// RISC-V IOMMU 4.2, table "Fault record CAUSE field encodings".
enum class FaultCause : std::uint16_t {
  instruction_access_fault = 1,
  read_access_fault = 5,
  write_access_fault = 7,
  instruction_page_fault = 12,
  read_page_fault = 13,
  write_page_fault = 15,
  instruction_guest_page_fault = 20,
  read_guest_page_fault = 21,
  write_guest_page_fault = 23,
  all_inbound_disallowed = 256,
  directory_access_fault = 257,
  directory_entry_invalid = 258,
  directory_entry_misconfigured = 259,
  transaction_type_disallowed = 260,
  process_directory_access_fault = 265,
  process_entry_invalid = 266,
  process_entry_misconfigured = 267,
  directory_corrupted = 268,
  process_directory_corrupted = 269,
  page_table_corrupted = 274,
};

}  // namespace faultpath::models
