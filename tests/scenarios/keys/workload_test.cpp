// What drives a workload, and keys that would do nothing.
#include <gtest/gtest.h>

#include "tests/scenarios/scratch.hpp"

namespace faultpath::scenarios {
namespace {

const std::string kHeader = "time_ns,device,pasid,address,bytes,rw\n";

models::WorkloadSpec workload_of(const std::string& text,
                                 const std::vector<std::string>& sets = {}) {
  const Scratch scratch;
  return scratch.load(with_workload(text), sets).cases[0].spec.devices[0].workload;
}
std::string workload_error_of(const std::string& workload) {
  const Scratch scratch;
  return scratch.error(with_workload(workload));
}

TEST(Workload, HasAQueueDepthOf32WhenNothingElseDrivesIt) {
  EXPECT_EQ(workload_of("{kind: uniform}").queue_depth, 32U);
  EXPECT_EQ(workload_of("{queue_depth: 5}").queue_depth, 5U);
}

TEST(Workload, OfARateHasNoQueueDepth) {
  const auto workload = workload_of("{rate: 1Mops/s}");
  EXPECT_EQ(workload.rate, 1e6);
  EXPECT_FALSE(workload.queue_depth);
}

TEST(Workload, RefusesRateTogetherWithQueueDepth) {
  EXPECT_EQ(workload_error_of("{rate: 1Mops/s, queue_depth: 4}"),
            "x.yaml:5:29: devices[0].workload.queue_depth: has no effect together with rate");
}

TEST(Workload, IsDrivenByWhatALaterLayerSays) {
  const auto rate = workload_of("{queue_depth: 4}", {"devices[0].workload.rate=1kops/s"});
  EXPECT_EQ(rate.rate, 1e3);
  EXPECT_FALSE(rate.queue_depth);
  const auto depth = workload_of("{rate: 1Mops/s}", {"devices[0].workload.queue_depth=4"});
  EXPECT_EQ(depth.queue_depth, 4U);
  EXPECT_FALSE(depth.rate);
}

TEST(Workload, RefusesKeysOfOtherKinds) {
  EXPECT_EQ(
      workload_error_of("{kind: uniform, exponent: 1.2}"),
      "x.yaml:5:29: devices[0].workload.exponent: is a key of zipf or phases, not of uniform");
  EXPECT_EQ(workload_error_of("{kind: zipf, stride: 64KiB}"),
            "x.yaml:5:26: devices[0].workload.stride: is a key of stride or phases, not of zipf");
  EXPECT_EQ(workload_error_of("{kind: uniform, repeat: true}"),
            "x.yaml:5:29: devices[0].workload.repeat: is a key of trace, not of uniform");
  EXPECT_EQ(workload_error_of("{kind: sequential, buffers: 8}"),
            "x.yaml:5:32: devices[0].workload.buffers: is a key of ring, not of sequential");
  EXPECT_EQ(workload_error_of("{kind: ring, footprint: 1MiB}"),
            "x.yaml:5:26: devices[0].workload.footprint: is a key of sequential, uniform, "
            "zipf, stride or fresh, not of ring");
}

TEST(Workload, SuggestsAKeyOfAnyKindForAMisspeltOne) {
  EXPECT_EQ(workload_error_of("{kind: uniform, exponnet: 1.2}"),
            "x.yaml:5:29: devices[0].workload.exponnet: unknown key; did you mean 'exponent'?");
}

TEST(Workload, OfPhasesMayUseTheKeysOfItsPhases) {
  const std::string phases = "phases: [{kind: zipf, footprint: 1MiB, operations: 5}]";
  const auto workload = workload_of("{kind: phases, exponent: 1.2, " + phases + "}");
  EXPECT_EQ(std::get<models::PhasesSpec>(workload.kind).exponent, 1.2);
  EXPECT_EQ(workload_error_of("{kind: phases, stride: 4KiB, " + phases + "}"),
            "x.yaml:5:28: devices[0].workload.stride: has no effect unless a phase is stride");
}

TEST(Workload, ForgetsInheritedKeysThatTheNewKindCannotUse) {
  const auto workload = workload_of("{kind: zipf, exponent: 1.2, footprint: 1MiB}",
                                    {"devices[0].workload.kind=uniform"});
  EXPECT_EQ(workload.footprint, 1U << 20);
  EXPECT_TRUE(std::holds_alternative<models::UniformSpec>(workload.kind));
}

TEST(Workload, OfARingSpansItsBuffers) {
  EXPECT_EQ(workload_of("{kind: ring, buffers: 100, operation: 8KiB}").footprint, 100U * 8192);
}

TEST(Workload, OfATraceNeedsAFile) {
  EXPECT_EQ(workload_error_of("{kind: trace}"),
            "x.yaml:5:13: devices[0].workload: needs the key 'file', a trace");
  const auto text = workload_error_of("{kind: trace, file: gone.csv}");
  EXPECT_TRUE(
      text.starts_with("x.yaml:5:33: devices[0].workload.file: there is no file 'gone.csv'"))
      << text;
}

TEST(Workload, OfATraceIsTheTraceAndNothingElse) {
  const Scratch scratch;
  scratch.write("t.csv", kHeader + ",0,0,0x1000,64,r\n");
  const auto scenario = scratch.load(with_workload("{kind: trace, file: t.csv}"));
  const auto& spec = scenario.cases[0].spec;
  ASSERT_EQ(spec.traces.size(), 1U);
  EXPECT_EQ(spec.traces[0]->entries[0].operation.address.value, 0x1000U);
  EXPECT_EQ(spec.devices[0].workload.queue_depth, 32U);
  EXPECT_EQ(
      scratch.error(with_workload("{kind: trace, file: t.csv, reads: 10%}")),
      "x.yaml:5:40: devices[0].workload.reads: is a key of sequential, uniform, zipf, stride, "
      "phases, ring or fresh, not of trace");
}

TEST(Workload, OfATimedTraceIsDrivenByItsTimes) {
  const Scratch scratch;
  scratch.write("t.csv", kHeader + "5,0,0,0x1000,64,r\n");
  const auto scenario = scratch.load(with_workload("{kind: trace, file: t.csv}"));
  const auto& workload = scenario.cases[0].spec.devices[0].workload;
  EXPECT_FALSE(workload.queue_depth);
  EXPECT_FALSE(workload.rate);
  EXPECT_EQ(
      scratch.error(with_workload("{kind: trace, file: t.csv, queue_depth: 4}")),
      "x.yaml:5:40: devices[0].workload.queue_depth: has no effect with a trace that has times; "
      "import it with --times drop to drive it");
}

TEST(Workload, OfAnUntimedTraceMayHaveARate) {
  const Scratch scratch;
  scratch.write("t.csv", kHeader + ",0,0,0x1000,64,r\n");
  const auto scenario = scratch.load(with_workload("{kind: trace, file: t.csv, rate: 5kops/s}"));
  EXPECT_EQ(scenario.cases[0].spec.devices[0].workload.rate, 5e3);
}

}  // namespace
}  // namespace faultpath::scenarios
