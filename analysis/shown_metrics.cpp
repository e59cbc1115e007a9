// The tables of metrics for people.
#include "analysis/shown_metrics.hpp"

#include <array>

namespace faultpath::analysis {
namespace {

constexpr std::array<ShownMetric, 28> kShown{{
    {"DMA latency", "p50", "dma_latency_ns.p50", Unit::nanoseconds},
    {"DMA latency", "p99", "dma_latency_ns.p99", Unit::nanoseconds},
    {"DMA latency", "p99.9", "dma_latency_ns.p999", Unit::nanoseconds},
    {"throughput", "", "dma_throughput_bytes_per_s", Unit::bytes_per_second, Better::high},
    {"dropped", "operations", "dma_dropped", Unit::count, Better::low, true},
    {"fault latency", "p50", "fault_latency_ns.p50", Unit::nanoseconds},
    {"fault latency", "p99", "fault_latency_ns.p99", Unit::nanoseconds},
    // With guests only: whose time it is. They sum to the fault.
    {"of fault p50", "guest", "blame_scopes_ns.p50.guest", Unit::nanoseconds, Better::low, true},
    {"of fault p50", "VMM", "blame_scopes_ns.p50.vmm", Unit::nanoseconds, Better::low, true},
    {"of fault p50", "host", "blame_scopes_ns.p50.host", Unit::nanoseconds, Better::low, true},
    {"of fault p50", "IOMMU", "blame_scopes_ns.p50.iommu", Unit::nanoseconds, Better::low, true},
    {"of fault p50", "device", "blame_scopes_ns.p50.device", Unit::nanoseconds, Better::low, true},
    {"of fault p99", "guest", "blame_scopes_ns.p99.guest", Unit::nanoseconds, Better::low, true},
    {"of fault p99", "VMM", "blame_scopes_ns.p99.vmm", Unit::nanoseconds, Better::low, true},
    {"of fault p99", "host", "blame_scopes_ns.p99.host", Unit::nanoseconds, Better::low, true},
    {"of fault p99", "IOMMU", "blame_scopes_ns.p99.iommu", Unit::nanoseconds, Better::low, true},
    {"of fault p99", "device", "blame_scopes_ns.p99.device", Unit::nanoseconds, Better::low, true},
    {"start-up", "", "startup_ns.max", Unit::nanoseconds},
    {"memory", "locked max", "locked_bytes.max", Unit::bytes},
    {"memory", "resident max", "resident_bytes.max", Unit::bytes},
    {"faults", "minor", "faults_minor", Unit::count},
    {"faults", "major", "faults_major", Unit::count},
    {"faults", "spurious", "faults_spurious", Unit::count},
    {"faults", "fatal", "faults_fatal", Unit::count, Better::low, true},
    {"PRI queue", "overflows", "queue_overflows", Unit::count},
    {"PRI queue", "auto answers", "auto_responses", Unit::count},
    {"guest", "exits", "vm_exits", Unit::count, Better::low, true},
    {"guest", "requests lost", "guest_requests_lost", Unit::count, Better::low, true},
}};

constexpr std::array<ShownMetric, 3> kFurther{{
    {"PRI queue", "requests dropped", "requests_dropped", Unit::count, Better::low, true},
    {"lost", "responses", "lost_responses", Unit::count, Better::low, true},
    {"lost", "timeouts", "timeouts", Unit::count, Better::low, true},
}};

}  // namespace

std::span<const ShownMetric> shown_metrics() { return kShown; }
std::span<const ShownMetric> further_metrics() { return kFurther; }

}  // namespace faultpath::analysis
