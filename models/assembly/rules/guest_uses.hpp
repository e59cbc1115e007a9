// Guest uses: what of a guest, and of its VMM, has something to do for its devices in one run.
#pragma once

#include <cstdint>
#include <string>

#include "models/assembly/rules/guest_rules.hpp"

namespace faultpath::models {

/// Who reads a key of a guest.
enum class GuestUse : std::uint8_t {
  kernel,         ///< the guest's kernel serves faults, or maps around operations
  areas,          ///< the same for processes with declared areas
  requests,       ///< page requests come to it
  mapping,        ///< it maps around operations
  unmapping,      ///< it takes away what devices could use
  whole_spaces,   ///< a kernel that maps a space at once
  files,          ///< its VMM reads fault files
  guest_tables,   ///< its VMM reads tables of the guest for each request
  answers,        ///< its VMM may serve an answer later
  threads,        ///< a thread of its VMM sleeps
  lock,           ///< something takes the lock of its VMM
  exits,          ///< exits end in its VMM
  invalidations,  ///< its VMM invalidates on the host
  pasids,         ///< entries of its PASID tables come or go
  behaviour       ///< it can do what its behaviour says
};

/// Why nothing in the run reads a key that only `use` reads, and what to do; empty if something
/// does. Requires that the guest has a device.
std::string why_unused(const CheckedGuest& at, GuestUse use);

}  // namespace faultpath::models
