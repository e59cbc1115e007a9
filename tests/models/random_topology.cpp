// Drawing small systems behind ports and switches.
#include <iterator>

#include "models/assembly/iommu_kinds.hpp"
#include "models/assembly/run.hpp"
#include "sim/ensure.hpp"
#include "sim/random.hpp"
#include "tests/models/fabric/topologies.hpp"
#include "tests/models/invariants.hpp"

namespace faultpath::models {
namespace {

class Draw {
 public:
  explicit Draw(std::uint64_t seed) : stream_({seed, 0, "random topology", "values"}) {}

  // One or two sockets, each with a root port, and a tree of switches below any of them.
  TopologySpec topology() {
    switches_ = 0;
    TopologySpec drawn{{root_complex("rc0"), root_port("rp0")}, {}};
    drawn.links.push_back(link("rp0", "rc0"));
    if (chance()) {
      drawn.nodes.insert(drawn.nodes.end(), {root_complex("rc1"), root_port("rp1")});
      drawn.links.push_back(link("rp1", "rc1"));
      drawn.links.push_back(link("rc1", "rc0"));
    }
    std::vector<std::string> places{"rp0"};
    if (drawn.nodes.size() > 2) places.emplace_back("rp1");
    for (const std::string& port : std::vector<std::string>(places)) {
      add_switch(drawn, port);  // so that nothing else takes the port
    }
    for (std::uint64_t more = stream_.below(3); more > 0; --more) add_switch(drawn, any_switch());
    return drawn;
  }
  std::string any_switch() { return "sw" + std::to_string(stream_.below(switches_)); }
  bool chance() { return stream_.below(2) == 0; }

 private:
  void add_switch(TopologySpec& drawn, const std::string& above) {
    const std::string name = "sw" + std::to_string(switches_++);
    drawn.nodes.push_back(pcie_switch(name, some_time()));
    drawn.links.push_back(link(name, above));
  }
  // Few different times make ties, which is where order could go wrong.
  sim::Duration some_time() {
    return sim::nanoseconds(50 * static_cast<std::int64_t>(stream_.below(3)));
  }
  NodeLinkSpec link(const std::string& from, const std::string& to) {
    static constexpr double kBandwidths[] = {0.028e9, 1e9, 4.096e9, 16e9, 28e9};
    return link_of(from, to, some_time(), kBandwidths[stream_.below(std::size(kBandwidths))]);
  }

  sim::RandomStream stream_;
  std::uint64_t switches_ = 0;
};

}  // namespace

SystemSpec random_system_with_topology(std::uint64_t seed) {
  Draw draw(seed);
  for (int attempt = 0; attempt < 100; ++attempt) {
    SystemSpec spec = random_system(seed + static_cast<std::uint64_t>(1'000'000 * attempt));
    if (info_of(spec.iommu.kind).stalls) spec.iommu.kind = IommuKind::vtd;
    spec.topology = draw.topology();
    for (DeviceSpec& device : spec.devices) {
      if (draw.chance() || draw.chance()) device.attach = draw.any_switch();
      if (draw.chance()) device.link = spec.devices[0].link;
    }
    if (problems_of(spec).empty()) return spec;
  }
  ENSURE(false, "one in a hundred draws has no problems");
  return {};
}

}  // namespace faultpath::models
