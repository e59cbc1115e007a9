// Wording faults and ATS completions.
#include "scenarios/validation/riscv/translation_answer.hpp"

#include <algorithm>

namespace faultpath::riscv {
namespace {

using Outcome = TranslationResult::Outcome;
using Type = TranslationRequest::Type;

struct Causes {
  FaultCause execute, read, write;

  FaultCause of(const TranslationRequest& request) const {
    if (wants_execution(request)) return execute;
    return request.type == Type::write ? write : read;
  }
};

constexpr Causes kAccessFaults{FaultCause::instruction_access_fault, FaultCause::read_access_fault,
                               FaultCause::write_access_fault};
constexpr Causes kPageFaults{FaultCause::instruction_page_fault, FaultCause::read_page_fault,
                             FaultCause::write_page_fault};
constexpr Causes kGuestPageFaults{FaultCause::instruction_guest_page_fault,
                                  FaultCause::read_guest_page_fault,
                                  FaultCause::write_guest_page_fault};

std::uint64_t iotval2_of(const WalkFault& fault) {
  const std::uint64_t address = fault.gpa.value & ~3ULL;
  switch (fault.purpose) {
    case WalkFault::Purpose::implicit_read:
      return address | 1;
    case WalkFault::Purpose::implicit_write:
      return address | 3;
    case WalkFault::Purpose::final_access:
      break;
  }
  return address;
}

Outcome ats_outcome(FaultCause cause) {
  switch (cause) {
    case FaultCause::instruction_page_fault:
    case FaultCause::read_page_fault:
    case FaultCause::write_page_fault:
    case FaultCause::instruction_guest_page_fault:
    case FaultCause::read_guest_page_fault:
    case FaultCause::write_guest_page_fault:
    case FaultCause::process_entry_invalid:
      return Outcome::no_access;
    case FaultCause::all_inbound_disallowed:
    case FaultCause::directory_access_fault:
    case FaultCause::directory_entry_invalid:
    case FaultCause::directory_entry_misconfigured:
    case FaultCause::transaction_type_disallowed:
      return Outcome::unsupported_request;
    case FaultCause::instruction_access_fault:
    case FaultCause::read_access_fault:
    case FaultCause::write_access_fault:
    case FaultCause::process_directory_access_fault:
    case FaultCause::process_entry_misconfigured:
    case FaultCause::directory_corrupted:
    case FaultCause::process_directory_corrupted:
    case FaultCause::page_table_corrupted:
      break;
  }
  return Outcome::completer_abort;
}

bool privileged(const TranslationRequest& request) { return request.pasid && request.privileged; }

}  // namespace

bool wants_execution(const TranslationRequest& request) {
  if (request.type == Type::ats) return request.pasid && request.execute_requested;
  return request.type == Type::execute;
}

TranslationFault described(const WalkFault& fault, const TranslationRequest& request) {
  switch (fault.kind) {
    case WalkFault::Kind::page_fault:
      return {.cause = kPageFaults.of(request), .stage = 1};
    case WalkFault::Kind::guest_page_fault:
      return {.cause = kGuestPageFaults.of(request), .stage = 2, .iotval2 = iotval2_of(fault)};
    case WalkFault::Kind::access_fault:
      return {.cause = kAccessFaults.of(request)};
    case WalkFault::Kind::corrupted:
      break;
  }
  return {.cause = FaultCause::page_table_corrupted};
}

TranslationResult refused(const TranslationRequest& request, TranslationFault fault,
                          TranslationResult result, bool hidden) {
  result.outcome =
      request.type == Type::ats ? ats_outcome(fault.cause) : Outcome::unsupported_request;
  fault.logged = !hidden && result.outcome != Outcome::no_access;
  result.fault = fault;
  result.grant.privileged = privileged(request);
  return result;
}

TranslationResult granted(const TranslationRequest& request, const Leaf& first, const Leaf& second,
                          TranslationResult result) {
  result.address = Hpa{second.address};
  result.page_bits = std::min(first.page_bits, second.page_bits);
  const bool read = first.readable && second.readable;
  result.grant = {
      .read = read,
      .write = first.writable && second.writable && first.dirty && second.dirty,
      .execute = read && first.executable && second.executable && wants_execution(request),
      .global = request.pasid && first.global,
      .privileged = privileged(request)};
  return result;
}

}  // namespace faultpath::riscv
