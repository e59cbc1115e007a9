// The keys of a device that depend on what it does when a page is absent: one table for each.
#include "scenarios/keys/on_fault.hpp"

#include <string_view>
#include <variant>

#include "models/device/reactions/fault_reaction.hpp"
#include "scenarios/keys/tables.hpp"

namespace faultpath::scenarios {
namespace {

using namespace models;  // NOLINT: the specs are meant, all of them

const char* const kAssumed = "assumed";

Object<DropSpec> drop() {
  using S = DropSpec;
  return {
      {field("timeout", &S::timeout, duration(kShortestPeriod), "from a drop to the retransmission",
             "assumed: InfiniBand's Local ACK Timeout, 4.096us * 2^14"),
       field("retries", &S::retries, integer32(), "retransmissions before an operation is given up",
             "InfiniBand's Retry Count: three bits"),
       field("recovery", &S::recovery,
             word<Recovery>({{Recovery::selective, "selective", "what was lost"},
                             {Recovery::go_back_n, "go_back_n",
                              "that and everything that the context has sent since"}}),
             "what is sent again", kAssumed)}};
}

Object<RnrSpec> rnr() {
  using S = RnrSpec;
  return {
      {field("timer", &S::timer, duration(sim::microseconds(10), sim::picoseconds(655'360'000'000)),
             "from a Receiver Not Ready to the next transmission",
             "Minimum RNR NAK Timer, code 12"),
       field("retries", &S::retries, integer32({0, RnrSpec::kWithoutEnd}),
             "before an operation is given up; 7: without end", "RNR Retry Count")}};
}

Object<PartialSpec> partial() {
  using S = PartialSpec;
  return {{field("notice", &S::notice, latency(),
                 "from the completion record to software that polls", kAssumed),
           field("submit", &S::submit, latency(), "one descriptor", kAssumed)}};
}

Object<BackupRingSpec> backup_ring() {
  using S = BackupRingSpec;
  return {{field("entries", &S::entries, integer32({1, 1U << 24}), "operations that it holds",
                 kAssumed),
           field("notice", &S::notice, latency(), "from the device's notice to the host's work",
                 "assumed: interrupt delivery and wake-up of a thread"),
           field("copy_bandwidth", &S::copy_bandwidth, bandwidth(), "of one core that copies",
                 kAssumed)}};
}

template <class Own>
const Own* own_of(const AttachedDeviceSpec& device) {
  return std::get_if<Own>(&device.on_fault);
}

// A key whose map is the reaction's own spec.
template <class Own>
Field<AttachedDeviceSpec> own(std::string_view key, const Object<Own>& keys, std::string_view doc) {
  return map_inside<AttachedDeviceSpec>(key, keys, doc, own_of<Own>);
}

// The same key as that of a device that drops, for what finds its ring full.
Field<AttachedDeviceSpec> drop_of_ring(std::string_view doc) {
  const Object<BackupRingSpec> full{field("drop", &BackupRingSpec::drop, drop().type(), doc)};
  return keys_inside<AttachedDeviceSpec>(full, own_of<BackupRingSpec>).front();
}

template <class Own>
KindKeys<AttachedDeviceSpec> row(std::vector<Field<AttachedDeviceSpec>> keys = {}) {
  const FaultReactionInfo& info = info_of(Own{});
  return {Word(info.name, info.description), std::move(keys)};
}

}  // namespace

std::vector<KindKeys<AttachedDeviceSpec>> on_fault_kinds() {
  const char* const kAgain = "retransmission of what was dropped";
  return {row<WaitSpec>(),
          row<DropSpec>({own("drop", drop(), kAgain)}),
          row<BackupRingSpec>(
              {drop_of_ring(kAgain), own("backup_ring", backup_ring(),
                                         "pinned buffers for what is written to absent pages")}),
          row<AbortSpec>(),
          row<RnrSpec>({own("rnr", rnr(), "when a peer sends again what came to an absent page")}),
          row<PartialSpec>({own("partial", partial(), "how software submits the rest")})};
}

}  // namespace faultpath::scenarios
