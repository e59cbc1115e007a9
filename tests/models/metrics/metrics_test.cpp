// The names of the result's contract.
#include "models/metrics/metrics.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <iterator>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace faultpath::models {
namespace {

using testing::ElementsAreArray;

std::vector<std::string> words(const std::string& text) {
  std::istringstream stream(text);
  return {std::istream_iterator<std::string>(stream), {}};
}

template <class Table>
std::vector<std::string> names_of(const Table& table) {
  std::vector<std::string> names;
  for (const auto& entry : table) names.emplace_back(entry.name);
  return names;
}

// Scripts rely on these names. Those after dma_dropped are not in the contract; they may be joined
// by more.
TEST(Metrics, CountersAreThoseOfTheContractInItsOrder) {
  EXPECT_THAT(
      names_of(counter_table()),
      ElementsAreArray(words(
          "dma_operations dma_bytes page_accesses atc_hits atc_misses ats_requests iotlb_hits "
          "iotlb_misses walk_reads config_reads page_requests page_request_groups "
          "requests_answered responses_success responses_invalid responses_failure "
          "auto_responses requests_dropped requests_discarded queue_overflows "
          "partial_groups_discarded faults_minor faults_major faults_spurious faults_stage1 "
          "faults_stage2 faults_fatal evictions pages_mapped pages_unmapped pages_pinned "
          "iotlb_invalidations atc_invalidations vm_exits lost_responses timeouts dma_dropped "
          "interrupts faults_logged table_updates stalls_suppressed records_lost "
          "responses_unmatched mmap_lock_sections requests_unserved responses_misrouted "
          "responses_refused responses_withheld reader_wake_ups empty_reads snoop_hits "
          "snoop_misses policy_switches pins_refused zero_page_maps page_copies page_reuses "
          "fault_around_pages readahead_pages readahead_hits readahead_async folio_faults "
          "folio_pages numa_moves huge_faults huge_splits huge_collapses access_flag_faults "
          "cgroup_high cgroup_max cgroup_oom oom_kills notifier_ranges notifier_pages cpu_accesses "
          "cpu_faults reclaim_sleeps reclaim_spins pinned_scans workingset_refaults "
          "workingset_activations userfaults userfaults_refused page_events interval_retries "
          "partial_completions retransmissions late_responses misplaced_responses "
          "requests_unanswered vm_exits_user guest_requests guest_requests_lost "
          "guest_interrupts guest_answers fault_queue_overflows container_wait_ns vcpu_halts "
          "vcpu_polls_succeeded vcpu_polls_failed vcpu_wake_ups vcpu_interrupts_running "
          "vcpu_interrupts_polling vcpu_interrupts_halted vcpu_interrupts_descheduled "
          "vcpu_run_ns vcpu_stolen_ns vcpu_idle_ns remote_faults_vcpu remote_faults_device "
          "pages_fetched pages_pushed pages_preinstalled guest_answers_unmatched "
          "guest_answers_withheld guest_answers_extra guest_invalidations guest_pasid_changes "
          "guest_groups_detached guest_groups_limited guest_groups_timed_out "
          "guest_groups_delayed guest_groups_oversized guest_invalidations_delayed "
          "guest_other_work guest_cpu_faults guest_cpu_faults_async vcpu_kicks")));
}

TEST(Metrics, GaugesAndDistributionsAreThoseOfTheContract) {
  EXPECT_THAT(names_of(gauge_table()),
              ElementsAreArray(words("locked_bytes mapped_bytes resident_bytes queue_depth "
                                     "outstanding_requests busy_cores")));
  EXPECT_THAT(names_of(distribution_table()),
              ElementsAreArray(
                  words("fault_latency_ns dma_latency_ns translation_latency_ns "
                        "before_dma_ns after_dma_ns overflow_recovery_ns migration_downtime_ns "
                        "migration_device_downtime_ns migration_completion_ns remote_vcpu_ns "
                        "remote_device_ns startup_ns")));
}

TEST(Metrics, EveryCounterHasAPlaceOfItsOwnAndAMeaning) {
  Counters counters;
  std::uint64_t value = 0;
  for (const CounterInfo& info : counter_table()) {
    EXPECT_FALSE(info.meaning.empty()) << info.name;
    counters.*info.member = ++value;
  }
  std::set<std::uint64_t> values;
  for (const CounterInfo& info : counter_table()) values.insert(counters.*info.member);
  EXPECT_EQ(values.size(), counter_table().size());
  EXPECT_EQ(sizeof(Counters), counter_table().size() * sizeof(std::uint64_t));  // none is left out
}

TEST(Metrics, CountersAddUpOneByOne) {
  Counters a, b;
  std::uint64_t value = 0;
  for (const CounterInfo& info : counter_table()) {
    a.*info.member = ++value;
    b.*info.member = 100 * value;
  }
  a += b;
  value = 0;
  for (const CounterInfo& info : counter_table()) EXPECT_EQ(a.*info.member, 101 * ++value);
}

TEST(Metrics, EveryStageHasANameAndAMeaning) {
  std::set<std::string_view> names;
  for (const StageInfo& info : stage_table()) {
    EXPECT_FALSE(info.meaning.empty());
    names.insert(info.name);
  }
  EXPECT_EQ(names.size(), kFaultStages);
}

}  // namespace
}  // namespace faultpath::models
