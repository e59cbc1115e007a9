// run --by guest and --by process: what belongs to a guest, and to whom a device belongs.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "tests/cli/invocation.hpp"
#include "tests/cli/parts_scenarios.hpp"

namespace faultpath::cli {
namespace {

using nlohmann::ordered_json;
using ::testing::HasSubstr;
using ::testing::Not;

class ByGuestOutput : public ::testing::Test {
 protected:
  ByGuestOutput() { folder_.write("machines.yaml", kMachines); }
  Invocation run(const std::string& arguments) const {
    return faultpath(folder_, "run machines.yaml --replications 1 " + arguments);
  }
  ordered_json parts(const std::string& by) const {
    return comparable(run("--json --by " + by).out).at("runs").at(0).at("by").at(by);
  }
  // In one line.
  std::string legend_of(const std::string& by) const {
    std::string text = run("--by " + by).out;
    text.erase(0, text.rfind("DMA latency: "));
    std::ranges::replace(text, '\n', ' ');
    return text;
  }
  TemporaryFolder folder_;
};

TEST_F(ByGuestOutput, AGuestHasWhatItsKernelAndItsVmmCount) {
  const auto parts = this->parts("guest");
  const auto counter = [&](const char* name, const char* what) {
    return parts.at(name).at("counters").at(what).get<std::uint64_t>();
  };
  for (const char* name : {"vm_exits", "guest_answers", "guest_interrupts", "vcpu_run_ns"}) {
    EXPECT_GT(counter("vm", name), 0U) << name;
    EXPECT_GT(counter("lazy", name), 0U) << name;
    EXPECT_EQ(counter("host", name), 0U) << name;
  }
  // The host has pinned the second stages of vm's two instances, 8 MiB each.
  EXPECT_EQ(counter("host", "pages_pinned"), 2U * 8 * 1024 * 1024 / 4096);
  EXPECT_EQ(counter("vm", "pages_pinned"), 0U);
  EXPECT_FALSE(parts.at("host").at("counters").contains("queue_overflows")) << "of everybody";
}

TEST_F(ByGuestOutput, APartIsObservedWhenOneOfItsDevicesIs) {
  const auto parts = this->parts("guest");
  EXPECT_EQ(parts.at("lazy").at("observed"), false);
  EXPECT_EQ(parts.at("lazy").at("distributions").at("dma_latency_ns").at("count"), 0);
  EXPECT_FALSE(parts.at("vm").contains("observed"));
  EXPECT_FALSE(parts.at("host").contains("observed"));
}

TEST_F(ByGuestOutput, ProcessesHaveWhatTheirDevicesHave) {
  const auto by_device = parts("device"), by_process = parts("process");
  EXPECT_EQ(by_process.at("vm/app"), by_device.at("a"));
  EXPECT_EQ(by_process.at("vm/web"), by_device.at("b"));
  EXPECT_EQ(by_process.at("db"), by_device.at("d"));
  EXPECT_EQ(by_process.at("db + log"), by_device.at("e"));
}

TEST_F(ByGuestOutput, TheTableHasTheExitsOfAGuestThatIsNotObserved) {
  const auto text = run("--by guest").out;
  const auto table = text.find("By guest:");
  ASSERT_NE(table, std::string::npos);
  for (const char* words : {"vm", "lazy (not observed)", "host", "exits", "of a guest"})
    EXPECT_THAT(text.substr(table), HasSubstr(words));
  const auto of_processes = run("--by process").out;
  const auto processes = of_processes.find("By process:");
  ASSERT_NE(processes, std::string::npos);
  EXPECT_THAT(of_processes.substr(processes), Not(HasSubstr("exits")));
}

TEST_F(ByGuestOutput, TheLegendSaysWhenAPartIsNotObserved) {
  EXPECT_THAT(legend_of("device"),
              HasSubstr("Devices that are not observed are in no statistics."));
  EXPECT_THAT(legend_of("guest"),
              HasSubstr("A guest is not observed where none of its devices is"));
  EXPECT_THAT(legend_of("process"),
              HasSubstr("A process is not observed where no device that uses it is"));
}

}  // namespace
}  // namespace faultpath::cli
