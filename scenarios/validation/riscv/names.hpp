// What the reference walker shares with the models: addresses, the device directory, fault causes.
#pragma once

#include "models/base/address.hpp"
#include "models/iommu/queues/riscv_device_directory.hpp"
#include "models/iommu/riscv_fault_cause.hpp"

namespace faultpath::riscv {

using models::cause_of;
using models::DirectoryEnd;
using models::DirectoryLookup;
using models::FaultCause;
using models::Gpa;
using models::Hpa;
using models::Iova;
using models::kPageBits;
using models::kPageBytes;
using models::Pasid;
using models::RiscvDeviceContext;
using models::RiscvDeviceDirectory;
using models::StreamId;

}  // namespace faultpath::riscv
