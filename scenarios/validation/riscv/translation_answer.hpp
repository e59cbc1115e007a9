// Turns what a walk has found into what the device and the fault queue get.
#pragma once

#include "scenarios/validation/riscv/leaf.hpp"
#include "scenarios/validation/riscv/translation.hpp"
#include "scenarios/validation/riscv/walk_fault.hpp"

namespace faultpath::riscv {

/// A read for execute, untranslated or asked for with ATS.
bool wants_execution(const TranslationRequest& request);

/// A fault of the tables as the fault queue words it: the cause follows the access, and an ATS
/// request counts as a read.
TranslationFault described(const WalkFault& fault, const TranslationRequest& request);

/// Completes `result` with a fault: untranslated requests get UR; what an ATS request gets depends
/// on the cause (RISC-V IOMMU 3.6). `hidden` is tc.DTF.
TranslationResult refused(const TranslationRequest& request, TranslationFault fault,
                          TranslationResult result, bool hidden = false);

/// Completes `result` with the translation.
TranslationResult granted(const TranslationRequest& request, const Leaf& first, const Leaf& second,
                          TranslationResult result);

}  // namespace faultpath::riscv
